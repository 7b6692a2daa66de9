"""Real files go through the import without a traceback; what they lack is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from aanwezig.register import import_files
from aanwezig.values import AanwezigError

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real files in ../shared/data are not here")

WITHOUT_PUPILS = (
    "attendance/dfe_england/daily_la_2022-10-13.csv.gz",
    "attendance/dfe_england/daily_la_2023-09-28.csv.gz",
    "attendance/dfe_england/weekly_la_2023-01-12.csv.gz",
    "attendance/nyc/nyc_daily_sy2014_2015.csv.gz",
    "attendance/nyc/nyc_schools.csv",
    "attendance/us_states/colorado_2016-2017_ChronicAbsenteeism.xlsx",
    "attendance/us_states/connecticut_chronic_absence_by_grade_raw_2016-17.csv",
    "attendance/pupil_level/quine_MASS.csv",
)


@pytest.mark.parametrize("name", WITHOUT_PUPILS)
def test_figures_without_pupils_say_in_one_line_what_they_lack(tmp_path: Path, name: str) -> None:
    with pytest.raises(AanwezigError) as error:
        import_files(DATA / name, "25PL00", "generic", into=tmp_path / "r")
    assert error.value.code == "REG-108"
    for language in ("nl", "en"):
        said = error.value.in_language(language)
        assert "pupil_id" in said
        assert "\n" not in said
    assert not (tmp_path / "r").exists()


def test_the_raw_day_of_new_york_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(AanwezigError) as error:
        import_files(DATA / "attendance/nyc/raw_xml/20140106.xml", "25PL00", "generic", into=tmp_path / "r")
    assert error.value.code == "REG-101"


@pytest.mark.parametrize("name", ["StudentSchoolAttendance.xml", "StudentSchoolAttendance_flat_derived.csv"])
def test_the_edfi_events_are_read_in_both_forms(tmp_path: Path, name: str) -> None:
    report = import_files(DATA / "formats/edfi" / name, "25PL00", "edfi", into=tmp_path / "r")
    # One partial absence does not say how long it was.
    assert (report.rows_read, report.new, report.refused) == (1917, 1916, 1)
    assert report.fault_counts == {"REG-021": 1}


def test_of_the_edfi_events_one_school_can_be_taken(tmp_path: Path) -> None:
    path = DATA / "formats/edfi/StudentSchoolAttendance.xml"
    report = import_files(path, "255901001", "edfi", into=tmp_path / "r")
    assert report.new + report.refused + report.other_school == 1917
    assert (report.new, report.other_school) == (619, 1297)


@pytest.mark.parametrize(
    ("name", "profile", "pupils"),
    [
        ("edexml/EDEXML.Voorbeeld.2.1.xml", "edexml", 3),
        ("oneroster/Test_minimal_data_set.zip", "oneroster", 3),
        ("oneroster/v1p2_full_dataset.zip", "oneroster", 2),
    ],
)
def test_the_real_rosters_become_pupils_and_enrolments(
    tmp_path: Path, name: str, profile: str, pupils: int
) -> None:
    report = import_files(DATA / "formats" / name, "99ZZ00", profile, into=tmp_path / "r")
    assert report.roster["pupils"]["new"] == pupils
    assert report.roster["enrolments"]["new"] >= 1
    assert report.notes


def test_the_somtoday_samples_are_read_or_told_to_be_no_json(tmp_path: Path) -> None:
    folder = DATA / "formats/somtoday"
    report = import_files(folder / "absentiemeldingen.sample.json", "25PL00", "somtoday", into=tmp_path / "r")
    assert (report.rows_read, report.refused) == (1, 1)
    with pytest.raises(AanwezigError) as error:
        import_files(folder / "waarnemingen.sample.json", "25PL00", "somtoday", into=tmp_path / "r")
    assert error.value.code == "REG-101"
