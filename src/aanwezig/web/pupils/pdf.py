"""The overview as a PDF: A4, nothing is fetched from anywhere."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


def overview_as_pdf(context: dict[str, Any]) -> bytes:
    """The PDF file of an overview. The calendar carries its own style: the page's does not reach into a picture."""
    from weasyprint import HTML

    pictures = {name: _styled(str(context[name])) for name in ("calendar", "legend")}
    html = render_to_string("pupils/overview_pdf.html", {**context, **pictures})
    pdf: bytes = HTML(string=html, url_fetcher=_nothing).write_pdf()
    return pdf


def _styled(drawn: str) -> SafeString:
    style = resources.files("aanwezig.web.pupils").joinpath("calendar_print.css").read_text("utf-8")
    return mark_safe(re.sub("(<svg[^>]*>)", lambda found: f"{found[1]}<style>{style}</style>", drawn))


def _nothing(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    raise ValueError("an overview fetches nothing")
