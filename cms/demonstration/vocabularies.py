"""Agencies, controlled vocabularies and campaigns of the demonstration.

What is there already is left as it stands: a person may have edited it since.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.db import transaction

from cms.demonstration.manifest import read_list
from media_library.models import Agency, Audience, Campaign, CampaignPin, Identifier, Topic
from media_library.models.vocabulary import Term

SCHEME = "demo"
"""Scheme of the identifier under which a resource of the demonstration keeps its id from the manifest."""


def load_agencies(folder: Path) -> None:
    """Add the agencies of ``agencies.csv`` that are not there yet."""
    known = set(Agency.objects.values_list("code", flat=True))
    with (folder / "agencies.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["code"] not in known]
    Agency.objects.bulk_create(
        Agency(
            code=row["code"],
            name=row["name"],
            type=row["type"],
            short_name=row["short_name"],
            name_en=row["name_en"],
        )
        for row in rows
    )


def load_vocabularies(folder: Path) -> None:
    """Add audiences and topics that are not there yet."""
    _load_terms(Audience, folder, "audiences.json")
    _load_terms(Topic, folder, "topics.json")
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    for row in read_list(folder, "topics.json"):
        if row.get("parent"):
            Topic.objects.filter(slug=row["code"], parent=None).update(parent=topics[row["parent"]])


def _load_terms(model: type[Term], folder: Path, name: str) -> None:
    known = set(model._default_manager.values_list("slug", flat=True))
    for order, row in enumerate(read_list(folder, name), start=1):
        if row["code"] not in known:
            _add_term(model, row, order=order)


def _add_term(model: type[Term], row: dict[str, Any], *, order: int) -> None:
    description = row.get("description", {})
    model._default_manager.create(
        slug=row["code"],
        name=row["label"]["vi"],
        name_en=row["label"]["en"],
        description=description.get("vi", ""),
        description_en=description.get("en", ""),
        sort_order=order * 10,
    )


def load_campaigns(folder: Path) -> None:
    """Add the campaigns, still without cover and pins, which are resources."""
    lead = {agency.code: agency for agency in Agency.objects.all()}
    for row in read_list(folder, "campaigns.json"):
        Campaign.objects.get_or_create(
            code=row["code"],
            defaults={
                "title": row["title"]["vi"],
                "title_en": row["title"]["en"],
                "summary": row["summary"]["vi"],
                "summary_en": row["summary"]["en"],
                "recurs": row["recurs"],
                "day": row["day"] or "",
                "starts": row["starts"] or "",
                "ends": row["ends"] or "",
                "colour": row["colour"],
                "lead": lead[row["lead"]],
            },
        )


def dress_campaigns(folder: Path, *, by_path: dict[str, str]) -> None:
    """Give each campaign that has neither its cover and pins; ``by_path``: resource id of each file."""
    for row in read_list(folder, "campaigns.json"):
        campaign = Campaign.objects.get(code=row["code"])
        if campaign.cover_id or campaign.pins.exists():
            continue
        _dress(
            campaign, cover=resource_keys([by_path.get(row["cover"], "")]), pins=resource_keys(row["pins"])
        )


@transaction.atomic
def _dress(campaign: Campaign, *, cover: list[int], pins: list[int]) -> None:
    if not cover and not pins:
        return
    campaign.cover_id = next(iter(cover), None)
    campaign.save()
    CampaignPin.objects.bulk_create(
        CampaignPin(campaign=campaign, resource_id=key, sort_order=order) for order, key in enumerate(pins)
    )


def resource_keys(ids: list[str]) -> list[int]:
    """Primary keys of the loaded resources with these ids of the manifest, in the order given."""
    found = dict(Identifier.objects.filter(scheme=SCHEME, value__in=ids).values_list("value", "resource_id"))
    return [found[value] for value in ids if value in found]
