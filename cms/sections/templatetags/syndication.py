"""Links in the head of a page to its feeds and to oEmbed, for readers and other systems to find."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from cms.sections.entries import absolute
from cms.sections.forms import FEEDS, in_language

register = template.Library()
_OFFERED = ("feed.json", "rss.xml", "atom.xml")
_TYPES = {form.name: form.media_type.partition(";")[0] for form in FEEDS}


@register.simple_tag
def feed_url(address: str, name: str, query: str = "") -> str:
    """Path of the form ``name`` of what lies at ``address``, such as ``topic/stem``, in the page's language."""
    return f"/feeds/{address}/{in_language(name, _language())}" + (f"?{query}" if query else "")


@register.simple_tag
def feed_links(address: str, title: Any, query: str = "") -> SafeString:
    """``<link rel="alternate">`` for the feeds that readers look for."""
    return format_html_join(
        "\n",
        '<link rel="alternate" type="{}" title="{}" href="{}">',
        ((_TYPES[name], str(title), feed_url(address, name, query)) for name in _OFFERED),
    )


@register.simple_tag
def oembed_links(url: str, title: Any) -> SafeString:
    """Discovery of oEmbed (section 4 of its specification) for the page at ``url``, a path of ours."""
    rows = (("application/json+oembed", "json"), ("text/xml+oembed", "xml"))
    return format_html_join(
        "\n",
        '<link rel="alternate" type="{}" title="{}" href="{}">',
        (
            (type_, str(title), absolute("/oembed?" + urlencode({"url": absolute(url), "format": format})))
            for type_, format in rows
        ),
    )


def _language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"
