"""Tags and filters of every page: numbers and dates as people write them, components, pictures.

The components are described in ``design/README.md``; each has its template in ``templates/components``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Select,
    Textarea,
)
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from aanwezig.calendar import working_days_between
from aanwezig.pictures.catalogue import draw
from aanwezig.values import BilingualText
from aanwezig.values.forms import Forms
from aanwezig.values.text import Language
from aanwezig.web.access.decide import today
from aanwezig.web.access.table import rights
from aanwezig.web.design.icons import ICONS

register = template.Library()
NOTHING = "–"


def language() -> Language:
    """The language of the page."""
    return "en" if get_language() == "en" else "nl"


def _forms() -> Forms:
    return Forms(language())


# Numbers


@register.filter
def percent(share: float | None, decimals: int = 1) -> str:
    """A share of 0-1: 94,1 % and 94.1%; a dash where it is unknown."""
    return _forms().percent(share, decimals)


@register.filter
def rate(value: float | None) -> str:
    """An attendance rate 0-1, cut and not rounded: just under 95 % never reads as 95 %."""
    return _forms().rate(value)


@register.filter
def number(value: float | str | None, decimals: int = 0) -> str:
    """1.237 and 1,237; a dash where it is unknown, or not there in what a job kept (Django then gives an empty text)."""
    return NOTHING if value is None or isinstance(value, str) else _forms().number(value, decimals)


@register.filter
def hours(minutes: float | None) -> str:
    """Minutes as hours with one decimal: 16,5 uur."""
    if minutes is None:
        return NOTHING
    return _("%(hours)s hours") % {"hours": _forms().number(minutes / 60, 0 if minutes % 60 == 0 else 1)}


# Days


def _as_day(value: date | datetime | str | None) -> date | None:
    if isinstance(value, str):
        return date.fromisoformat(value) if value else None
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


@register.filter
def day(value: date | datetime | str | None) -> str:
    """23 september; with the year when it is another one."""
    found = _as_day(value)
    return NOTHING if found is None else _forms().day(found, year=found.year != today().year)


@register.filter
def long_day(value: date | datetime | str | None) -> str:
    """dinsdag 23 september 2025."""
    found = _as_day(value)
    return NOTHING if found is None else _forms().day(found, weekday=True)


@register.filter
def full_day(value: date | datetime | str | None) -> str:
    """23 september 2025."""
    found = _as_day(value)
    return NOTHING if found is None else _forms().day(found)


@register.filter
def short_day(value: date | datetime | str | None) -> str:
    """23 sep; with the year when it is more than eleven months away."""
    found = _as_day(value)
    if found is None:
        return NOTHING
    far = abs((found - today()).days) > 334
    return f"{_forms().short_day(found)} {found.year}" if far else _forms().short_day(found)


@register.filter
def moment(value: datetime | None) -> str:
    """23 september 2025, 14.05 (14:05 in English), in Dutch time."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    return f"{_forms().day(local.date())}, {local:{'%H.%M' if language() == 'nl' else '%H:%M'}}"


@register.simple_tag
def period(first: date | None, last: date | None) -> str:
    """8 – 11 september; one day as itself."""
    return _forms().period(first, last, year=bool(last and last.year != today().year))


def days_left_text(due: date, on: date) -> str:
    """The time until a last day in words; counted in working days, late in calendar days."""
    if due < on:
        late = (on - due).days
        return ngettext("%(days)s day late", "%(days)s days late", late) % {"days": late}
    if due == on:
        return _("today")
    if (due - on).days == 1:
        return _("tomorrow")
    left = working_days_between(on, due)
    return ngettext("%(days)s working day left", "%(days)s working days left", left) % {"days": left}


@register.filter
def days_left(due: date | None) -> str:
    """'nog 4 werkdagen', 'morgen', 'vandaag', '1 dag te laat'; empty without a last day."""
    return days_left_text(due, today()) if due else ""


@register.simple_tag
def due_chip(due: date | None) -> SafeString:
    """The time left as a chip: red when late, yellow today and tomorrow."""
    if due is None:
        return mark_safe("")
    left = (due - today()).days
    kind = "bad" if left < 0 else "warn" if left <= 1 else ""
    return chip(days_left_text(due, today()), kind)


# Texts


@register.filter
def bilingual(text: BilingualText | Mapping[str, str] | None) -> str:
    """The Dutch or English of a text that belongs to a definition."""
    if text is None:
        return ""
    return text[language()] if isinstance(text, Mapping) else text.in_language(language())


