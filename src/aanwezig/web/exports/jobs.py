"""Making the file in the background; a job that is lost is asked for again; old files are deleted."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone, translation
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.backend import DatabaseBackend
from django_tasks_db.models import DBTaskResult

from aanwezig.values import AanwezigError
from aanwezig.web.access.actor import Actor, actor_of
from aanwezig.web.access.decide import NotAllowed, today
from aanwezig.web.access.refs import new_ref
from aanwezig.web.audit.actions import record_change, record_readings
from aanwezig.web.design.templatetags.design import moment
from aanwezig.web.exports import files
from aanwezig.web.exports.actions import allowed, as_asked, end
from aanwezig.web.exports.domain import KEPT_FOR, Language, as_csv, as_xlsx, sealed_zip
from aanwezig.web.exports.lists import Rows
from aanwezig.web.exports.models import Export, Format, State
from aanwezig.web.exports.registry import EXPORTS, Kind
from aanwezig.web.exports.sealing import unseal
from aanwezig.web.results.jobs import upkeep

log = logging.getLogger(__name__)
# An export that its process did not survive so often is not tried again.
MOST_TRIES = 3
REFUSED, BROKEN = "refused", "broken"


@task()
def make(ref: str) -> str:
    """Make the file of an export; the state that it is in then."""
    return run(ref)


def run(ref: str) -> str:
    """Make the file of an export that waits; nothing when it does not wait any more. What goes wrong is kept with it."""
    export = (
        Export.objects.filter(ref=ref, state=State.WAITING).select_related("owner", "organisation").first()
    )
    if export is None:
        return Export.objects.filter(ref=ref).values_list("state", flat=True).first() or "gone"
    if export.tries >= MOST_TRIES:
        end(export, State.FAILED, BROKEN)
        return State.FAILED
    claim = new_ref()
    taken = Export.objects.filter(pk=export.pk, state=State.WAITING, claim=export.claim).update(
        claim=claim, tries=export.tries + 1
    )
    if not taken:
        return State.WAITING
    export.claim = claim
    try:
        _make(export)
    except NotAllowed:
        end(export, State.FAILED, REFUSED)
    except AanwezigError as error:
        end(export, State.FAILED, error.code)
    except InvalidToken:
        # The installation got another key meanwhile.
        end(export, State.FAILED, BROKEN)
    except Exception as error:
        # The text may name a child: only the kind is told.
        log.error("export %s: %s", ref, type(error).__name__)
        end(export, State.FAILED, BROKEN)
    return Export.objects.values_list("state", flat=True).get(pk=export.pk)


def actor_of_export(export: Export) -> Actor:
    """Who asked, with the roles of today at the organisation for which it was asked."""
    user = export.owner
    if not user.is_active:
        return Actor(user.pk, user.ref, str(user))
    return as_asked(actor_of(user, today(), export.organisation.ref), export)


def _make(export: Export) -> None:
    kind = EXPORTS[export.kind]
    actor = actor_of_export(export)
    decision = allowed(actor, kind)
    language: Language = "en" if export.owner.language == "en" else "nl"
    with translation.override(language):
        found = kind.rows(actor, export.parameters)
        content = sealed_zip(_files(export, kind, found, language, actor.name), unseal(export.sealed))
    name = files.keep(content)
    try:
        with transaction.atomic():
            # Whoever deleted it meanwhile, or took it over, is right: then nothing is kept.
            done = Export.objects.filter(pk=export.pk, state=State.WAITING, claim=export.claim).update(
                state=State.READY,
                ready_at=timezone.now(),
                path=name,
                sealed="",
                rows=len(found.rows),
                pupils=list(found.pupils),
            )
            if done:
                record_readings(actor, found.pupils, f"export.{kind.id}", way="export")
                record_change(
                    actor,
                    "export.made",
                    decision=decision,
                    subject=export.ref,
                    details={"export": kind.id, "rows": len(found.rows), "pupils": len(found.pupils)},
                )
    except BaseException:
        files.remove(name)
        raise
    if not done:
        files.remove(name)


def _files(
    export: Export, kind: Kind, found: Rows, language: Language, who: str
) -> Sequence[tuple[str, bytes]]:
    """The list, and beside a CSV what it is of; no name of a child in the names of files."""
    from django.utils.translation import gettext as _

    columns = [str(column) for column in kind.columns]
    about = [
        (_("What"), str(kind.title)),
        *found.about,
        (_("Rows"), str(len(found.rows))),
        (_("Made on"), moment(timezone.now())),
        (_("Made by"), who),
        (_("Empty cell"), _("not known; not zero and not no")),
        (
            _("Careful"),
            _(
                "Personal data of children or colleagues: keep it no longer than needed, pass it to nobody without a reason."
            ),
        ),
    ]
    stem = f"aanwezig-{kind.id}-{today().isoformat()}"
    if export.format == Format.XLSX:
        return [(f"{stem}.xlsx", as_xlsx(str(kind.title), columns, found.rows, about))]
    text = "".join(f"{label}: {value}\r\n" for label, value in about)
    return [
        (f"{stem}.csv", as_csv(columns, found.rows, language)),
        (f"{stem}-info.txt", text.encode("utf-8-sig")),
    ]


def resume() -> int:
    """Put exports in line again that wait while nothing works on them: their process was killed. How many.

    Called by the one worker between two tasks, so that none runs now.
    """
    asked = 0
    for export in Export.objects.filter(state=State.WAITING):
        if isinstance(make.get_backend(), DatabaseBackend):
            waiting = DBTaskResult.objects.filter(
                task_path=make.module_path,
                args_kwargs__args__0=export.ref,
                status=TaskResultStatus.READY,
            )
            if waiting.exists():
                continue
        make.enqueue(export.ref)
        asked += 1
    files.remove_strays()
    return asked


def remove_old() -> int:
    """Delete what is older than a week, whatever became of it; how many."""
    old = list(Export.objects.filter(asked_at__lte=timezone.now() - KEPT_FOR).exclude(state=State.DELETED))
    for export in old:
        # First the record, then the file: killed in between, the file is a stray and goes next time.
        end(export, State.DELETED)
        files.remove(export.path)
    return len(old)


@receiver(upkeep)
def _upkeep(sender: Any, **_more: Any) -> None:
    remove_old()
    resume()
