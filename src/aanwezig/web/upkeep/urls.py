from django.urls import path

from aanwezig.web.upkeep import views

app_name = "upkeep"
urlpatterns = [
    path("thresholds/", views.thresholds, name="thresholds"),
    path("thresholds/<str:key>/", views.threshold, name="threshold"),
    path("reasons/", views.reasons, name="reasons"),
    path("reasons/<slug:profile>/", views.set_reasons, name="set_reasons"),
    path("retention/", views.retention, name="retention"),
]
