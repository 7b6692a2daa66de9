"""Pages of the school's calendar and lesson times."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from aanwezig.calendar.holidays import known_school_years
from aanwezig.values import AanwezigError, SchoolYear
from aanwezig.web.access.decide import today
from aanwezig.web.access.views import ActorRequest, page
from aanwezig.web.calendars import actions, queries
from aanwezig.web.calendars.domain import WeekTimes
from aanwezig.web.calendars.forms import ClosureForm, SchoolForm, WeekForm
from aanwezig.web.schools.choosing import choose_school, chosen_school


def _tell(request: ActorRequest, error: AanwezigError) -> None:
    messages.error(request, error.in_language("en" if get_language() == "en" else "nl"))


@page("calendar.edit")
def calendar(request: ActorRequest) -> HttpResponseBase:
    """Holidays of the region, public holidays and own closures of a school year. POST adds a closure."""
    school = chosen_school(request, "calendar.edit")
    if school is None:
        return choose_school(request, "calendar.edit")
    years = sorted({str(year) for year in known_school_years()} | {str(SchoolYear.of(today()))})
    year = request.GET.get("year", str(SchoolYear.of(today())))
    if year not in years:
        raise Http404
    form = ClosureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_closure(
                request.actor,
                school,
                form.cleaned_data["first_day"],
                form.cleaned_data["last_day"],
                form.cleaned_data["kind"],
            )
        except AanwezigError as error:
            form.add_error(None, error.in_language("en" if get_language() == "en" else "nl"))
        else:
            messages.success(request, _("Kept. The figures follow within a minute."))
            return redirect(request.get_full_path())
    found = queries.calendar_year(school, SchoolYear.parse(year))
    return render(
        request,
        "calendars/calendar.html",
        {"school": school, "found": found, "form": form, "years": years, "year": year},
    )


@page("calendar.edit")
@require_POST
def remove(request: ActorRequest, closure: int) -> HttpResponseBase:
    """Take a closure away."""
    school = chosen_school(request, "calendar.edit")
    if school is None:
        raise Http404
    try:
        actions.remove_closure(request.actor, school, closure)
    except AanwezigError as error:
        _tell(request, error)
    else:
        messages.success(request, _("Removed."))
    return redirect(
        f"{request.POST.get('back') if request.POST.get('back', '').startswith('/calendar/') else '/calendar/'}"
    )


@page("calendar.edit")
def timetable(request: ActorRequest) -> HttpResponseBase:
    """Lesson times per weekday, for the whole school and per class. POST keeps one week or the school's settings."""
    school = chosen_school(request, "calendar.edit")
    if school is None:
        return choose_school(request, "calendar.edit")
    times = queries.lesson_times(school)
    wrong: WeekForm | None = None
    school_form = SchoolForm(initial={"region": times.region or "", "lesson_minutes": times.lesson_minutes})
    if request.method == "POST":
        try:
            if "region" in request.POST:
                school_form = SchoolForm(request.POST)
                if school_form.is_valid():
                    actions.set_school(
                        request.actor,
                        school,
                        school_form.cleaned_data["region"],
                        school_form.cleaned_data["lesson_minutes"],
                    )
                    messages.success(request, _("Kept. The figures follow within a minute."))
                    return redirect(request.get_full_path())
            else:
                form = WeekForm(request.POST)
                if form.is_valid():
                    actions.set_week(request.actor, school, form.week())
                    messages.success(request, _("Kept. The figures follow within a minute."))
                    return redirect(request.get_full_path())
                wrong = form
        except AanwezigError as error:
            _tell(request, error)
    weeks = times.weeks or (WeekTimes(None, (None,) * 5, (None,) * 5),)
    forms = [
        (
            week.group,
            wrong
            if wrong is not None and (wrong.data.get("group") or None) == week.group
            else WeekForm(initial=WeekForm.initial_of(week), prefix=None, auto_id=f"id_{place}_%s"),
        )
        for place, week in enumerate(weeks)
    ]
    new_group = request.GET.get("group")
    if new_group in times.groups and new_group not in [week.group for week in weeks]:
        empty = WeekTimes(new_group, (None,) * 5, (None,) * 5)
        forms.append((new_group, wrong or WeekForm(initial=WeekForm.initial_of(empty), auto_id="id_new_%s")))
    return render(
        request,
        "calendars/timetable.html",
        {
            "school": school,
            "times": times,
            "forms": forms,
            "school_form": school_form,
            "free_groups": [one for one in times.groups if one not in [group for group, _form in forms]],
        },
    )
