"""Pages of imports: begin one, its four steps, how it goes, what changed; and how fresh the data are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from aanwezig.register import load_profile
from aanwezig.values import AanwezigError
from aanwezig.web.access.decide import decide, require
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.audit.actions import record_change
from aanwezig.web.imports import actions, files, queries, texts, undoing, uploading
from aanwezig.web.imports.forms import CodesForm, ColumnsForm, CompleteForm, DeliveryForm
from aanwezig.web.imports.looks import Looks, looks_of
from aanwezig.web.imports.models import OPEN, RUNNING, Batch, State
from aanwezig.web.imports.reports import details_of
from aanwezig.web.organisations.models import Kind, Organisation

PAGE = 20
View = Callable[..., HttpResponseBase]
# Told apart from the other faults.
UNKNOWN_PUPIL = "REG-027"
PREVIEWED = ("absences", "pupils", "persons", "enrolments")
# Where a fault can be mended in the application itself.
MENDED_IN = {
    "REG-107": "columns",
    "REG-108": "columns",
    "REG-109": "columns",
    "REG-110": "codes",
    "REG-120": "columns",
    "REG-125": "columns",
    "REG-126": "columns",
    "REG-128": "columns",
    "REG-101": "file",
    "REG-103": "file",
    "REG-104": "file",
    "REG-117": "file",
}


def _with_files(view: View) -> View:
    """Uploads are bounded before the form is read; the form is guarded after that."""
    guarded = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def limited(request: ActorRequest, *args: Any, **options: Any) -> HttpResponseBase:
        uploading.limit(request)
        return guarded(request, *args, **options)

    return limited


def _say(error: AanwezigError) -> str:
    english = get_language() == "en"
    what, mend = (error.what.en, error.mend.en) if english else (error.what.nl, error.mend.nl)
    return f"{what} {mend}"


def _school(request: ActorRequest) -> Organisation | None:
    try:
        return queries.school_at(request.actor, actions.RIGHT, request.GET.get("school", ""))
    except LookupError:
        raise Http404 from None


def _batch(request: ActorRequest, ref: str) -> Batch:
    batch = get_object_or_404(Batch.objects.select_related("school__organisation", "by"), ref=ref)
    require(request.actor, actions.RIGHT, batch.school.organisation)
    return batch


def _uploads(request: ActorRequest, form: DeliveryForm) -> Iterable[actions.Upload]:
    return [(one.name or "", one.chunks()) for one in form.cleaned_data["uploads"]]


def _about(school: Organisation) -> dict[str, str]:
    """What the application knows of a school of which the register knows nothing."""
    about = {"school_name": school.name}
    if school.municipality and school.municipality.code:
        about["municipality"] = school.municipality.code
    if school.partnership and school.partnership.code:
        about["partnership"] = school.partnership.code
    return about


@page("import.run")
@_with_files
def start(request: ActorRequest) -> HttpResponseBase:
    """Begin an import; below it the imports so far. POST takes the files."""
    school = _school(request)
    if school is None:
        return render(request, "imports/choose.html", {"schools": queries.schools_to_choose(request.actor)})
    described, has_pupils = queries.has_facts(school)
    first = {"profile": request.GET.get("profile") or queries.likely_profile(school, has_pupils)}
    form = DeliveryForm(request.POST or None, request.FILES or None, asks_school=not described, initial=first)
    if request.method == "POST":
        _refuse_too_large(request, form)
        if form.is_valid():
            try:
                batch = actions.begin(
                    request.actor, school, form.delivery(_about(school)), _uploads(request, form)
                )
            except AanwezigError as error:
                form.add_error(None, _say(error))
            else:
                return redirect("imports:columns", batch.ref)
    found = Paginator(queries.imports_of(school), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "imports/start.html",
        {
            "school": school,
            "form": form,
            "has_pupils": has_pupils,
            "page": found,
            "profiles": _profiles(),
            "steps": _steps(None),
        },
    )


def _refuse_too_large(request: ActorRequest, form: DeliveryForm) -> None:
    if uploading.were_too_large(request):
        form.add_error(
            "uploads", _("The files are larger than 200 MB together. Split the export, for example by month.")
        )


def _profiles() -> list[dict[str, Any]]:
    """What is known and what is guessed of each system's export."""
    return [
        {
            "title": title,
            "known": load_profile(name).known,
            "guess": load_profile(name).guess,
            "start": load_profile(name).starting_point,
        }
        for _group, choices in texts.profile_choices()
        for name, title in choices
    ]


