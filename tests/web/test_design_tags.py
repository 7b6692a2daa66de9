"""Tags and filters of the pages: days, numbers and chips as people write them, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from web_world import TODAY

from aanwezig.values import BilingualText


def render(text: str, language: str = "nl", **values: object) -> str:
    with translation.override(language):
        return Template("{% load design %}" + text).render(Context(values))


@pytest.mark.parametrize(
    ("text", "value", "nl", "en"),
    [
        ("{{ v|percent }}", 0.941, "94,1\u00a0%", "94.1%"),
        ("{{ v|percent:0 }}", 0.5, "50\u00a0%", "50%"),
        ("{{ v|percent }}", None, "–", "–"),
        ("{{ v|rate }}", 0.94999, "94,9\u00a0%", "94.9%"),
        ("{{ v|number }}", 1237, "1.237", "1,237"),
        ("{{ v|number }}", None, "–", "–"),
        ("{{ v|number }}", 0, "0", "0"),
        ("{{ v|hours }}", 960, "16 uur", "16 hours"),
        ("{{ v|hours }}", 990, "16,5 uur", "16.5 hours"),
        ("{{ v|day }}", date(2026, 3, 23), "23\u00a0maart", "23\u00a0March"),
        ("{{ v|day }}", date(2025, 9, 23), "23\u00a0september 2025", "23\u00a0September 2025"),
        ("{{ v|day }}", "2026-03-23", "23\u00a0maart", "23\u00a0March"),
        ("{{ v|day }}", None, "–", "–"),
        ("{{ v|short_day }}", date(2026, 3, 1), "1\u00a0mrt", "1\u00a0Mar"),
        ("{{ v|long_day }}", date(2026, 3, 20), "vrijdag 20\u00a0maart 2026", "Friday 20\u00a0March 2026"),
        ("{{ v|bilingual }}", BilingualText("ja", "yes"), "ja", "yes"),
        ("{{ v|bilingual }}", {"nl": "ja", "en": "yes"}, "ja", "yes"),
    ],
)
def test_values_are_written_as_people_write_them(text: str, value: object, nl: str, en: str) -> None:
    assert render(text, "nl", v=value) == nl
    assert render(text, "en", v=value) == en


@pytest.mark.parametrize(
    ("due", "nl", "en"),
    [
        # TODAY is Friday 20 March 2026.
        (date(2026, 3, 18), "2 dagen te laat", "2 days late"),
        (date(2026, 3, 19), "1 dag te laat", "1 day late"),
        (date(2026, 3, 20), "vandaag", "today"),
        (date(2026, 3, 21), "morgen", "tomorrow"),
        (date(2026, 3, 23), "nog 1 werkdag", "1 working day left"),
        (date(2026, 3, 26), "nog 4 werkdagen", "4 working days left"),
    ],
)
def test_the_time_left_is_said_in_words(due: date, nl: str, en: str) -> None:
    assert date(2026, 3, 20) == TODAY
    assert render("{{ v|days_left }}", "nl", v=due) == nl
    assert render("{{ v|days_left }}", "en", v=due) == en


def test_a_band_always_has_a_word_or_number() -> None:
    assert render('{% band_chip "at_risk" %}') == '<span class="chip at_risk">risico</span>'
    assert "88,0\u00a0%" in render('{% band_chip "at_risk" 0.88 %}')


def test_no_band_is_no_data_and_not_good() -> None:
    assert render("{% band_chip None None %}") == '<span class="chip none">geen gegevens</span>'


def test_a_proposed_tier_looks_and_reads_different_from_one_that_was_set() -> None:
    assert render("{% tier_chip 2 %}") == '<span class="chip tier-2">Laag 2</span>'
    assert "voorstel: laag 2" in render("{% tier_chip 2 proposed=True %}")
    assert "geen laag gezet" in render("{% tier_chip None %}")


def test_what_somebody_typed_never_becomes_markup() -> None:
    evil = "<script>alert(1)</script>"
    text = render(
        "{% chip v %}{% list_row v v because=v under=v %}{% notice title=v %}{{ v }}{% endnotice %}", v=evil
    )
    assert "<script>" not in text and "&lt;script&gt;" in text


def test_the_pages_of_a_list_keep_its_filters() -> None:
    page = Paginator(range(120), 50).get_page(2)
    request = RequestFactory().get("/?band=chronic&page=2")
    text = render("{% pager page_obj %}", page_obj=page, request=request)
    assert 'href="?band=chronic&amp;page=3"' in text and 'aria-current="page">2<' in text
    assert "51 tot en met 100 van 120" in text


def test_a_list_of_one_page_has_no_pager() -> None:
    page = Paginator(range(3), 50).get_page(1)
    assert render("{% pager page_obj %}", page_obj=page, request=RequestFactory().get("/")).strip() == ""


def test_a_wizard_says_where_one_is(rf: Callable) -> None:
    text = render("{% steps labels 2 urls %}", labels=["a", "b", "c"], urls=["/a"])
    assert text.count('aria-current="step"') == 1 and 'href="/a"' in text and "(gedaan)" in text


def test_a_picture_is_drawn_in_the_language_of_the_page() -> None:
    assert "Geen lessen" in render('{% picture "spark_line" v %}', "nl", v=[None])
    assert "No lessons" in render('{% picture "spark_line" v %}', "en", v=[None])
