"""Words on the pages of thresholds and retention."""

from __future__ import annotations

from typing import Any

from django import template

from aanwezig.web.definitions.queries import in_words, shown
from aanwezig.web.results.thresholds import Threshold

register = template.Library()


@register.filter
def words(text: Any) -> str:
    """The reader's language of a text of the data."""
    return in_words(text)


@register.simple_tag
def source_value(threshold: Threshold) -> str:
    """What the source says."""
    return shown(threshold.default, threshold.unit)


@register.simple_tag
def own_value(threshold: Threshold) -> str:
    """What the school chose, in words."""
    reading = next((one for one in threshold.readings if one.name == threshold.chosen), None)
    return shown(reading.value if reading else threshold.chosen, threshold.unit)
