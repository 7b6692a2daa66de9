"""A letter as a PDF: A4, the address of the school, the text as it was kept."""

from __future__ import annotations

from django.template.loader import render_to_string
from weasyprint import HTML

from aanwezig.web.duties.models import Letter


def letter_as_pdf(letter: Letter) -> bytes:
    """The PDF file; nothing is fetched from anywhere."""
    html = render_to_string("duties/letter_pdf.html", {"letter": letter})
    pdf: bytes = HTML(string=html, url_fetcher=_nothing).write_pdf()
    return pdf


def _nothing(url: str, *args: object, **kwargs: object) -> dict[str, object]:
    raise ValueError("a letter fetches nothing")
