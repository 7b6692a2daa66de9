from django.urls import path

from aanwezig.web.search import views

app_name = "search"
urlpatterns = [
    # Before the pages of one pupil, whose addresses begin alike.
    path("pupils/", views.pupils, name="pupils"),
    path("search/", views.search, name="search"),
    path("search/several/", views.several, name="several"),
    path("search/undo/", views.undo, name="undo"),
    path("search/saved/", views.saved, name="saved"),
    path("search/saved/new/", views.keep, name="keep"),
    path("search/saved/<slug:ref>/", views.rename, name="rename"),
    path("search/saved/<slug:ref>/remove/", views.remove, name="remove"),
]
