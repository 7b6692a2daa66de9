"""SVG without style attributes, so that a page can forbid all inline style and script."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape


def number(value: float) -> str:
    """A coordinate, as short as it can be."""
    return f"{value:.1f}".removesuffix(".0")


def tag(name: str, content: str | Markup = "", **attributes: object) -> Markup:
    """``<name …>content</name>``; an underscore in a name becomes a hyphen, ``class_`` is ``class``."""
    parts = []
    for key, value in attributes.items():
        if value is None:
            continue
        text = number(value) if isinstance(value, float) else str(value)
        parts.append(f' {key.rstrip("_").replace("_", "-")}="{escape(text)}"')
    inner = content if isinstance(content, Markup) else escape(content)
    return Markup(f"<{name}{''.join(parts)}>{inner}</{name}>")


def join(parts: Sequence[Markup]) -> Markup:
    return Markup("").join(parts)


def picture(
    name: str,
    width: float,
    height: float,
    title: str,
    description: str,
    parts: Sequence[Markup],
    class_: str = "",
) -> Markup:
    """An SVG that grows and shrinks as a whole, announced by title and description; ``name`` is unique on the page."""
    heads = [tag("title", title, id=f"{name}-t"), tag("desc", description, id=f"{name}-d")]
    return tag(
        "svg",
        join([*heads, *parts]),
        class_=class_ or None,
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_labelledby=f"{name}-t",
        aria_describedby=f"{name}-d",
    )


def wide_picture(
    height: float, title: str, description: str, parts: Sequence[Markup], class_: str = "pic"
) -> Markup:
    """An SVG as wide as its place, whose parts lie at percentages: words keep their size on a phone.

    Without names, so that a page may hold many; title and description are children, which browsers announce.
    """
    heads = [tag("title", title)]
    if description:
        heads.append(tag("desc", description))
    return tag(
        "svg",
        join([*heads, *parts]),
        class_=class_,
        width="100%",
        height=float(height),
        role="img",
        aria_label=title,
    )


def at(share: float) -> str:
    """A place along the width: a share of 0-1 as a percentage."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".") + "%"


def label(x: float | str, y: float, text: str, class_: str = "label", anchor: str | None = None) -> Markup:
    return tag("text", text, x=x, y=y, class_=class_, text_anchor=anchor)
