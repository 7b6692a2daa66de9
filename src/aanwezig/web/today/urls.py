from django.urls import path

from aanwezig.web.today import views

app_name = "today"
urlpatterns = [
    path("", views.today_page, name="today"),
    path("today/mail/", views.mail, name="mail"),
]
