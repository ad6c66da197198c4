"""The two ways of approval, made by a migration, and which one an agency takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wagtail.models import Workflow

if TYPE_CHECKING:
    from media_library.models import Agency

AGENCY_WORKFLOW = "Duyệt tại cơ quan"
LEAD_WORKFLOW = "Duyệt tại cơ quan, rồi cơ quan chủ trì"


def workflow_for(agency: Agency | None) -> Workflow | None:
    """The workflow of ``agency`` (of the agency that carries it on); the agency's own for none."""
    lead = agency is not None and agency.current.requires_lead_review
    name = LEAD_WORKFLOW if lead else AGENCY_WORKFLOW
    return Workflow.objects.filter(name=name, active=True).first()
