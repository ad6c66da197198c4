"""The eight sections of the demonstration, and what the lead department sets in them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from cms.demonstration.manifest import read_list
from cms.demonstration.vocabularies import resource_keys
from cms.sections import due, files
from cms.sections.entries import absolute
from cms.sections.models import CityPin, Layout, Section, SectionExclusion, SectionPin
from cms.sections.render import storage_name
from media_library.models import Agency, Audience, Campaign, Topic

_LAYOUTS = {
    "hero-grid": Layout.FEATURE,
    "grid": Layout.CARDS,
    "cards": Layout.CARDS,
    "carousel": Layout.CARDS,
    "list": Layout.LIST,
}
LOCAL_HOSTS = ["localhost:*", "127.0.0.1:*"]
"""The example site that ``make run`` serves on this machine may show every section."""


MANDATORY = "ig-muc-tieu-ke-hoach-310"
IN_COMMUNES = "ig-nhan-dien-lua-dao-truc-tuyen"
"""Set by the lead department: the one in every section, the other in those of wards and communes for a time."""


def load_city_pins(*, by: Any, at: datetime) -> None:
    """Set both, unless somebody has been here before."""
    if CityPin.objects.exists():
        return
    for key in resource_keys([MANDATORY]):
        CityPin.objects.create(resource_id=key, mandatory=True, since=at, created_by=by)
    for key in resource_keys([IN_COMMUNES]):
        until = at + timedelta(days=60)
        types = ["ward", "commune"]
        CityPin.objects.create(resource_id=key, types=types, since=at, until=until, created_by=by)


def load_sections(folder: Path) -> None:
    """Add the sections that are not there yet; their files follow through the outbox."""
    agencies = {agency.code: agency for agency in Agency.objects.all()}
    known = set(Section.objects.values_list("agency__code", "slug"))
    for row in read_list(folder, "sections.json"):
        if (row["agency"], row["slug"]) not in known:
            _add(row, agency=agencies[row["agency"]])


def renew_addresses() -> None:
    """Have every section rendered where the site has another address than its files say (``PORT=``)."""
    section = Section.objects.live().select_related("agency").order_by("pk").first()
    if section is None:
        return
    name = storage_name(address=section.address, name="feed.json", language="vi")
    content = files.read(name)
    if content is not None and absolute("/").encode() not in content:
        with transaction.atomic():
            due.request(due.all_addresses(), why="the site has another address")


def _add(row: dict[str, Any], *, agency: Agency) -> None:
    rule = row["rule"]
    section = Section(
        agency=agency,
        slug=row["slug"],
        title=row["title"]["vi"],
        title_en=row["title"].get("en", ""),
        intro=row["intro"]["vi"],
        intro_en=row["intro"].get("en", ""),
        kinds=rule["kinds"],
        languages=rule["langs"],
        order=rule["order"],
        limit=row["limit"],
        layout=_LAYOUTS[row["layout"]],
        allowed_hosts=[*row["allowed_hosts"], *LOCAL_HOSTS],
    )
    section.audiences = Audience.objects.filter(slug__in=rule["audiences"])
    section.topics = Topic.objects.filter(slug__in=rule["topics"])
    section.campaigns = Campaign.objects.filter(code__in=rule["campaigns"])
    if rule["agencies"] != "all":
        section.agencies = Agency.objects.filter(code__in=rule["agencies"])
    section.pins = [
        SectionPin(resource_id=key, sort_order=order)
        for order, key in enumerate(resource_keys(row["pins"]), start=1)
    ]
    section.exclusions = [
        SectionExclusion(resource_id=key, sort_order=order)
        for order, key in enumerate(resource_keys(row.get("exclusions", [])), start=1)
    ]
    section.save()
