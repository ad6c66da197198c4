"""Wagtail's way in to the editing of sections."""

from __future__ import annotations

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cms.sections.city_pins import CityPinViewSet
from cms.sections.editing import SectionViewSet

register_snippet(SectionViewSet)


@hooks.register("register_admin_viewset")
def city_pins() -> CityPinViewSet:
    return CityPinViewSet()
