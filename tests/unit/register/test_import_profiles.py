"""Profiles that ship, and maps laid over them."""

from __future__ import annotations

from pathlib import Path

import pytest

from aanwezig.register.fault_codes import FAULT_CODES
from aanwezig.register.meanings import Meaning, Meanings
from aanwezig.register.profile import (
    check_header,
    load_profile,
    make_mapping,
    profile_names,
    resolve_header,
)
from aanwezig.values import AanwezigError

PROMISED = {
    "generic",
    "roster",
    "magister",
    "somtoday",
    "parnassys",
    "esis",
    "webuntis",
    "edfi",
    "edexml",
    "oneroster",
}


def test_the_promised_profiles_ship() -> None:
    assert set(profile_names()) == PROMISED


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_every_profile_says_what_is_known_and_where_it_comes_from(name: str) -> None:
    profile = load_profile(name)
    assert profile.known
    assert profile.sources
    if name != "generic":
        assert profile.guess


@pytest.mark.parametrize("name", ["magister", "somtoday", "webuntis", "parnassys", "esis"])
def test_reason_maps_of_suppliers_are_marked_as_a_starting_point(name: str) -> None:
    assert load_profile(name).starting_point is not None


def test_an_unknown_profile_names_the_ones_there_are() -> None:
    with pytest.raises(AanwezigError, match="magister") as error:
        load_profile("magistr")
    assert error.value.code == "REG-105"


def test_the_magister_codes_mean_what_the_schools_list_says() -> None:
    meanings = Meanings(load_profile("magister").reasons)
    assert meanings.of("Z") == Meaning("sick", "yes")
    assert meanings.of("S") == Meaning("truant", "no")
    assert meanings.of("L") == Meaning("late", "no")
    assert meanings.of("T") == Meaning("late", "yes")
    for code, kind in (("PR", "present"), ("HV", "not_absence"), ("BV", "not_absence")):
        found = meanings.of(code)
        assert found is not None
        assert found.reason == kind
        assert not found.is_absence


def test_codes_are_looked_up_exactly_first_and_without_capitals_where_that_is_certain() -> None:
    meanings = Meanings({"La": Meaning("late"), "LA": Meaning("truant"), "Ziek": Meaning("sick")})
    assert meanings.of("La") == Meaning("late")
    assert meanings.of("LA") == Meaning("truant")
    assert meanings.of("la") is None
    assert meanings.of("ZIEK") == Meaning("sick")


def test_a_map_goes_over_its_profile(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    path.write_text(
        '[columns]\npupil_id = "Nr"\n[reasons]\nZ = "medical"\nQ = { reason = "truant", authorised = "no" }\n'
        '[options]\nfrom = 2025-09-01\nto = "30-09-2025"\nlesson_minutes = 45\ndelimiter = "tab"\n',
        encoding="utf-8",
    )
    mapping = make_mapping(load_profile("magister"), path)
    assert mapping.columns["pupil_id"] == ("Nr",)
    assert mapping.columns["date"] == load_profile("magister").columns["date"]
    assert mapping.reasons["Z"] == Meaning("medical")
    assert mapping.reasons["Q"] == Meaning("truant", "no")
    assert mapping.reasons["S"] == Meaning("truant", "no")
    assert mapping.options.has_scope
    assert mapping.options.delimiter == "\t"


@pytest.mark.parametrize(
    "content",
    [
        "dit is geen toml",
        '[kolommen]\npupil_id = "x"',
        '[columns]\nleerling = "x"',
        "[columns]\npupil_id = 3",
        '[reasons]\nZ = "zieek"',
        '[reasons]\nZ = { reason = "sick", authorised = "misschien" }',
        "[options]\nlesson_minutes = 0",
        "[options]\nlesson_minutes = true",
        '[options]\nfrom = "gisteren"',
        "[options]\nfrom = 2025-10-01\nto = 2025-09-01",
        '[options]\ndate_order = "ydm"',
        '[options]\nencoding = "ebcdic"',
        '[options]\ndelimiter = "ab"',
        "[options]\nonbekend = 1",
        "columns = 3",
        '[authorised]\nJ = "misschien"',
    ],
)
def test_a_map_that_is_wrong_is_told_in_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(AanwezigError) as error:
        make_mapping(load_profile("generic"), path)
    assert error.value.code == "REG-106"
    assert "\n" not in error.value.in_language("nl")


def test_a_column_of_the_map_that_is_not_in_the_file_is_named() -> None:
    mapping = make_mapping(load_profile("generic"), {"columns": {"pupil_id": "leerling", "reason": "code"}})
    with pytest.raises(AanwezigError, match="leerling") as error:
        check_header(mapping, resolve_header(mapping, ("nummer", "date", "code")), "x.csv")
    assert error.value.code == "REG-107"


def test_a_file_without_pupils_says_what_it_lacks() -> None:
    mapping = make_mapping(load_profile("generic"))
    with pytest.raises(AanwezigError) as error:
        check_header(mapping, resolve_header(mapping, ("DBN", "ATTN_DATE_YMD", "ATTN_PCT")), "x.csv")
    assert error.value.code == "REG-108"
    assert "pupil_id" in error.value.in_language("nl")


@pytest.mark.parametrize("name", ["BSN", "Burgerservicenummer", "PGN", "Onderwijsnummer"])
def test_a_national_number_is_never_taken_as_the_pupil(name: str) -> None:
    mapping = make_mapping(load_profile("generic"), {"columns": {"pupil_id": name}})
    with pytest.raises(AanwezigError) as error:
        check_header(mapping, resolve_header(mapping, (name, "date", "reason")), "x.csv")
    assert error.value.code == "REG-109"


def test_headers_are_found_without_regard_to_capitals_and_spaces() -> None:
    mapping = make_mapping(load_profile("magister"))
    header = resolve_header(mapping, ("\ufeffSTAMNUMMER ", " datum", "Code"))
    assert header.places == {"pupil_id": 0, "date": 1, "reason": 2}
    assert header.name_of("pupil_id") == "\ufeffSTAMNUMMER "


@pytest.mark.parametrize("entry", list(FAULT_CODES.values()), ids=lambda entry: entry.code)
def test_every_code_says_what_and_how_to_mend_in_both_languages(entry: object) -> None:
    assert 100 <= int(entry.code[4:]) <= 199  # type: ignore[attr-defined]
    assert entry.what.nl != entry.what.en  # type: ignore[attr-defined]
    assert entry.mend.nl  # type: ignore[attr-defined]
    assert entry.mend.en  # type: ignore[attr-defined]


def test_a_first_line_that_is_a_pupils_row_is_not_repeated() -> None:
    mapping = make_mapping(load_profile("generic"))
    with pytest.raises(AanwezigError) as error:
        check_header(mapping, resolve_header(mapping, ("100234", "Jansen", "08-09-2025")), "x.csv")
    assert "Jansen" not in error.value.in_language("nl")
