"""Drafts from what rows ask for: many new ones in a few statements, or one earlier one changed.

Wagtail makes a draft with some twenty statements (10-18 ms); here a batch shares them. What is written is the
same: row, terms, files, identifiers, revision, log entry, and the announcement to search and sections. Only the
index of references is left to the next save, which is when a draft begins to matter to others.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Max, OuterRef, Subquery
from django.db.models.functions import Cast
from wagtail.models import ModelLogEntry, Revision

from media_library import changes, placing
from media_library.importing.checking import Proposal
from media_library.importing.columns import FILES
from media_library.kinds import Role, rule_for
from media_library.models import (
    Asset,
    Identifier,
    Keyword,
    Resource,
    ResourceAudience,
    ResourceKeyword,
    ResourceTopic,
    StoredFile,
)
from media_library.text import clean_line

Files = Mapping[str, StoredFile]
"""By column."""
_BATCH = 500
_CHILDREN = ("assets", "chapters", "audience_uses", "topic_uses", "keyword_uses")
_USES = (
    ("audience_uses", ResourceAudience),
    ("topic_uses", ResourceTopic),
    ("keyword_uses", ResourceKeyword),
)


def create(asked: Sequence[tuple[Proposal, Files]], *, by: Any, at: datetime) -> list[Resource]:
    """A draft for each proposal, in their order; to be called inside a transaction."""
    words = keywords(word for proposal, _files in asked for word in proposal.keywords)
    made = [_new(proposal, files, words, by=by, at=at) for proposal, files in asked]
    Resource.objects.bulk_create(made, batch_size=_BATCH)
    for name, model in _USES:
        uses = [use for resource in made for use in _owned(resource, name, "content_object")]
        model.objects.bulk_create(uses, batch_size=_BATCH)
    assets = [asset for resource in made for asset in _owned(resource, "assets", "resource")]
    Asset.objects.bulk_create(assets, batch_size=_BATCH)
    Identifier.objects.bulk_create(
        (
            Identifier(resource=resource, scheme=proposal.scheme, value=proposal.value)
            for resource, (proposal, _files) in zip(made, asked, strict=True)
            if proposal.scheme
        ),
        batch_size=_BATCH,
    )
    _revise(made, by=by, at=at)
    changes.record(resource_ids=[resource.pk for resource in made], why="imported")
    return made


def update(resource: Resource, proposal: Proposal, files: Files, *, by: Any) -> Revision:
    """A new draft of ``resource`` with what the row says; what it leaves out stays as it is."""
    draft: Resource = resource.get_latest_revision_as_object()
    _apply(draft, proposal, files, keywords(proposal.keywords))
    return draft.save_revision(user=by, log_action=True)


def keywords(words: Iterable[str]) -> dict[str, Keyword]:
    """Keyword rows by case-folded word; those that are new are made."""
    wanted = {word.casefold(): word for word in words}
    if not wanted:
        return {}
    known = {one.name.casefold(): one for one in Keyword.objects.filter(name__in=wanted.values())}
    for folded, word in wanted.items():
        if folded not in known:
            known[folded] = Keyword.objects.filter(name__iexact=word).first() or _keyword(word)
    return known


def _keyword(word: str) -> Keyword:
    keyword = Keyword(name=word)
    keyword.save()  # finds a free slug
    return keyword


def _new(
    proposal: Proposal, files: Files, words: Mapping[str, Keyword], *, by: Any, at: datetime
) -> Resource:
    resource = Resource(
        kind=proposal.kind,
        agency=proposal.agency,
        locale=proposal.locale,
        title=proposal.title or title_of(files["file"].original_name),
        spoken=_spoken(proposal),
        created_by=by,
        created_at=at,
        live=False,
        has_unpublished_changes=True,
    )
    for name in _CHILDREN:  # what is not set is asked of the database, row by row
        getattr(resource, name).set([])
    _apply(resource, proposal, files, words)
    resource.normalise()
    return resource


def _spoken(proposal: Proposal) -> str:
    """What the row says, else the language of the record; of what is neither film nor sound, nothing."""
    if not rule_for(proposal.kind).needs_words:
        return ""
    return proposal.spoken or str(proposal.locale.language_code)


def title_of(name: str) -> str:
    """A title from the name of a file: without its ending, words apart."""
    words = clean_line(PurePosixPath(name).stem.replace("_", " ").replace("-", " ")) or name
    return (words[:1].upper() + words[1:])[:200]


def _apply(draft: Resource, proposal: Proposal, files: Files, words: Mapping[str, Keyword]) -> None:
    said = {
        "title": proposal.title,
        "summary": proposal.summary,
        "licence": proposal.licence,
        "credit_line": proposal.credit,
        "campaign": proposal.campaign,
        "embargo_until": proposal.embargo,
        "expire_at": proposal.expires,
        "spoken": proposal.spoken,
    }
    for name, value in said.items():
        if value:
            setattr(draft, name, value)
    if proposal.audiences:
        draft.audience_uses.set([ResourceAudience(tag=tag) for tag in proposal.audiences])
    if proposal.topics:
        draft.topic_uses.set([ResourceTopic(tag=tag) for tag in proposal.topics])
    if proposal.keywords:
        tags = {words[word.casefold()].pk: words[word.casefold()] for word in proposal.keywords}
        draft.keyword_uses.set([ResourceKeyword(tag=tag) for tag in tags.values()])
    if files or (draft.pk and (proposal.alt or proposal.text_alternative)):
        _arrange(draft, proposal, files)


def _arrange(draft: Resource, proposal: Proposal, files: Files) -> None:
    language = proposal.language or draft.language
    assets = list(draft.assets.all())
    for column, file in files.items():
        role = FILES[column]
        spoken = language if role in placing.SPOKEN else ""
        assets = placing.placed(assets, file, role=role, language=spoken)
    for asset in assets:
        if asset.role == Role.ORIGINAL:
            asset.alt = proposal.alt or asset.alt
            asset.text_alternative = proposal.text_alternative or asset.text_alternative
    draft.assets.set(placing.in_order(assets))


def _owned(resource: Resource, name: str, owner: str) -> list[Any]:
    """Children of a resource that has its key only now."""
    found = list(getattr(resource, name).all())
    for child in found:
        setattr(child, f"{owner}_id", resource.pk)
    return found


def _revise(made: Sequence[Resource], *, by: Any, at: datetime) -> None:
    base = Resource.get_base_content_type()
    own = ContentType.objects.get_for_model(Resource)
    Revision.objects.bulk_create(
        (
            Revision(
                content_type=own,
                base_content_type=base,
                object_id=str(resource.pk),
                created_at=at,
                user=by,
                object_str=str(resource),
                content=resource.serializable_data(),
            )
            for resource in made
        ),
        batch_size=_BATCH,
    )
    newest = Revision.objects.filter(
        base_content_type=base, object_id=Cast(OuterRef("pk"), CharField())
    ).order_by()
    latest = newest.values("object_id").annotate(newest=Max("pk")).values("newest")
    keys = [resource.pk for resource in made]
    Resource.objects.filter(pk__in=keys).update(latest_revision_id=Subquery(latest))
    found = dict(Resource.objects.filter(pk__in=keys).values_list("pk", "latest_revision_id"))
    for resource in made:
        resource.latest_revision_id = found[resource.pk]
    _log_creation(made, own, by=by, at=at)


def _log_creation(made: Sequence[Resource], own: ContentType, *, by: Any, at: datetime) -> None:
    ModelLogEntry.objects.bulk_create(
        (
            ModelLogEntry(
                content_type=own,
                object_id=str(resource.pk),
                label=str(resource),
                action="wagtail.create",
                user=by,
                timestamp=at,
                uuid=uuid.uuid4(),
                content_changed=True,
                data={},
            )
            for resource in made
        ),
        batch_size=_BATCH,
    )
