"""Chapters of a sound or a film: whether there are any, and as the JSON that podcast players read.

The shape is that of JSON Chapters 1.2 (https://github.com/Podcastindex-org/podcast-namespace, chapters).
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from media_library.kinds import Kind
from media_library.models import Resource
from media_library.models.resource_parts import Chapter

MEDIA_TYPE = "application/json+chapters; charset=utf-8"
VERSION = "1.2.0"


def having(resources: Sequence[Resource]) -> frozenset[int]:
    """Primary keys of those podcasts with chapters that someone wrote; one query, none without a podcast."""
    podcasts = [each.pk for each in resources if each.kind == Kind.PODCAST]
    if not podcasts:
        return frozenset()
    return frozenset(Chapter.objects.filter(resource__in=podcasts).values_list("resource_id", flat=True))


def write(resource: Resource) -> bytes:
    """The chapters someone wrote, else those that the file carries; a list of none where there are none."""
    points = [
        (each.start, each.title) for each in Chapter.objects.filter(resource=resource).order_by("start")
    ]
    carried = resource.original.file.properties.get("chapters") if resource.original else None
    points = points or [(each["start"], each["title"]) for each in carried or () if each["title"].strip()]
    told = [{"startTime": start, "title": title} for start, title in points]
    return json.dumps({"version": VERSION, "chapters": told}, ensure_ascii=False).encode()
