from django.urls import path

from aanwezig.web.calendars import views

app_name = "calendars"
urlpatterns = [
    path("", views.calendar, name="calendar"),
    path("remove/<int:closure>/", views.remove, name="remove"),
    path("timetable/", views.timetable, name="timetable"),
]
