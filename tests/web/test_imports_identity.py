"""Which child a number names: laws that hold for every school."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from aanwezig.web.imports.identity import numbers_from

SCHOOL = "99AA00"
NUMBERS = st.text("12ab/", min_size=1, max_size=3)
PUPILS = st.dictionaries(
    st.one_of(NUMBERS, NUMBERS.map(lambda one: f"{SCHOOL}/{one}"), NUMBERS.map(lambda one: f"99BB00/{one}")),
    st.one_of(st.just(""), NUMBERS),
    max_size=8,
)


@given(PUPILS)
def test_no_two_pupils_get_one_number_and_each_number_leads_back(given_numbers: dict[str, str]) -> None:
    numbers = numbers_from(SCHOOL, given_numbers, given_numbers)
    known = numbers.number_of
    assert len(set(known.values())) == len(known)
    for pupil in known:
        assert numbers.pupil(numbers.number(pupil)) == pupil


@given(PUPILS, NUMBERS)
def test_a_number_that_nobody_has_never_names_somebody_else_unseen(
    given_numbers: dict[str, str], number: str
) -> None:
    numbers = numbers_from(SCHOOL, given_numbers, given_numbers)
    if number not in numbers.pupil_of:
        pupil = numbers.pupil(number)
        assert pupil == f"{SCHOOL}/{number}"
        assert pupil not in numbers.number_of or numbers.known_otherwise(number)


def test_a_pupil_of_the_register_goes_before_one_that_an_import_made() -> None:
    numbers = numbers_from(SCHOOL, ["7", f"{SCHOOL}/7"], {})
    assert numbers.pupil("7") == "7"


def test_a_number_told_of_two_pupils_names_neither() -> None:
    numbers = numbers_from(SCHOOL, ["a", "b"], {"a": "1001", "b": "1001"})
    assert numbers.pupil("1001") == f"{SCHOOL}/1001"
    assert (numbers.pupil("a"), numbers.pupil("b")) == ("a", "b")