@register.filter
def right_title(name: str) -> str:
    """What a right of the access table is called."""
    one = rights().get(name)
    return getattr(one.title, language()) if one else name


# Chips


@register.simple_tag
def chip(text: str, kind: str = "") -> SafeString:
    """A short word with a colour. kind: info, good, warn, bad, none (no data), tier-1 …, or a band."""
    return format_html('<span class="chip {}">{}</span>', kind, text)


def band_word(band: str | None) -> str:
    words = {
        "good": pgettext("band", "good"),
        "at_risk": pgettext("band", "at risk"),
        "chronic": pgettext("band", "chronic"),
        "severe": pgettext("band", "severe"),
    }
    return words.get(band or "", _("no data"))


@register.simple_tag
def band_chip(band: str | None, value: float | None = None) -> SafeString:
    """A band with its word, or with the rate: '86,2 %'. Without a band: 'geen gegevens'."""
    text = _forms().rate(value) if value is not None and band else band_word(band)
    return chip(text, band or "none")


@register.simple_tag
def tier_chip(tier: int | None, proposed: bool = False) -> SafeString:
    """Laag 2; 'voorstel laag 2' with a dashed edge while nobody set it."""
    if tier is None:
        return chip(_("no tier set"), "none")
    text = (_("proposed: tier %(tier)s") if proposed else _("Tier %(tier)s")) % {"tier": tier}
    return chip(text, f"tier-{tier}{' proposed' if proposed else ''}")


# Components: blocks


@register.simple_block_tag
def card(
    content: str,
    title: str | Promise = "",
    url: str = "",
    link: str | Promise = "",
    level: int = 2,
    id: str = "",
    class_: str = "",
) -> SafeString:
    """A white card with a head and one link on the right."""
    names = {"title": title, "url": url, "link": link, "level": level, "id": id, "class": class_}
    return render_to_string("components/card.html", {**names, "content": content})


@register.simple_block_tag
def definition(content: str, title: str | Promise = "") -> SafeString:
    """A drawer that says how something was counted; works without script."""
    return render_to_string("components/definition.html", {"content": content, "title": title})


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str | Promise = "", role: str = "") -> SafeString:
    """A box with something to know. kind: info, good, warn, bad."""
    return render_to_string(
        "components/notice.html", {"content": content, "kind": kind, "title": title, "role": role}
    )


@register.simple_block_tag
def empty_state(
    content: str,
    title: str | Promise = "",
    url: str = "",
    link: str | Promise = "",
    level: int = 2,
    main: bool = True,
) -> SafeString:
    """What will appear here, why it is empty, and the one step that fills it."""
    names = {"content": content, "title": title, "url": url, "link": link, "level": level, "main": main}
    return render_to_string("components/empty.html", names)


@register.simple_block_tag
def with_table(
    content: str, picture: str, caption: str | Promise, says: str = "", download_url: str = ""
) -> SafeString:
    """A picture, its table (the rows are the content) and the download."""
    names = {
        "content": content,
        "picture": picture,
        "caption": caption,
        "says": says,
        "download_url": download_url,
    }
    return render_to_string("components/picture_with_table.html", names)


@register.simple_block_tag(takes_context=True)
def confirm(
    context: template.Context,
    content: str,
    yes: str | Promise,
    back: str = "",
    action: str = "",
    danger: bool = False,
) -> SafeString:
    """A question with one answer that does it, and a way back."""
    names = {"content": content, "yes": yes, "back": back, "action": action, "danger": danger}
    return render_to_string("components/confirm.html", names, request=context.get("request"))


# Components: without content


@register.inclusion_tag("components/figure_card.html")
def figure_card(
    value: str, what: str | Promise, url: str = "", chip: str = "", kind: str = "", more: str = ""
) -> dict[str, Any]:
    """One figure: what it is, a chip, a line of more; the whole card is the link."""
    return {"value": value, "what": what, "url": url, "chip": chip, "kind": kind, "more": more}


@register.inclusion_tag("components/list_row.html")
def list_row(
    who: str,
    why: str,
    url: str = "",
    under: str = "",
    because: str = "",
    trend: str = "",
    chip: str = "",
    action: str | Promise = "",
    action_url: str = "",
    main: bool = False,
) -> dict[str, Any]:
    """A row of ``<ul class="rows">``: who, trend and chip, why with its second line, one action."""
    return {
        "who": who,
        "why": why,
        "url": url,
        "under": under,
        "because": because,
        "trend": trend,
        "chip": chip,
        "action": action,
        "action_url": action_url,
        "action_kind": "primary" if main else "secondary",
    }


