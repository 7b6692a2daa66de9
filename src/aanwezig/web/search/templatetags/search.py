"""Words in lists of pupils."""

from __future__ import annotations

from django import template

from aanwezig.web.design.templatetags.design import band_word

register = template.Library()
register.filter("band_name", band_word)
