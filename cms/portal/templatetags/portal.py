"""Small parts of pages: icons, times, addresses in the other language, structured data."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from cms.language import interface_language
from cms.portal.addresses import absolute
from media_library.text import slug

register = template.Library()
_SYMBOL = re.compile(r'<symbol id="i-([a-z-]+)" viewBox="0 0 24 24">(.*?)</symbol>')
_PREFIX = re.compile(r"^/(vi|en)(?=/|$)")
_UNSAFE_IN_SCRIPT = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@cache
def _icons() -> dict[str, str]:
    sprite = Path(settings.BASE_DIR) / "static" / "icons" / "icons.svg"
    return dict(_SYMBOL.findall(sprite.read_text(encoding="utf-8")))


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A drawing of ``icons.svg``, in the page itself, so that it needs no request and prints."""
    classes = f"icon {extra}".strip()
    drawing = mark_safe(_icons()[name])
    return format_html('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', classes, drawing)


@register.filter
def clock(seconds: float | None) -> str:
    """``06:42`` or ``1:02:03``."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


@register.filter
def in_words(seconds: float | None) -> str:
    """``6 minutes 42 seconds``, for people who listen to the page."""
    minutes, rest = divmod(round(seconds or 0), 60)
    told = [ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}]
    if rest or not minutes:
        told.append(ngettext("%(number)d second", "%(number)d seconds", rest) % {"number": rest})
    return " ".join(told[0 if minutes else 1 :])


@register.simple_tag(takes_context=True)
def languages(context: dict[str, Any]) -> list[dict[str, str]]:
    """The other languages of the page: code, name, path. A view may name the paths in ``switch``."""
    here = interface_language()
    request = context.get("request")
    path = _PREFIX.sub("", request.path) if request else "/"
    query = f"?{request.GET.urlencode()}" if request and request.GET else ""
    given = context.get("switch") or {}
    return [
        {"code": code, "name": name, "path": given.get(code) or f"/{code}{path}{query}"}
        for code, name in settings.LANGUAGES
        if code != here
    ]


@register.simple_tag(takes_context=True)
def canonical_address(context: dict[str, Any]) -> str:
    """The page's own address: given by the view, else its path without a query."""
    request = context.get("request")
    return context.get("canonical") or (absolute(request.path) if request else absolute("/"))


@register.simple_tag(takes_context=True)
def alternate_addresses(context: dict[str, Any]) -> list[tuple[str, str]]:
    """``hreflang`` and address of every language that the page exists in."""
    request = context.get("request")
    given = context.get("alternates")
    if given is not None:
        return sorted(given.items(), reverse=True) if len(given) > 1 else []
    if request is None or not _PREFIX.match(request.path):
        return []
    rest = _PREFIX.sub("", request.path)
    return [(code, absolute(f"/{code}{rest}")) for code, _name in settings.LANGUAGES]


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """A data block. It is never executed, so a policy that forbids inline script lets it stand."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE_IN_SCRIPT)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')


@register.simple_tag
def absolute_address(path: str) -> str:
    return absolute(path)


@register.filter
def language_name(code: str) -> str:
    """The name of a language in the language of the interface."""
    return {"vi": gettext("Vietnamese"), "en": gettext("English")}.get(code, code)


@register.filter
def stamp(moment: datetime | None) -> str:
    """A moment in local time for ``datetime``; HTML allows three digits of a second, so none are given."""
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else ""


@register.filter
def unlocalize_number(value: float | None) -> str:
    """A number as scripts read it, with a point, whatever the language."""
    return f"{value or 0:g}" if (value or 0) < 10**6 else str(value)


@register.filter
def whole(value: float | None) -> str:
    """Whole seconds for ``?t=``, without grouping."""
    return str(int(value or 0))


@register.filter
def anchor(heading: str) -> str:
    """The fragment that leads to ``heading``."""
    return slug(heading)
