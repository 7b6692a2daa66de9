"""Texts, shares, dated values, faults."""

from datetime import date
from fractions import Fraction

import pytest

from aanwezig.values import AanwezigError, BilingualText, Dated, Fault, NotInForce, Period, Share


def test_a_text_needs_both_languages() -> None:
    with pytest.raises(ValueError, match="both"):
        BilingualText("tekst", " ")
    text = BilingualText("{n} dagen", "{n} days").format(n=3)
    assert (text.in_language("nl"), text.in_language("en")) == ("3 dagen", "3 days")


@pytest.mark.parametrize(
    ("absent", "possible", "at_least", "more"),
    [
        (5, 100, True, False),
        (4999, 100_000, False, False),
        (5001, 100_000, True, True),
        (0, 100, False, False),
    ],
)
def test_exactly_on_the_line_is_decided_by_whole_numbers(
    absent: int, possible: int, at_least: bool, more: bool
) -> None:
    share = Share(absent, possible)
    assert (share.at_least(5), share.more_than(5)) == (at_least, more)


def test_a_share_of_nothing_is_unknown_and_not_zero() -> None:
    share = Share(0, 0)
    assert share.as_float() is None
    assert not share.known
    assert not share.at_least(0)


def test_a_share_takes_broken_numbers_exactly() -> None:
    assert Share(Fraction(1, 3), Fraction(20, 3)).at_least(5)
    assert not Share(Fraction(1, 3), Fraction(20, 3)).more_than(5)


def test_a_value_is_that_of_the_day_and_none_in_force_is_an_error() -> None:
    value = Dated.of(
        "threshold",
        [(Period(date(2025, 8, 1)), 12), (Period(date(2020, 8, 1), date(2025, 7, 31)), 16)],
    )
    assert value.on(date(2025, 7, 31)) == 16
    assert value.on(date(2025, 8, 1)) == 12
    with pytest.raises(NotInForce, match="2020-07-31"):
        value.on(date(2020, 7, 31))


def test_two_versions_on_one_day_are_refused() -> None:
    with pytest.raises(ValueError, match="two versions"):
        Dated.of("threshold", [(Period(date(2025, 8, 1)), 1), (Period(date(2024, 8, 1)), 2)])


def test_an_error_says_what_where_and_how_to_mend() -> None:
    error = AanwezigError(
        "REG-001", BilingualText("Weg.", "Gone."), BilingualText("Zoek.", "Search."), where="absences.csv"
    )
    assert error.in_language("nl") == "absences.csv: Weg. Zoek. [REG-001]"
    assert str(error) == "absences.csv: Gone. Search. [REG-001]"


def test_a_fault_has_every_key_of_the_interface() -> None:
    text = BilingualText("wat", "what")
    fault = Fault("REG-014", "absences", 212, "date", "2025-02-30", "p1", text, text)
    keys = ["code", "table", "row", "column", "value", "pupil_id", "what", "mend"]
    assert list(fault.as_dict()) == keys
    assert fault.as_dict("nl")["what"] == "wat"
