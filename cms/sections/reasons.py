"""Why each resource stands where it stands in a section, and why a pin does not, in words for its editors."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cms.sections.candidates import shown_in
from cms.sections.compose import Place, Why
from cms.sections.models import Section


class Standing(NamedTuple):
    """One line of the list; ``resource_id`` leads to it."""

    resource_id: int
    title: str
    reason: str


def standings(section: Section, at: datetime) -> list[Standing]:
    """What ``section`` shows at ``at``, in order, and after it the pins that it may not show."""
    shown = [
        Standing(each.resource.pk, each.resource.title, reason(each.place)) for each in shown_in(section, at)
    ]
    pinned = section.pins.all() if not section.pk else section.pins.select_related("resource")
    refused = [pin.resource for pin in pinned if pin.resource.embedding_refused]
    told = _("Not shown: its agency does not let it be embedded (%(reason)s)")
    return shown + [Standing(one.pk, one.title, told % {"reason": one.embedding_refused}) for one in refused]


def reason(place: Place) -> str:
    if place.until is not None:
        until = date_format(timezone.localtime(place.until), "d/m/Y H:i")
        told = {
            Why.MANDATORY: _("Mandatory, set by the lead department until %(until)s"),
            Why.CENTRAL: _("Pinned by the lead department until %(until)s"),
            Why.PINNED: _("Pinned by you until %(until)s"),
        }
        return told[place.why] % {"until": until}
    return {
        Why.MANDATORY: _("Mandatory, set by the lead department"),
        Why.CENTRAL: _("Pinned by the lead department"),
        Why.PINNED: _("Pinned by you"),
        Why.SELECTED: _("Chosen by the rule"),
        Why.FILLED: _("Fills the section up: the rule finds no more"),
    }[place.why]
