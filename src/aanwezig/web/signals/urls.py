from django.urls import path

from aanwezig.web.signals import views

app_name = "signals"
urlpatterns = [
    path("", views.signals, name="list"),
    path("several/", views.several, name="several"),
    path("groups/<slug:ref>/", views.group, name="group"),
    path("reviews/<slug:ref>/undo/", views.undo, name="undo"),
    path("steps/", views.steps, name="steps"),
    path("steps/ladder/", views.ladder, name="ladder"),
    path("steps/ladder/take-over/", views.take_over, name="take_over"),
    path("steps/ladder/<slug:ref>/", views.step, name="step"),
    path("steps/ladder/<slug:ref>/end/", views.end, name="end"),
    path("steps/pupils/<slug:ref>/", views.pupil_steps, name="pupil_steps"),
    path("steps/pupils/<slug:ref>/<slug:step>/", views.record, name="record"),
    path("steps/outcomes/<slug:ref>/undo/", views.undo_outcome, name="undo_outcome"),
    path("<slug:ref>/", views.signal, name="signal"),
    path("<slug:ref>/<slug:state>/", views.review, name="review"),
]
