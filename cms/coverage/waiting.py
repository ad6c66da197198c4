"""What an editor's first page says of the pages with their sections: those that do not count, and dead links."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from cms.coverage.models import Place, Verdict
from media_library import access
from media_library.editing.home import SHOWN, Group, Line


class PlacesWaiting(Component):
    """The panel beside what waits in the library."""

    name = "coverage_places"
    order = 20
    template_name = "editing/what_waits.html"

    def __init__(self, group: Group) -> None:
        self.group = group

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"groups": [self.group]}


def panel_for(user: Any) -> PlacesWaiting | None:
    """Of the agencies that ``user`` edits; None where all is well, and for who edits none (three queries)."""
    agencies = access.agency_ids(user, role="editor")
    if not agencies:
        return None
    own = Place.objects.filter(agency_id__in=agencies)
    wrong = ~Q(verdict__in=["", Verdict.LIVE]) | ~Q(dead=[])
    found = own.filter(wrong).select_related("agency")[: SHOWN + 1]
    lines = [_line(place) for place in found]
    if not lines and not own.exists():
        about = _("So that it counts in the coverage of the city.")
        lines = [Line(reverse("coverage_admin:add"), _("Name the page on which your section stands"), about)]
    if not lines:
        return None
    more = reverse("coverage_admin:list") if len(lines) > SHOWN else ""
    return PlacesWaiting(Group("coverage", _("Pages with your sections"), lines[:SHOWN], more=more))


def _line(place: Place) -> Line:
    notes = [_(place.problem)] if place.problem else []
    if dead := len(place.dead):
        told = ngettext("%(count)d dead link", "%(count)d dead links", dead)
        notes.append(told % {"count": dead})
    edit = reverse("coverage_admin:edit", args=[place.pk])
    about = f"{place.agency} · {place.get_verdict_display()}"
    return Line(edit, place.url, about, when=place.since, notes=tuple(notes))