def _steps(batch: Batch | None) -> dict[str, Any]:
    urls = []
    if batch is not None:
        urls = [_address(name, batch) for name in ("file", "columns", "codes")]
    return {"labels": [_("File"), _("Columns"), _("Codes"), _("Check")], "urls": urls}


def _address(name: str, batch: Batch) -> str:
    return reverse(f"imports:{name}", args=(batch.ref,))


def _open_or_shown(batch: Batch) -> HttpResponseBase | None:
    """An import that a person cannot change now is shown instead."""
    return None if batch.state in OPEN else redirect("imports:one", batch.ref)


@page("import.run")
@_with_files
def file(request: ActorRequest, ref: str) -> HttpResponseBase:
    """The first step again: another system, other days, more files."""
    batch = _batch(request, ref)
    if (elsewhere := _open_or_shown(batch)) is not None:
        return elsewhere
    school = batch.school.organisation
    described, _has_pupils = queries.has_facts(school)
    form = DeliveryForm(
        request.POST or None,
        request.FILES or None,
        asks_school=not described,
        has_files=files.are_there(batch),
        initial={
            "profile": batch.profile,
            "first_day": batch.first_day,
            "last_day": batch.last_day,
            **batch.mapping.get("options", {}),
        },
    )
    if request.method == "POST":
        _refuse_too_large(request, form)
        if form.is_valid():
            try:
                actions.describe(request.actor, batch, form.delivery(_about(school)), _uploads(request, form))
            except AanwezigError as error:
                form.add_error(None, _say(error))
            else:
                return redirect("imports:columns", batch.ref)
    return render(
        request,
        "imports/file.html",
        {"batch": batch, "school": school, "form": form, "profiles": _profiles(), "steps": _steps(batch)},
    )


def _looks(batch: Batch) -> Looks:
    """What the files hold; columns of a saved map that they do not have are left out of the map first."""
    looks = looks_of(batch)
    if looks.not_there:
        actions.drop_columns(batch, looks.not_there)
        looks = looks_of(batch)
    return looks


@page("import.run")
def columns(request: ActorRequest, ref: str) -> HttpResponseBase:
    """The second step: which column is what."""
    batch = _batch(request, ref)
    if (elsewhere := _open_or_shown(batch)) is not None:
        return elsewhere
    if not files.are_there(batch):
        return _gone(request, batch)
    looks = _looks(batch)
    if request.method == "POST" and not looks.errors and not looks.needs_columns:
        return _after_columns(request, batch, looks)
    form = ColumnsForm(request.POST or None, looks=looks, batch=batch)
    if request.method == "POST" and not looks.errors and form.is_valid():
        try:
            actions.choose_columns(request.actor, batch, looks, form.chosen(), form.chosen_options())
        except AanwezigError as error:
            form.add_error(None, _say(error))
        else:
            return _after_columns(request, batch, _looks(batch))
    return render(
        request,
        "imports/columns.html",
        {"batch": batch, "looks": looks, "form": form, "steps": _steps(batch)},
    )


def _after_columns(request: ActorRequest, batch: Batch, looks: Looks) -> HttpResponseBase:
    if looks.codes:
        return redirect("imports:codes", batch.ref)
    return _check(request, batch, looks)


