"""The first page: what each role finds, in how many queries, in both languages."""

from __future__ import annotations

from django.test import Client
from web_world import World

from aanwezig.web.organisations.models import Role


def test_it_opens(world: World) -> None:
    client = world.client(Role.CARE_COORDINATOR)
    answer = client.get("/")
    assert answer.status_code == 200, answer.content
