"""Agencies whose section is not live: who they are, the letter to each, and sending it.

The letter is one text: as a draft for the lead department's own mail program, and as a mail of ours, which a
worker sends after it was confirmed. An agency gets at most one in :data:`PAUSE`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from cms.coverage.judging import Line, current_of, lines
from cms.coverage.models import Reminder, Verdict
from media_library.editing.letters import write_to
from media_library.models import Agency, Membership, MembershipRole, User
from media_library.processing import jobs

REMIND = "coverage_remind"
LETTER = "section_missing"
PAUSE = timedelta(hours=20)
"""Between two letters to one agency: a page cannot have been looked at again before."""


@dataclass(frozen=True)
class Missing:
    """An agency whose section is not live. ``readers``: its editors who can be written to."""

    line: Line
    readers: list[User] = field(default_factory=list)
    reminded_at: datetime | None = None

    @property
    def addresses(self) -> list[str]:
        return [reader.email for reader in self.readers]

    def may_be_reminded(self, at: datetime) -> bool:
        waited = self.reminded_at is None or self.reminded_at <= at - PAUSE
        known = self.line.place is None or self.line.place.verdict != ""
        return bool(self.readers) and waited and known

    def draft(self) -> str:
        """A ``mailto`` address (RFC 6068) with the whole letter, in Vietnamese."""
        subject, body = text(self.line)
        to = ",".join(quote(address, safe="@") for address in self.addresses)
        written = quote(body.replace("\n", "\r\n"), safe="")
        return f"mailto:{to}?subject={quote(subject, safe='')}&body={written}"


def text(line: Line) -> tuple[str, str]:
    """Subject and body of the letter, in Vietnamese: it goes to agencies of the city."""
    with translation.override("vi"):
        words = context(line)
        subject = render_to_string(f"editing/letters/{LETTER}_subject.txt", words).strip()
        return subject, render_to_string(f"editing/letters/{LETTER}.txt", words).strip()


def missing() -> list[Missing]:
    """Every agency whose section is not live, by type and name (five queries)."""
    found = [line for line in lines() if line.verdict != Verdict.LIVE]
    keys = {line.agency.pk for line in found}
    readers = _editors(keys)
    told = Reminder.objects.values("agency").annotate(last=Max("ordered_at"))
    reminded = {row["agency"]: row["last"] for row in told}
    return [Missing(line, readers.get(line.agency.pk, []), reminded.get(line.agency.pk)) for line in found]


def _editors(keys: Collection[int]) -> dict[int, list[User]]:
    """By present agency its editors with an address, each once: those of what it carries on as well."""
    current = current_of(Agency.objects.all())
    rows = Membership.objects.filter(role=MembershipRole.EDITOR, user__is_active=True).exclude(user__email="")
    found: dict[int, dict[int, User]] = {}
    for row in rows.select_related("user").order_by("user__email"):
        if (agency := current[row.agency_id]) in keys:
            found.setdefault(agency, {})[row.user_id] = row.user
    return {agency: list(people.values()) for agency, people in found.items()}


def context(line: Line) -> dict[str, Any]:
    """What the letter says of how an agency stands."""
    base = settings.WAGTAILADMIN_BASE_URL
    return {
        "agency": line.agency,
        "verdict": line.verdict.value,
        "place": line.place,
        "why": translation.gettext(line.place.problem) if line.place and line.place.problem else "",
        "places_url": f"{base}{reverse('coverage_admin:list')}",
        "builder_url": f"{base}{reverse('sections:builder')}",
    }


def order(chosen: Iterable[Missing], *, by: Any, at: datetime) -> list[Missing]:
    """Have the letters sent to those of ``chosen`` that may be reminded; returns these."""
    with transaction.atomic():
        ordered = [one for one in chosen if one.may_be_reminded(at)]
        for one in ordered:
            kept = Reminder.objects.create(
                agency=one.line.agency, ordered_at=at, by=by, readers=len(one.readers)
            )
            jobs.enqueue(
                kind=REMIND, key=f"{REMIND}:{kept.pk}", payload={"agency": one.line.agency.pk}, at=at
            )
    return ordered


@jobs.handles(REMIND)
def send(claim: jobs.Claim, at: datetime) -> None:
    """Write to the editors of one agency as it stands now; nothing where it is live by now."""
    found = next((one for one in missing() if one.line.agency.pk == claim.payload["agency"]), None)
    with claim.commit():
        pass  # first the end of the job: a letter is rather lost than sent twice
    if found is not None:
        for reader in found.readers:
            write_to(reader, LETTER, context(found.line), about=f"coverage of {found.line.agency.code}")
