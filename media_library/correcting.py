"""What was wrong in what has been public: said by its editors in the draft that mends it, told with it.

As the reason of a replaced file it stands in the history beside its revision, so that it goes the draft's way:
handed in, approved, published, or never.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, Revision

from media_library.models import Resource
from media_library.text import clean_line

CORRECT_ACTION = "kho57.correct"
LONGEST = 300


class Said(NamedTuple):
    """What was wrong, in one sentence in Vietnamese and in English; one of them may be empty."""

    vi: str
    en: str

    def __bool__(self) -> bool:
        return bool(self.vi or self.en)


def say(draft: Resource, said: Said, *, revision: Revision, by: Any) -> None:
    """Note with ``revision`` of ``draft`` that it corrects what is public."""
    facts = {"vi": clean_line(said.vi)[:LONGEST], "en": clean_line(said.en)[:LONGEST]}
    log(instance=draft, action=CORRECT_ACTION, user=by, revision=revision, content_changed=True, data=facts)


def said_between(resource: Resource, *, after: int, until: int) -> Said:
    """What was said last with revisions of keys above ``after``, up to and with ``until``; empty for nothing."""
    last = (
        ModelLogEntry.objects.for_instance(resource)
        .filter(action=CORRECT_ACTION, revision_id__gt=after, revision_id__lte=until)
        .order_by("-revision_id", "-pk")
        .first()
    )
    facts = last.data if last is not None else {}
    return Said(str(facts.get("vi", "")), str(facts.get("en", "")))


def waiting(resource: Resource) -> Said:
    """What is said of the drafts that are newer than what is public."""
    return said_between(
        resource, after=resource.live_revision_id or 0, until=resource.latest_revision_id or 0
    )
