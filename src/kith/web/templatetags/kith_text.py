"""How kith writes times, spans of time and numbers.

Times are shown in the active time zone, in words; the exact time is the title.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kith.core.scoring import Explanation, FactorLine
from kith.core.wording import count
from kith.web.downloads import KINDS
from kith.web.pages.marks import ScoreMark

register = template.Library()

UNKNOWN = "–"
_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


@register.simple_tag
def number(value: int | None) -> str:
    """A whole number with its thousands set apart, or a dash when it is unknown."""
    return UNKNOWN if value is None else f"{value:,}"


@register.simple_tag
def counted(number: int, thing: str, things: str = "") -> str:
    """1 person, 2 people: `{% counted page.count "person" "people" %}`."""
    return count(number, thing, things)


@register.simple_tag
def ratio(value: float | None) -> str:
    """What they follow for each of their followers: one decimal says enough, and none once it is large."""
    if value is None:
        return UNKNOWN
    return number(round(value)) if value >= 100 else f"{value:.1f}"


@register.simple_tag
def when(value: datetime | None) -> str | SafeString:
    """A `<time>` element: how long ago (or how far ahead) in words; the exact time is its title."""
    if value is None:
        return UNKNOWN
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        exact(value),
        relative(value, timezone.now()),
    )


@register.simple_tag
def planned(value: datetime) -> SafeString:
    """A `<time>` element: when something is going to happen, give or take a minute."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        exact(value),
        appointment(value, timezone.now()),
    )


@register.simple_tag
def between(after: datetime | None, before: datetime) -> SafeString:
    """The interval in which a change happened, as a `<time>` that stands at its end."""
    title = f"Seen {exact(before)}"
    if after is not None:
        title = f"Between {exact(after)} and {exact(before)}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', before.isoformat(), title, span(after, before)
    )


@register.simple_tag
def score(value: int | None) -> SafeString:
    """A score as number, word and colour."""
    mark = ScoreMark.of(value)
    shown = UNKNOWN if mark.score is None else mark.score
    return format_html(
        '<span class="score-mark score-{}">{} <span>{}</span></span>', mark.tone, shown, mark.word
    )


@register.simple_tag
def explained(explanation: Explanation) -> SafeString:
    """A score in sentences. Not a template of its own: a page shows fifty, and half its time went into them."""
    score = (
        "Too little is known for a score."
        if explanation.score is None
        else format_html("<strong>{}</strong> of 100, {}.", explanation.score, explanation.category)
    )
    factors = format_html_join(
        "",
        "<div><dt>{}{}</dt><dd>{}</dd></div>",
        ((line.name, _points(line), line.sentence) for line in explanation.factors),
    )
    modifiers = format_html_join(
        "",
        "<div><dt>{} points</dt><dd>{}</dd></div>",
        ((str(line.points).replace("-", "−"), line.sentence) for line in explanation.modifiers),
    )
    return format_html(
        '<div class="explanation"><p>{} How sure this is: {}.</p><dl>{}{}</dl></div>',
        score,
        explanation.confidence_word,
        factors,
        modifiers,
    )


def _points(line: FactorLine) -> str | SafeString:
    if line.value is None:
        return ""
    points = f"{line.contribution:g} of {line.weight:g} points"
    return format_html(' <span class="soft">{}</span>', points)


@register.inclusion_tag("_downloads.html")
def downloads(
    route: str, *args: object, query: str = "", is_small: bool = False
) -> dict[str, object]:
    """The links to a list as a file of each kind; `query` is the address's, for a list that was filtered."""
    asked = f"?{query}" if query else ""
    links = [(kind.upper(), f"{reverse(route, args=[*args, kind])}{asked}") for kind in KINDS]
    return {"links": links, "is_small": is_small}


def exact(value: datetime) -> str:
    """The full time in the active zone, such as `Monday 2 March 2026, 09:05 CET`."""
    local = timezone.localtime(value)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M %Z}"


def relative(value: datetime, now: datetime) -> str:
    """`value` as said at `now`. Beyond a week the day itself says more than a count of days."""
    seconds = (value - now).total_seconds()
    distance = abs(seconds)
    if distance < 60:
        return "in a moment" if seconds > 0 else "just now"
    if distance >= 7 * 86_400:
        return _day(timezone.localtime(value), timezone.localtime(now).year)
    size, name = next(unit for unit in _UNITS if distance >= unit[0])
    words = count(int(distance // size), name)
    return f"in {words}" if seconds > 0 else f"{words} ago"


def appointment(value: datetime, now: datetime) -> str:
    """A time to come as said at `now`: `about 14:20`, `tomorrow about 14:20`, or with its day."""
    if value <= now:
        return "in a moment"
    local, today = timezone.localtime(value), timezone.localtime(now)
    days = (local.date() - today.date()).days
    day = {0: "", 1: "tomorrow "}.get(days, f"{_day(local, today.year)} ")
    return f"{day}about {local:%H:%M}"


def span(after: datetime | None, before: datetime) -> str:
    """An interval in few words, `2 Mar, 09:05–11:40` or `27 Feb – 2 Mar`; its end without a start."""
    end = timezone.localtime(before)
    year = timezone.localtime().year
    if after is None:
        return f"by {_day(end, year)}"
    start = timezone.localtime(after)
    if start.date() == end.date():
        begun, ended = f"{start:%H:%M}", f"{end:%H:%M}"
        return f"{_day(end, year)}, {ended if begun == ended else f'{begun}–{ended}'}"
    if end - start < timedelta(days=2):
        return f"{_day(start, year)} {start:%H:%M} – {_day(end, year)} {end:%H:%M}"
    return f"{_day(start, year)} – {_day(end, year)}"


def _day(local: datetime, year: int) -> str:
    return f"{local.day} {local:%b}" if local.year == year else f"{local.day} {local:%b %Y}"
