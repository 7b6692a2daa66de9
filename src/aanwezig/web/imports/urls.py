from django.urls import path

from aanwezig.web.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.start, name="start"),
    path("freshness/", views.freshness, name="freshness"),
    path("freshness/<str:ref>/", views.complete, name="complete"),
    path("<str:ref>/", views.one, name="one"),
    path("<str:ref>/file/", views.file, name="file"),
    path("<str:ref>/columns/", views.columns, name="columns"),
    path("<str:ref>/codes/", views.codes, name="codes"),
    path("<str:ref>/check/", views.check, name="check"),
    path("<str:ref>/keep/", views.keep, name="keep"),
    path("<str:ref>/faults.csv", views.faults, name="faults"),
    path("<str:ref>/abandon/", views.abandon, name="abandon"),
    path("<str:ref>/undo/", views.undo, name="undo"),
]
