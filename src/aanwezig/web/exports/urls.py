from django.urls import path

from aanwezig.web.exports import views

app_name = "exports"
urlpatterns = [
    path("", views.exports, name="list"),
    path("new/<slug:kind>/", views.new, name="new"),
    path("<slug:ref>/", views.export, name="export"),
    path("<slug:ref>/file/", views.take, name="take"),
    path("<slug:ref>/delete/", views.delete, name="delete"),
]
