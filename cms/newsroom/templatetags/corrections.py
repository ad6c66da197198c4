"""What pages of a resource, in whichever room, show of its corrections."""

from __future__ import annotations

from typing import Any

from django import template

from cms.newsroom.letters import log
from media_library.models import Resource

register = template.Library()


@register.inclusion_tag("newsroom/corrections-of.html")
def corrections(resource: Resource) -> dict[str, Any]:
    """The newest entries of the log, and the button to be told of the next; one query."""
    entries, more = log.newest(resource)
    return {"resource": resource, "entries": entries, "more": more}
