from django.urls import path

from aanwezig.web.duties import views

app_name = "duties"
urlpatterns = [
    path("", views.duties, name="list"),
    path("<slug:ref>/", views.duty, name="duty"),
    path("<slug:ref>/inspectorate/<int:suspension>/", views.inspectorate, name="inspectorate"),
    path("notifications/<slug:ref>/", views.notification, name="notification"),
    path("notifications/<slug:ref>/number/", views.official_number, name="official-number"),
    path("notifications/<slug:ref>/sent/", views.sent, name="sent"),
    path("notifications/<slug:ref>/status/", views.status, name="status"),
    path("notifications/<slug:ref>/withdraw/", views.withdraw, name="withdraw"),
    path("letters/<slug:ref>/", views.letter_made, name="letter-made"),
    path("letters/<slug:ref>/pdf/", views.letter_pdf, name="letter-pdf"),
    path("pupils/<slug:ref>/letter/<slug:kind>/", views.letter, name="letter"),
]
