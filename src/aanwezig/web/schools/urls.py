from django.urls import path

from aanwezig.web.schools import views

app_name = "schools"
urlpatterns = [
    path("", views.school, name="school"),
    path("why/", views.why, name="why"),
]
