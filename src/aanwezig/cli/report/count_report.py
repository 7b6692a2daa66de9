"""The report of ``count``: the definitions side by side, and why they differ."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from aanwezig.cli.output.count import COUNT_COLUMNS, heading, in_words, person_rows, unit_name
from aanwezig.cli.report.page import csv_link, render
from aanwezig.cli.texts import Texts
from aanwezig.counts import ProfileCount
from aanwezig.library import Count
from aanwezig.values.forms import Forms


def count_page(count: Count, say: Texts, made_on: date | None = None) -> str:
    forms = Forms(say.language)
    made = made_on or datetime.now().astimezone().date()
    found = count.reconciliation
    titles = {id: in_words(one.profile.title.text(), say) for id, one in count.result.profiles.items()}
    sides = []
    if found is not None:
        for id, own in ((found.a, found.only_a), (found.b, found.only_b)):
            sides.append(
                {
                    "title": say("count.only", number=len(own), profile=titles[id]),
                    "rows": [{"pupil": one.pupil_id, "because": in_words(one.because, say)} for one in own],
                }
            )
    lines = heading(count, say)
    return render(
        "count.html",
        say,
        title=say("count.page_title", day=forms.day(count.reference_date)),
        above="",
        headline=say("count.page_title", day=forms.day(count.reference_date)),
        sublines=lines,
        profiles=[_profile(id, one, count, say) for id, one in count.profiles.items()],
        compared=say("count.compared", a=titles[found.a], b=titles[found.b]) if found else "",
        both=say("count.both", number=len(found.both)) if found else "",
        sides=sides,
        open=say("count.open", number=len({one.pupil_id for one in count.not_decidable}))
        if count.not_decidable
        else "",
        csv=csv_link(COUNT_COLUMNS, person_rows(count)),
        made_on=forms.day(made),
    )


def _profile(id: str, one: ProfileCount, count: Count, say: Texts) -> dict[str, Any]:
    rows: list[tuple[str, object]] = [
        (in_words(one.profile.category(category).title.text(), say), number)
        for category, number in one.by_category.items()
        if len(one.by_category) > 1
    ]
    for text, own in (
        ("count.apart", one.apart),
        ("count.left_out", one.left_out),
        ("count.cannot_tell", one.not_decidable),
    ):
        if own:
            rows.append((say(text), f"({len(own)})"))
    units = count.result.by(id, count.by) if count.by is not None else {}
    return {
        "title": in_words(one.profile.title.text(), say),
        "meaning": in_words(one.profile.meaning.text(), say),
        "sources": "; ".join(
            ", ".join(filter(None, (s.cite, s.place, s.article))) for s in one.profile.sources
        ),
        "total": one.total,
        "rows": rows,
        "units": [(unit_name(name, say), sum(own.values())) for name, own in units.items()],
    }