def _check(request: ActorRequest, batch: Batch, looks: Looks) -> HttpResponseBase:
    try:
        actions.ask_check(request.actor, batch, looks.rows)
    except AanwezigError as error:
        messages.error(request, _say(error))
    return redirect("imports:one", batch.ref)


def _gone(request: ActorRequest, batch: Batch) -> HttpResponseBase:
    messages.error(request, _("The files of this import were removed. Add them again."))
    return redirect("imports:file", batch.ref)


@page("import.run")
def codes(request: ActorRequest, ref: str) -> HttpResponseBase:
    """The third step: what each code means."""
    batch = _batch(request, ref)
    if (elsewhere := _open_or_shown(batch)) is not None:
        return elsewhere
    if not files.are_there(batch):
        return _gone(request, batch)
    looks = _looks(batch)
    if looks.errors or looks.lacking or not looks.codes:
        return redirect("imports:columns", batch.ref)
    form = CodesForm(request.POST or None, looks=looks)
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_codes(request.actor, batch, looks, form.meanings())
        except AanwezigError as error:
            form.add_error(None, _say(error))
        else:
            return _check(request, batch, looks)
    return render(
        request,
        "imports/codes.html",
        {
            "batch": batch,
            "looks": looks,
            "form": form,
            "steps": _steps(batch),
            "starting_point": load_profile(batch.profile).starting_point,
        },
    )


