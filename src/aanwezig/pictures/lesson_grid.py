"""Weekdays down, lessons across: the share of lessons missed, darker when more. Every cell has its number."""

from __future__ import annotations

from markupsafe import Markup

from aanwezig.pictures.bars import Grid
from aanwezig.pictures.drawing import at, label, tag, wide_picture
from aanwezig.pictures.texts import Texts
from aanwezig.values.forms import SHORT_WEEKDAYS, WEEKDAYS, Forms
from aanwezig.values.text import Language

ROW, CELL = 40.0, 36.0
HEAD = 24.0
LEFT = 0.1


def lesson_grid(grid: Grid, language: Language) -> Markup:
    """Whole percentages; a dash where that weekday has no such lesson."""
    say, forms = Texts(language), Forms(language)
    column = (1 - LEFT) / max(len(grid.lessons), 1)
    parts: list[Markup] = []
    for place, lesson in enumerate(grid.lessons):
        middle = at(LEFT + column * (place + 0.5))
        parts.append(label(middle, 15.0, say("grid.lesson", number=lesson), "pic-head", "middle"))
    most: tuple[float, str] | None = None
    for line, (weekday, cells) in enumerate(zip(grid.weekdays, grid.cells, strict=True)):
        top = HEAD + line * ROW
        parts.append(label(at(LEFT - 0.025), top + 23, SHORT_WEEKDAYS[language][weekday], "pic-head", "end"))
        for place, cell in enumerate(cells):
            left = LEFT + column * place
            where = say("grid.where", weekday=WEEKDAYS[language][weekday], lesson=grid.lessons[place])
            words = (
                f"{where}: {forms.percent(cell.share) if cell.share is not None else say('grid.no_lesson')}"
            )
            shade = "shade-none" if cell.share is None else f"shade-{cell.shade}"
            parts.append(
                tag(
                    "rect",
                    tag("title", words),
                    x=at(left + column * 0.03),
                    y=top,
                    width=at(column * 0.94),
                    height=CELL,
                    rx=4,
                    class_=shade,
                )
            )
            number = "–" if cell.share is None else forms.number(cell.share * 100)
            parts.append(label(at(left + column / 2), top + 23, number, f"on-{shade}", "middle"))
            if cell.share is not None and (most is None or cell.share > most[0]):
                most = (cell.share, where)
    told = say("grid.most", where=most[1], share=forms.percent(most[0])) if most else say("grid.none_known")
    return wide_picture(HEAD + ROW * len(grid.weekdays), say("grid.picture"), told, parts)
