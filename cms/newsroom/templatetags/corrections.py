"""What pages of a resource, in whichever room, show of its corrections."""

from __future__ import annotations

from django import template

from cms.newsroom.letters.log import Log, newest
from media_library.models import Resource

register = template.Library()


@register.simple_tag
def corrections_of(resource: Resource) -> Log:
    """The newest entries of the log; one query."""
    return newest(resource)