@page("import.run")
@require_POST
def check(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Check once more, as it was mapped."""
    batch = _batch(request, ref)
    try:
        actions.ask_check(request.actor, batch, batch.rows_expected)
    except AanwezigError as error:
        messages.error(request, _say(error))
    return redirect("imports:one", batch.ref)


@page("import.run")
def one(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Where an import stands: its progress, what the check found, or what changed. With htmx only its progress."""
    batch = _batch(request, ref)
    if batch.state in (State.UPLOADED, State.MAPPED):
        return redirect("imports:columns" if batch.state == State.UPLOADED else "imports:codes", batch.ref)
    if request.htmx:
        if batch.state in RUNNING:
            answer = render(request, "imports/parts/progress.html", {"batch": batch})
        else:
            answer = HttpResponse(headers={"HX-Refresh": "true"})
        patch_vary_headers(answer, ["HX-Request"])
        return answer
    answer = render(request, _template(batch), _shown(request, batch))
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def _template(batch: Batch) -> str:
    if batch.state in RUNNING:
        return "imports/running.html"
    if batch.state in (State.KEPT, State.UNDONE):
        return "imports/kept.html"
    return "imports/abandoned.html" if batch.state == State.ABANDONED else "imports/checked.html"


def _shown(request: ActorRequest, batch: Batch) -> dict[str, Any]:
    report = batch.report or {}
    details = details_of(batch) if report else {"previews": {}, "examples": {}, "unknown": []}
    error = batch.error or {}
    shown: dict[str, Any] = {
        "batch": batch,
        "school": batch.school.organisation,
        "files": list(batch.files.all()),
        "report": report,
        "tables": [
            {**one, "word": texts.TABLE_NAMES.get(one["table"], one["table"])}
            for one in report.get("tables", [])
            # Up to which day the data are complete is said in words.
            if one["table"] != "deliveries"
        ],
        "faults": [
            {
                **one,
                "examples": details["examples"].get(one["code"], []),
                "mend_at": _mend_at(batch, one["code"]),
            }
            for one in report.get("faults", [])
            if one["code"] != UNKNOWN_PUPIL or not (report.get("pupils") or {}).get("unknown")
        ],
        "previews": [
            _preview(name, rows) for name, rows in details["previews"].items() if name in PREVIEWED and rows
        ],
        "unknown": details["unknown"][:20],
        "has_faults_file": files.read(batch, "details.json") is not None
        and (files.folder_of(batch) / "faults.csv").is_file(),
        "error": error,
        "mend_at": _mend_at(batch, error.get("code", "")),
        "steps": _steps(batch if batch.state in OPEN else None),
        "profile": texts.profile_title(batch.profile),
        "kind": load_profile(batch.profile).kind,
        "earlier": [one for one in report.get("files", []) if one["earlier"]],
    }
    if batch.state in (State.KEPT, State.UNDONE):
        shown["changed"] = queries.what_changed(batch) if batch.state == State.KEPT else None
        shown["may_undo"] = undoing.may_be_undone(batch)
    return shown


def _mend_at(batch: Batch, code: str) -> str:
    name = MENDED_IN.get(code)
    return _address(name, batch) if name and batch.state in OPEN else ""


def _preview(name: str, rows: list[dict[str, str]]) -> dict[str, Any]:
    # What the application makes itself says nothing to a reader.
    left_out = ("school_id", "absence_id")
    columns = list(dict.fromkeys(column for row in rows for column in row if column not in left_out))
    return {
        "title": texts.TABLE_NAMES.get(name, name),
        "heads": [texts.column_word(column) for column in columns],
        "rows": [[texts.cell_word(column, row.get(column, "")) for column in columns] for row in rows],
    }


@page("import.run")
@require_POST
def keep(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Keep what was checked."""
    batch = _batch(request, ref)
    try:
        actions.ask_keep(request.actor, batch, is_confirmed="confirm" in request.POST)
    except AanwezigError as error:
        messages.error(request, _say(error))
    return redirect("imports:one", batch.ref)


@page("import.run")
def faults(request: ActorRequest, ref: str) -> HttpResponseBase:
    """The list of faults with line, column, value and how to mend; it names pupils, so taking it along is logged."""
    batch = _batch(request, ref)
    path = files.folder_of(batch) / "faults.csv"
    if not path.is_file():
        raise Http404
    record_change(request.actor, "import_faults_taken", subject=batch.ref)
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=f"{_('faults')}-{batch.ref}.csv",
        content_type="text/csv",
    )


@page("import.run")
@require_POST
def abandon(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Give an import up; its files are removed."""
    batch = _batch(request, ref)
    try:
        actions.abandon(request.actor, batch)
    except AanwezigError as error:
        messages.error(request, _say(error))
        return redirect("imports:one", batch.ref)
    messages.success(request, _("The import was given up and its files were removed. Nothing was kept."))
    return redirect(f"{_start(batch)}")


@page("import.run")
def undo(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Ask, and on POST take a kept import back."""
    batch = _batch(request, ref)
    if request.method == "POST":
        try:
            actions.undo(request.actor, batch)
        except AanwezigError as error:
            messages.error(request, _say(error))
        else:
            messages.success(request, _("The import was undone: the data are as they were before it."))
        return redirect("imports:one", batch.ref)
    if not undoing.may_be_undone(batch):
        return redirect("imports:one", batch.ref)
    return render(request, "imports/undo.html", {"batch": batch, "tables": _shown(request, batch)["tables"]})


def _start(batch: Batch) -> str:
    return f"{reverse('imports:start')}?school={batch.school.organisation.ref}"


@page("freshness.view")
def freshness(request: ActorRequest) -> HttpResponse:
    """How far the data of each school go."""
    found = queries.freshness(request.actor)
    may = {one.pk for one in queries.schools_to_choose(request.actor)}
    return render(
        request,
        "imports/freshness.html",
        {"schools": [(one, one.school.pk in may) for one in found]},
    )


@page("import.run")
def complete(request: ActorRequest, ref: str) -> HttpResponseBase:
    """Say by hand up to which day the absence of a school is complete."""
    school = get_object_or_404(Organisation, ref=ref, kind=Kind.SCHOOL)
    require(request.actor, "import.run", school)
    form = CompleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.record_complete(request.actor, school, form.cleaned_data["last_day"])
        messages.success(request, _("Recorded. The figures are being computed anew."))
        may_see = decide(request.actor, "freshness.view", school).allowed
        return redirect("imports:freshness" if may_see else "imports:start")
    return render(request, "imports/complete.html", {"school": school, "form": form})
