"""``python -m aanwezig.web.manage create-administrator``: the first person of an empty installation."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from aanwezig.web.access.actor import SYSTEM
from aanwezig.web.organisations.actions import OrganisationValues, add_organisation
from aanwezig.web.organisations.domain import NEEDS_CODE
from aanwezig.web.organisations.invitations import first_administrator
from aanwezig.web.organisations.models import Kind, Organisation


class Command(BaseCommand):
    help = "Make the first organisation and a link with which its administrator chooses a password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", help="e-mail address of the administrator")
        parser.add_argument("--organisation", help="name of the organisation; one that exists is used")
        parser.add_argument("--name", default="", help="name of the administrator")
        parser.add_argument(
            "--kind",
            default="partnership",
            choices=["partnership", "board", "school"],
            help="kind of a new one",
        )
        parser.add_argument(
            "--code", default="", help="code of a new one; for a school BRIN and location, 25PL00"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email = self._ask(options["email"], _("E-mail address of the administrator: "), "--email")
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(_("This is not an e-mail address. Give it as name@example.org.")) from None
        title = self._ask(options["organisation"], _("Name of the organisation: "), "--organisation")
        kind, code = options["kind"], options["code"].strip().upper()
        with transaction.atomic():
            organisation = self._organisation(title, kind, code)
            made = first_administrator(email, organisation, options["name"])
        path = reverse("accept_invitation", args=(made.token,))
        self.stdout.write(
            _("Give this link to the administrator; it works once, for seven days:")
            + f"\n{self._host()}{path}"
        )

    def _organisation(self, title: str, kind: str, code: str) -> Organisation:
        found = list(Organisation.objects.filter(name__iexact=title)[:2])
        if len(found) > 1:
            raise CommandError(_("More than one organisation has this name. Rename one first."))
        if found:
            return found[0]
        if kind in NEEDS_CODE and (len(code) != 6 or not code.isalnum()):
            raise CommandError(_("A school needs its BRIN and location: --code 25PL00."))
        if code and Organisation.objects.filter(kind=kind, code=code).exists():
            raise CommandError(
                _("There is an organisation of this kind with this code already. Give its name.")
            )
        return add_organisation(SYSTEM, OrganisationValues(kind=Kind(kind), name=title, code=code))

    def _ask(self, given: str | None, question: str, option: str) -> str:
        if given:
            return given.strip()
        try:
            answer = input(question).strip()
        except EOFError:
            answer = ""
        if not answer:
            raise CommandError(
                _("Nothing was given. Use %(option)s, or answer the question.") % {"option": option}
            )
        return answer

    def _host(self) -> str:
        host = next((one.lstrip(".") for one in settings.ALLOWED_HOSTS if one != "*"), "localhost")
        scheme = "https" if getattr(settings, "SECURE_SSL_REDIRECT", False) else "http"
        return f"{scheme}://{host}"
