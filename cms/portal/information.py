"""What a page of information shows beside its text."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import translation

from cms.portal.addresses import absolute
from cms.portal.models import InformationPage
from media_library.text import slug


def information_context(*, page: InformationPage) -> dict[str, Any]:
    """Headings as a table of contents, and the page's own translations as its other addresses."""
    headings = [block.value for block in page.body if block.block_type == "heading"]
    family = [page, *page.get_translations().live().select_related("locale")]
    return {
        "contents": [(slug(heading), heading) for heading in headings],
        "alternates": {one.locale.language_code: absolute(address_of(one)) for one in family},
        "switch": {one.locale.language_code: address_of(one) for one in family},
        "canonical": absolute(address_of(page)),
        "description": page.search_description or page.lede,
    }


def address_of(page: InformationPage) -> str:
    """Path of ``page`` in its language."""
    with translation.override(page.locale.language_code):
        return reverse("wagtail_serve", args=[f"{page.slug}/"])