@register.inclusion_tag("components/tabs.html")
def tabs(tabs: Sequence[Mapping[str, Any]], label: str | Promise) -> dict[str, Any]:
    """Tabs that are pages: each has label, url, current and perhaps count."""
    return {"tabs": tabs, "label": label}


@register.inclusion_tag("components/steps.html")
def steps(labels: Sequence[str], now: int, urls: Sequence[str] = ()) -> dict[str, Any]:
    """The steps of a wizard; ``now`` counts from 1. Steps that are done link to ``urls`` where given."""
    made = []
    for place, label in enumerate(labels, start=1):
        state = "done" if place < now else "now" if place == now else "later"
        url = urls[place - 1] if place < now and len(urls) >= place else ""
        made.append({"label": label, "state": state, "url": url})
    return {"steps": made}


@register.inclusion_tag("components/timeline.html")
def timeline(items: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Facts and words in time: each item has day, text, and perhaps chip, kind, by."""
    return {"items": items}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: Any) -> dict[str, Any]:
    """``{% breadcrumbs "Leerlingen" url_of_pupils "1D" %}``: label and address in turn, the last one without."""
    pairs = [parts[at : at + 2] for at in range(0, len(parts), 2)]
    return {"crumbs": [{"label": pair[0], "url": pair[1] if len(pair) > 1 else ""} for pair in pairs]}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: template.Context, page_obj: Page[Any], name: str = "page") -> dict[str, Any]:
    """The pages of a list; keeps what else stands in the address."""
    request = context.get("request")
    query = request.GET.copy() if request else None
    if query is not None:
        query.pop(name, None)
    kept = f"{query.urlencode()}&" if query else ""
    numbers = list(page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=2, on_ends=1))
    return {
        "page_obj": page_obj,
        "paginator": page_obj.paginator,
        "numbers": numbers,
        "gap": page_obj.paginator.ELLIPSIS,
        "query": kept,
        "name": name,
    }


@register.inclusion_tag("components/filters.html", takes_context=True)
def filters(context: template.Context, form: BaseForm, target: str = "") -> dict[str, Any]:
    """The filters of a list as a bar; ``target``: with htmx only this element is renewed."""
    request = context.get("request")
    return {"form": form, "request": request, "target": target, "is_filtered": bool(request and request.GET)}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What has to be mended, each with a link to its field."""
    wrong = [(field, field.errors) for field in form if field.errors]
    total = sum(len(errors) for _field, errors in wrong) + len(form.non_field_errors())
    return {"form": form, "fields": wrong, "count": total}


@register.inclusion_tag("design/forms/one_field.html")
def form_field(field: BoundField, hide_optional: bool = False) -> dict[str, Any]:
    """One field: label above, help, error tied by aria-describedby."""
    widget = field.field.widget
    kind, name = "text", "utrecht-textbox"
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        kind, name = "choices", ""
    elif isinstance(widget, CheckboxInput):
        kind, name = "checkbox", ""
    elif isinstance(widget, Select):
        kind, name = "select", "utrecht-select utrecht-select--html-select"
    elif isinstance(widget, Textarea):
        kind, name = "textarea", "utrecht-textarea utrecht-textarea--html-textarea"
    elif getattr(widget, "input_type", "") == "file":
        kind, name = "file", ""
    described = " ".join(
        f"{field.auto_id}_{part}"
        for part, there in (("helptext", field.help_text), ("error", field.errors))
        if there
    )
    own = str(widget.attrs.get("class", ""))
    attrs: dict[str, str | bool] = {"class": f"{name} {own}".strip()} if name or own else {}
    if described and kind != "choices":
        attrs["aria-describedby"] = described
    return {
        "field": field,
        "kind": kind,
        "described_by": described,
        "hide_optional": hide_optional,
        "widget": field.as_widget(attrs=attrs) if kind != "choices" else "",
        "errors": field.errors.render("design/forms/errors.html"),
    }


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small drawing beside a word; never alone."""
    return mark_safe(
        '<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{ICONS[name]}"/></svg>'
    )


# Pictures


@register.simple_tag
def picture(name: str, *values: Any, **options: Any) -> SafeString:
    """``{% picture "spark_line" rates %}``: a picture of ``aanwezig.pictures.PICTURES`` in the page's language."""
    return mark_safe(draw(name, *values, language=language(), **options))
