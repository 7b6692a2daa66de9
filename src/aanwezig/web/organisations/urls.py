"""Addresses of the administration of organisations and people, and of invitations."""

from django.urls import URLPattern, path

from aanwezig.web.organisations import invitation_views, views

urlpatterns: list[URLPattern] = [
    path("administration/", views.administration, name="administration"),
    path("administration/organisations/", views.organisations, name="organisations"),
    path("administration/organisations/add/", views.add_organisation, name="add_organisation"),
    path("administration/organisations/<str:ref>/", views.organisation, name="organisation"),
    path(
        "administration/organisations/<str:ref>/close/", views.close_organisation, name="close_organisation"
    ),
    path("administration/people/", views.people, name="people"),
    path("administration/people/<str:ref>/", views.person, name="person"),
    path("administration/people/<str:ref>/switch-off/", views.switch_off, name="switch_off_account"),
    path(
        "administration/people/<str:ref>/second-factor/",
        views.reset_second_factor,
        name="reset_second_factor",
    ),
    path("administration/people/roles/<str:ref>/", views.role, name="role"),
    path("administration/invitations/", invitation_views.invitation_list, name="invitations"),
    path("administration/invitations/add/", invitation_views.invite, name="invite"),
    path(
        "administration/invitations/<str:ref>/", invitation_views.change_invitation, name="change_invitation"
    ),
    path("administration/roles/", views.roles, name="roles"),
    path("account/invitation/<str:token>/", invitation_views.accept_invitation, name="accept_invitation"),
]
