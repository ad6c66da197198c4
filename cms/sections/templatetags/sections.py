"""What the templates of sections and frames need beyond Django's own filters."""

from __future__ import annotations

from django import template
from django.utils.translation import override

from cms.sections.entries import Publication, absolute
from cms.sections.render import in_language

register = template.Library()

_LAYOUT_CLASSES = {"list": "k57-list-layout", "cards": "k57-cards", "feature": "k57-feature"}


@register.filter
def clock(seconds: float) -> str:
    """``mm:ss``, or ``h:mm:ss`` from an hour on."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


@register.filter
def layout_class(layout: str) -> str:
    return _LAYOUT_CLASSES.get(layout, _LAYOUT_CLASSES["list"])


@register.filter
def form_url(publication: Publication, name: str) -> str:
    """Absolute address of a form of the publication, in its language."""
    return publication.form_url(in_language(name, publication.language))


@register.filter
def library_url(language: str) -> str:
    """Absolute address of the library's first page in ``language``."""
    from django.urls import reverse

    with override(language):
        return absolute(reverse("portal:home"))
