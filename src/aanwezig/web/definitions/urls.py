from django.urls import path

from aanwezig.web.definitions import views

app_name = "definitions"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("rules/<slug:name>/", views.rule, name="rule"),
]
