from django.urls import path

from aanwezig.web.worklist import views

app_name = "worklist"
urlpatterns = [
    path("", views.points, name="list"),
    path("missing/", views.missing, name="missing"),
    path("missing/<slug:name>/", views.missing_of, name="missing_of"),
    path("<slug:ref>/", views.point, name="point"),
    path("<slug:ref>/right/", views.is_right, name="is_right"),
    path("<slug:ref>/withdraw/", views.withdraw, name="withdraw"),
]
