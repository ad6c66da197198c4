"""Many published resources at little cost, as copies of a few that went through the product's own code."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from media_library.kinds import Kind
from media_library.models import Asset, Resource, ResourceAudience, ResourceTopic
from media_library.models.resource import new_public_id
from search import indexing
from tests import factories

_numbers = itertools.count(1)


def publish_each_kind(**fields: Any) -> list[Resource]:
    """One published resource of each kind, found by search."""
    found = [factories.make_published(kind, **fields) for kind in Kind.values]
    index()
    return found


def index() -> None:
    """Let the index take in what is waiting."""
    while indexing.drain(timezone.now()):
        pass


def multiply(models: list[Resource], *, until: int) -> None:
    """Copies of ``models``, published one after another before them, until the library holds ``until``."""
    copies = copy_rows(models, until=until)
    indexing.note(resource_ids=[copy.pk for copy in copies], at=timezone.now())
    index()


def copy_rows(models: list[Resource], *, until: int) -> list[Resource]:
    """The same without the index: rows with audiences, topics and files, as those of ``models``."""
    wanted = until - Resource.objects.public(timezone.now()).count()
    sources = list(itertools.islice(itertools.cycle(models), max(0, wanted)))
    copies = Resource.objects.bulk_create([_copy(source) for source in sources])
    pairs = list(zip(sources, copies, strict=True))
    assets = {source.pk: list(source.assets.all()) for source in models}
    Asset.objects.bulk_create([_asset(one, copy) for source, copy in pairs for one in assets[source.pk]])
    for through in (ResourceAudience, ResourceTopic):
        tags = {
            source.pk: list(through.objects.filter(content_object=source).values_list("tag_id", flat=True))
            for source in models
        }
        through.objects.bulk_create(
            through(tag_id=tag, content_object=copy) for source, copy in pairs for tag in tags[source.pk]
        )
    return copies


def _copy(source: Resource) -> Resource:
    number = next(_numbers)
    moment = timezone.now() - timedelta(minutes=number)
    copy = Resource(
        kind=source.kind,
        agency_id=source.agency_id,
        campaign_id=source.campaign_id,
        title=f"Bản sao số {number}",
        summary=source.summary,
        credit_line=source.credit_line,
        locale_id=source.locale_id,
        public_id=new_public_id(),
        body=source.body,
        live=True,
        first_published_at=moment,
        last_published_at=moment,
        version=1,
    )
    copy.normalise()
    return copy


def _asset(one: Asset, copy: Resource) -> Asset:
    return Asset(resource=copy, role=one.role, file_id=one.file_id, language=one.language, alt=one.alt)
