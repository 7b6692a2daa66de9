"""The HTML report: one page that needs nothing else, safe, readable by everybody, in both languages."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from aanwezig.cli.report.check_report import check_page
from aanwezig.cli.report.measure_report import measure_page
from aanwezig.cli.report.page import style
from aanwezig.cli.texts import Texts
from aanwezig.library import open_register
from aanwezig.values.text import Language
from factories.folders import csv_folder

ON = date(2025, 10, 1)
MADE_ON = date(2025, 10, 2)
HOSTILE = '"><script>alert(1)</script>'
VOID = {"meta", "br", "hr", "img", "input", "link"}
LANGUAGES: tuple[Language, ...] = ("nl", "en")


class Reader(HTMLParser):
    """Every element with its attributes, and whether each that was opened was closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes <{self.open[-1:]}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def of(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name in names]


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two schools, a duty, signals, a contradiction, refused rows, a missing birth date, hostile names."""
    rows = [
        f"d{n},p2,03XY01,2025-09-{day:02},,{lesson},,truant,no"
        for n, (day, lesson) in enumerate((d, h) for d in (8, 9, 10, 11, 12) for h in range(1, 7))
    ]
    sick = [f"s{day},p1,25PL00,2025-09-{day:02},,,day,sick,yes" for day in (1, 8, 15, 22)]
    odd = [
        "x1,p1,25PL00,2025-09-14,60,,,sick,yes",
        "x2,p1,25PL00,2025-02-31,60,,,sick,yes",
        f'"{HOSTILE.replace(chr(34), chr(34) * 2)}",p3,25PL00,2025-09-13,60,,,sick,yes',
        "x4,p1,25PL00,2025-09-02,60,,,<b>wat</b>,yes",
    ]
    unknown = [f"u{day},p3,25PL00,2025-09-{day:02},,,day,truant,no" for day in (8, 9, 10, 11, 12)]
    absences = "\n".join(
        [
            "absence_id,pupil_id,school_id,date,minutes,lesson,part,reason,authorised",
            *rows,
            *sick,
            *odd,
            *unknown,
        ]
    )
    schools = (
        'school_id,name,sector,holiday_region\n25PL00,"De <i>Brug</i>",po,noord\n03XY01,Het Plein,vo,noord\n'
    )
    return csv_folder(tmp_path_factory.mktemp("report"), absences=absences + "\n", schools=schools)


def page_of(folder: Path, language: Language) -> str:
    register = open_register(folder, on=ON)
    return check_page(register, register.check(), Texts(language), MADE_ON)


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, str]:
    register = open_register(folder, on=ON)
    measures = register.measure(by="group", per="week")
    checked = {f"check-{language}": page_of(folder, language) for language in LANGUAGES}
    return checked | {
        f"measure-{language}": measure_page(register, measures, Texts(language), MADE_ON)
        for language in LANGUAGES
    }


KINDS = tuple(f"{kind}-{language}" for kind in ("check", "measure") for language in LANGUAGES)


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_asks_nothing_of_the_network(pages: dict[str, str], kind: str) -> None:
    reader = read(pages[kind])
    assert not reader.of("script", "link", "img", "iframe", "object", "form", "base")
    for _, attributes in reader.elements:
        for name in ("src", "srcset", "data", "background", "action"):
            assert name not in attributes
        address = attributes.get("href") or attributes.get("xlink:href") or "#"
        assert address.startswith(("#", "data:text/csv"))
    assert "url(" not in pages[kind] and "@import" not in pages[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_its_own_policy_allows_its_style_and_nothing_else(pages: dict[str, str], kind: str) -> None:
    reader = read(pages[kind])
    (policy,) = [a["content"] for a in reader.of("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None and policy.startswith("default-src 'none'; style-src 'sha256-")
    text = re.search(r"<style>(.*?)</style>", pages[kind], re.DOTALL)
    assert text is not None
    digest = base64.b64encode(hashlib.sha256(text[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert not [a for _, a in reader.elements if "style" in a or any(name.startswith("on") for name in a)]


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_register_holds_is_text_and_never_markup(pages: dict[str, str], kind: str) -> None:
    reader = read(pages[kind])
    assert "script" not in {name for name, _ in reader.elements}
    assert not {"i", "b"} & {name for name, _ in reader.elements} or "<i>Brug" not in pages[kind]
    assert "<b>wat</b>" not in pages[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_used_once_and_every_link_leads_somewhere(pages: dict[str, str], kind: str) -> None:
    reader = read(pages[kind])
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = {a["href"][1:] for _, a in reader.elements if (a.get("href") or "").startswith("#")}  # type: ignore[index]
    wanted |= {
        one
        for _, a in reader.elements
        for name in ("aria-labelledby", "aria-describedby")
        for one in (a.get(name) or "").split()
    }
    assert wanted <= set(ids)


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_have_a_name_tables_have_heads_and_headings_follow_each_other(
    pages: dict[str, str], kind: str
) -> None:
    page = pages[kind]
    reader = read(page)
    assert reader.of("html")[0]["lang"] == kind.partition("-")[2]
    for picture in reader.of("svg"):
        assert picture.get("aria-hidden") == "true" or picture.get("role") == "img"
    levels = [int(name[1]) for name, _ in reader.elements if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for table in re.findall(r"<table.*?</table>", page, re.DOTALL):
        assert "<th" in table


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_never_reads_nan_or_none(pages: dict[str, str], kind: str) -> None:
    text = " ".join(read(pages[kind]).text)
    assert not re.search(r"\b(nan|None|inf|null|Undefined)\b", text)


def test_the_headline_is_the_answer(pages: dict[str, str]) -> None:
    dutch = re.search(r"<h1>(.*?)</h1>", pages["check-nl"])
    english = re.search(r"<h1>(.*?)</h1>", pages["check-en"])
    assert dutch is not None and english is not None
    assert re.search(r"\d,\d\u00a0% aanwezig · \d+ melding(en)? te doen, \d+ te laat", dutch[1])
    assert re.search(r"\d\.\d% present · \d+ reports? to make, \d+ late", english[1])


def test_everything_a_coordinator_needs_is_on_the_page(pages: dict[str, str]) -> None:
    text = " ".join(" ".join(read(pages["check-nl"]).text).split())
    for part in (
        "Te melden",
        "Wie aandacht vraagt, en waarom",
        "Voorstel laag",
        "doel 95 %",
        "verwacht 5-20 %",
        "Banden per klas",
        "Gemist per dag en lesuur",
        "Redenen",
        "Gegevens die elkaar tegenspreken",
        "Regels die niet of niet helemaal zijn gelezen",
        "Zo is dit geteld",
        "Leerplichtwet 1969",
        "Niet is opgegeven tot welke dag",
        "Schooljaar 2025-2026",
    ):
        assert part in text, part


def test_the_same_register_gives_the_same_page(folder: Path) -> None:
    assert page_of(folder, "nl") == page_of(folder, "nl")


def test_a_register_without_pupils_or_absence_still_gives_a_page(tmp_path: Path) -> None:
    empty = csv_folder(
        tmp_path / "empty",
        pupils="pupil_id,birth_date\n",
        enrolments="pupil_id,school_id,first_day,last_day,group\n",
        absences="pupil_id,school_id,date,reason\n",
    )
    page = page_of(empty, "nl")
    assert "Er is nu niets te melden" in page and "niet te bepalen" in page
    read(page)


def test_a_register_in_the_summer_before_the_first_lesson_still_gives_a_page(folder: Path) -> None:
    register = open_register(folder, on=date(2025, 8, 2))
    read(check_page(register, register.check(), Texts("nl"), MADE_ON))


# --- colours


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def token(name: str) -> str:
    found = re.search(rf"--{name}:(#[0-9a-f]+)", style())
    assert found is not None, name
    return found[1]


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("text", "page"),
        ("text", "card"),
        ("soft", "page"),
        ("soft", "card"),
        ("soft", "wash"),
        ("action", "page"),
        ("action", "card"),
        ("action", "wash"),
        ("late", "late-bg"),
        ("soon", "soon-bg"),
        ("calm", "calm-bg"),
        ("done", "done-bg"),
        ("text", "good"),
        ("text", "risk"),
    ],
)
def test_text_stands_out_enough_from_its_ground(text: str, ground: str) -> None:
    assert contrast(token(text), token(ground)) >= 4.5


@pytest.mark.parametrize(
    ("ground", "text"),
    [("chronic", "#fff"), ("severe", "#fff")],
)
def test_white_numbers_stand_out_in_the_dark_bands(ground: str, text: str) -> None:
    assert contrast(token(ground), text) >= 4.5


def test_cells_of_the_grid_and_tiers_stand_out() -> None:
    for number, ground, text in re.findall(
        r"\.s(\d)\{background:(#[0-9a-f]+);?(?:color:(#[0-9a-f]+))?\}", style()
    ):
        assert contrast(ground, text or token("text")) >= 4.5, number
    for ground in re.findall(r"tier-\d\{fill:(#[0-9a-f]+)\}", style()):
        assert contrast(ground, "#fff") >= 4.5
