"""Pages that say what a figure or rule is and where it comes from; no data of anybody."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from aanwezig.web.access.decide import today
from aanwezig.web.access.views import page
from aanwezig.web.definitions import queries


@page("definition.view")
def overview(request: HttpRequest) -> HttpResponse:
    """Every rule and measure."""
    return render(
        request,
        "definitions/overview.html",
        {
            "kinds": {
                kind: [(one.id, queries.in_words(one.title), queries.in_words(one.meaning)) for one in rules]
                for kind, rules in queries.rules_by_kind().items()
            },
            "measures": queries.measure_texts(),
        },
    )


@page("definition.view")
def rule(request: HttpRequest, name: str) -> HttpResponse:
    """One rule with its numbers, sources and other readings."""
    text = queries.rule_text(name, today())
    if text is None:
        raise Http404
    return render(request, "definitions/rule.html", {"rule": text})
