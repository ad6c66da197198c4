"""One resource of the manifest: catalogued, identified and brought to its state, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Locale, ModelLogEntry

from cms.demonstration import body
from cms.demonstration.manifest import Entry
from cms.demonstration.vocabularies import SCHEME
from media_library import publishing
from media_library.kinds import rule_for
from media_library.models import (
    Agency,
    Asset,
    Audience,
    Campaign,
    Chapter,
    Identifier,
    Resource,
    StoredFile,
    Topic,
    User,
)


@dataclass(frozen=True)
class Shelf:
    """What the entries of one run refer to: who acts, when, and which file each path became."""

    at: datetime
    author: Mapping[str, User]
    """Who catalogues for an agency, by its code; others are catalogued by ``lead``."""
    lead: User
    files: Mapping[tuple[str, str], StoredFile]
    """By id of the entry and path of the file."""
    by_path: Mapping[str, str]
    """Id of the entry whose main file has this path."""


def find(id: str) -> Resource | None:
    """The loaded resource with this id of the manifest."""
    found = Identifier.objects.filter(scheme=SCHEME, value=id).select_related("resource").first()
    return found.resource if found else None


@transaction.atomic
def load_resource(entry: Entry, *, shelf: Shelf) -> Resource:
    """Add ``entry`` as a resource in its state (a withdrawal follows once its successor is there)."""
    author = shelf.author.get(entry.agency, shelf.lead)
    resource = _catalogue(entry, author=author, shelf=shelf)
    _bring_to_state(entry, resource, shelf=shelf)
    _date(entry, resource)
    return resource


def withdraw(entry: Entry, *, by: User) -> None:
    """Take ``entry`` back as the manifest says; doing so again changes nothing."""
    if entry.withdrawal is None:
        return
    resource = find(entry.id)
    if resource is None or resource.withdrawn_at:
        return
    with transaction.atomic():
        publishing.withdraw(
            resource=resource,
            by=by,
            reason=entry.withdrawal.reason,
            replaced_by=find(entry.withdrawal.replaced_by),
            at=entry.withdrawal.at,
        )
        _date_log(resource, "kho57.withdraw", entry.withdrawal.at)


def _catalogue(entry: Entry, *, author: User, shelf: Shelf) -> Resource:
    resource = Resource(
        kind=entry.kind,
        form=entry.form,
        title=entry.title,
        summary=entry.summary,
        agency=Agency.objects.get(code=entry.agency),
        campaign=Campaign.objects.filter(code=entry.campaign).first(),
        locale=Locale.objects.get(language_code=entry.language),
        spoken=entry.language if rule_for(entry.kind).needs_words else "",
        licence=entry.licence,
        credit_line=entry.credit,
        terms=entry.terms,
        embargo_until=entry.embargo_until,
        embargo_for_press=entry.embargo_until is not None,
        expire_at=entry.expires,
        created_at=entry.created,
        created_by=author,
        live=False,
        body=body.blocks(entry.body, shown_by=lambda path: _live(shelf.by_path.get(path, ""))),
    )
    if original := find(entry.translation_of):
        resource.translation_key = original.translation_key
    _classify(entry, resource)
    _attach(entry, resource, shelf=shelf)
    resource.full_clean()
    resource.save()
    resource.save_revision(user=author, changed=False)
    log(instance=resource, action="wagtail.create", user=author, content_changed=True)
    _identify(entry, resource)
    return resource


def _live(id: str) -> Resource | None:
    resource = find(id)
    return resource if resource is not None and resource.live else None


def _classify(entry: Entry, resource: Resource) -> None:
    resource.audiences.add(*Audience.objects.filter(slug__in=entry.audiences))
    resource.topics.add(*Topic.objects.filter(slug__in=entry.topics))
    resource.keywords.add(*entry.keywords)


def _attach(entry: Entry, resource: Resource, *, shelf: Shelf) -> None:
    resource.assets.add(
        *(
            Asset(
                role=file.role,
                file=shelf.files[entry.id, file.path],
                language=file.language,
                alt=file.alt,
                text_alternative=file.text_alternative,
                sort_order=order,
            )
            for order, file in enumerate(entry.files)
        )
    )
    resource.chapters.add(
        *(
            Chapter(start=start, title=title, sort_order=order)
            for order, (start, title) in enumerate(entry.chapters)
        )
    )


def _identify(entry: Entry, resource: Resource) -> None:
    names = [(SCHEME, entry.id), *entry.sources]
    Identifier.objects.bulk_create(
        Identifier(resource=resource, scheme=scheme, value=value) for scheme, value in names
    )


def _bring_to_state(entry: Entry, resource: Resource, *, shelf: Shelf) -> None:
    """What is published or approved in the manifest passes the same gate as at any editor's desk."""
    if entry.state == "draft" or entry.published is None:
        return
    if entry.state == "scheduled":
        publishing.schedule(resource=resource, go_live_at=entry.published, by=shelf.lead, at=shelf.at)
    else:
        publishing.publish(resource=resource, by=shelf.lead, at=min(entry.published, shelf.at))


def _date(entry: Entry, resource: Resource) -> None:
    """Let history and listings show the times of the manifest, not that of the import."""
    shown = entry.published if entry.state in ("published", "expired", "withdrawn") else None
    resource.revisions.update(created_at=entry.created)
    Resource.objects.filter(pk=resource.pk).update(updated_at=shown or entry.created)
    _date_log(resource, "wagtail.create", entry.created)
    if shown:
        _date_log(resource, "wagtail.publish", shown)


def _date_log(resource: Resource, action: str, at: datetime) -> None:
    entries = ModelLogEntry.objects.for_instance(resource).filter(action=action)
    entries.update(timestamp=at)
