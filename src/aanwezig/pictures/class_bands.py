"""Bands per class: a bar of four parts for each class, and what the colours mean."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from aanwezig.pictures.bars import BANDS, ROOM_FOR_NUMBER, BandRow
from aanwezig.pictures.drawing import at, join, label, tag, wide_picture
from aanwezig.pictures.texts import Texts
from aanwezig.values.forms import Forms
from aanwezig.values.text import Language

ROW, BAR = 32.0, 23.0
# Room for the class's name.
LEFT = 0.15


def class_bands(rows: Sequence[BandRow], language: Language) -> Markup:
    """Percentages of the pupils of each class, in the order given; a class without lessons is said so."""
    say, forms = Texts(language), Forms(language)
    parts: list[Markup] = []
    told: list[str] = []
    for place, row in enumerate(rows):
        top = place * ROW
        parts.append(label(at(LEFT - 0.02), top + 16, row.name, "pic-name", "end"))
        if not any(row.shares):
            parts.append(label(at(LEFT), top + 16, say("bands.no_lessons"), "pic-small"))
            continue
        start = LEFT
        for band, share in zip(BANDS, row.shares, strict=True):
            if not share:
                continue
            width = share * (1 - LEFT)
            words = say("bands.part", group=row.name, band=say(f"band.{band}"), share=forms.percent(share, 0))
            parts.append(
                tag(
                    "rect",
                    tag("title", words),
                    x=at(start),
                    y=top,
                    width=at(max(width - 0.003, 0.002)),
                    height=BAR,
                    rx=2,
                    class_=f"band-{band}",
                )
            )
            if share >= ROOM_FOR_NUMBER:
                number = forms.number(share * 100)
                parts.append(label(at(start + width / 2), top + 16, number, f"in-{band}", "middle"))
            start += width
        shares = ", ".join(
            f"{say(f'band.short.{band}')} {forms.percent(share or 0, 0)}"
            for band, share in zip(BANDS, row.shares, strict=True)
        )
        told.append(f"{row.name}: {shares}")
    drawn = wide_picture(max(len(rows), 1) * ROW - 6, say("bands.title"), "; ".join(told), parts)
    return drawn + band_legend(language)


def band_legend(language: Language) -> Markup:
    """The four bands with their colour."""
    say = Texts(language)
    keys = [
        tag("li", join([key(f"band-{band}"), Markup.escape(say(f"band.short.{band}"))])) for band in BANDS
    ]
    return tag("ul", join(keys), class_="legend")


def key(class_: str, letter: str = "") -> Markup:
    """A small square of a legend."""
    parts = [tag("rect", width=14, height=14, rx=3, class_=class_)]
    if letter:
        parts.append(label(7.0, 11.0, letter, f"on-{class_}", "middle"))
    return tag("svg", join(parts), class_="key", viewBox="0 0 14 14", width=14, height=14, aria_hidden="true")
