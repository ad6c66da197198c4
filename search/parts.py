"""The parts of a resource that a document is made of, from its published row or from its newest draft.

A draft lies in its revision as JSON. It is read here without building the draft object, so that a batch
takes a constant number of queries however many drafts are in it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Model

from media_library.kinds import Role
from media_library.models import Audience, Campaign, Keyword, Resource, StoredFile, Topic


class Piece(Protocol):
    """A file within a resource: an Asset, or what a draft says of one."""

    @property
    def role(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def alt(self) -> str: ...
    @property
    def text_alternative(self) -> str: ...
    @property
    def file(self) -> StoredFile: ...


@dataclass(frozen=True, slots=True)
class _DraftPiece:
    role: str
    language: str
    alt: str
    text_alternative: str
    file: StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What one version of ``row`` says; ``body`` is the stored form of its blocks."""

    row: Resource
    title: str
    summary: str
    form: str
    licence: str
    body: Sequence[dict[str, Any]]
    campaign: Campaign | None
    audiences: Sequence[Audience]
    topics: Sequence[Topic]
    keywords: Sequence[str]
    assets: Sequence[Piece]

    @property
    def original(self) -> Piece | None:
        """The main file, if there is one."""
        return next((asset for asset in self.assets if asset.role == Role.ORIGINAL), None)


def of_row(row: Resource) -> Parts:
    """Of the row itself; asks no query of one that was loaded for it."""
    return Parts(
        row=row,
        title=row.title,
        summary=row.summary,
        form=row.form,
        licence=row.licence,
        body=row.body.raw_data if row.body else (),
        campaign=row.campaign,
        audiences=[use.tag for use in row.audience_uses.all()],
        topics=[use.tag for use in row.topic_uses.all()],
        keywords=[use.tag.name for use in row.keyword_uses.all()],
        assets=list(row.assets.all()),
    )


def of_desks(rows: Sequence[Resource]) -> list[Parts]:
    """Of the newest version of each of ``rows``: its draft where there is one, else the row."""
    drafts = {row.pk: content for row in rows if (content := _draft(row))}
    named = _Named.by(drafts.values()) if drafts else None
    return [named.parts(row, drafts[row.pk]) if named and row.pk in drafts else of_row(row) for row in rows]


def _draft(row: Resource) -> dict[str, Any] | None:
    if not row.has_unpublished_changes or row.latest_revision is None:
        return None
    content: dict[str, Any] = row.latest_revision.content
    return content


@dataclass(frozen=True, slots=True)
class _Named:
    """Rows that drafts name by key."""

    audiences: Mapping[int, Audience]
    topics: Mapping[int, Topic]
    keywords: Mapping[int, Keyword]
    campaigns: Mapping[int, Campaign]
    files: Mapping[int, StoredFile]

    @classmethod
    def by(cls, drafts: Iterable[dict[str, Any]]) -> _Named:
        contents = list(drafts)
        return cls(
            audiences=_rows(Audience, _keys(contents, "audience_uses", "tag")),
            topics=_rows(Topic, _keys(contents, "topic_uses", "tag")),
            keywords=_rows(Keyword, _keys(contents, "keyword_uses", "tag")),
            campaigns=_rows(Campaign, {one["campaign"] for one in contents if one.get("campaign")}),
            files=_rows(StoredFile, _keys(contents, "assets", "file")),
        )

    def parts(self, row: Resource, content: dict[str, Any]) -> Parts:
        pieces = sorted(content.get("assets") or (), key=lambda one: one.get("sort_order") or 0)
        return Parts(
            row=row,
            title=str(content.get("title") or row.title),
            summary=str(content.get("summary") or ""),
            form=str(content.get("form") or ""),
            licence=str(content.get("licence") or ""),
            body=_blocks(content.get("body")),
            campaign=self.campaigns.get(content.get("campaign") or 0),
            audiences=_chosen(self.audiences, content, "audience_uses"),
            topics=_chosen(self.topics, content, "topic_uses"),
            keywords=[one.name for one in _chosen(self.keywords, content, "keyword_uses")],
            assets=[self._piece(one) for one in pieces if one.get("file") in self.files],
        )

    def _piece(self, stored: dict[str, Any]) -> Piece:
        return _DraftPiece(
            role=str(stored.get("role") or ""),
            language=str(stored.get("language") or ""),
            alt=str(stored.get("alt") or ""),
            text_alternative=str(stored.get("text_alternative") or ""),
            file=self.files[stored["file"]],
        )


def _keys(contents: Collection[dict[str, Any]], children: str, name: str) -> set[Any]:
    return {child.get(name) for content in contents for child in content.get(children) or ()} - {None}


def _rows(model: type[Model], keys: Collection[Any]) -> Any:
    return model._default_manager.in_bulk(keys) if keys else {}


def _chosen(rows: Mapping[int, Any], content: dict[str, Any], children: str) -> list[Any]:
    named = (child.get("tag") for child in content.get(children) or ())
    return [rows[key] for key in named if key in rows]


def _blocks(stored: Any) -> Sequence[dict[str, Any]]:
    if isinstance(stored, str):
        try:
            stored = json.loads(stored or "[]")
        except ValueError:
            return ()
    return stored if isinstance(stored, list) else ()
