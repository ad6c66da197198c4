"""The grid as it is read: a constant number of queries, however many rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Revision

from media_library.editing.batch import description, uploads
from media_library.editing.batch.known import Known, known
from media_library.editing.batch.titles import tells_nothing
from media_library.editing.batch.word_rows import Words, captions_of, words_of
from media_library.files.addresses import staff_address
from media_library.hints import contrast_hints
from media_library.kinds import Kind, missing_for_publication
from media_library.models import (
    Audience,
    BatchPlace,
    Fate,
    Job,
    ProcessingState,
    Resource,
    State,
    StoredFile,
    Topic,
)
from media_library.models.resource import WHOLE
from media_library.processing.pipeline import PROCESS

_IN_THE_GRID = ("title", "alt", "summary")
_ANCHORS = {"assets": "main_file"}
_NAMES = {
    "title": gettext_lazy("Title"),
    "alt": gettext_lazy("Alt text"),
    "summary": gettext_lazy("Summary"),
    "audiences": gettext_lazy("Audiences"),
    "topics": gettext_lazy("Topics"),
    "licence": gettext_lazy("Terms of use"),
    "credit_line": gettext_lazy("Credit line"),
    "spoken": gettext_lazy("Spoken languages"),
    "caption_file": gettext_lazy("Captions"),
    "text_alternative": gettext_lazy("Text alternative"),
}
"""What is missing, in short, by its field; anything else in its whole sentence."""


@dataclass(frozen=True)
class Gap:
    """Something still missing, and where it is mended."""

    name: str
    """In a word or two."""
    message: str
    url: str


@dataclass(frozen=True)
class Row:
    """One file of the batch as the grid shows it.

    ``state``: waiting, sending, checking, known, lacking, ready, sent, left_out, gone or refused; of captions
    also beside (they stand in the draft of their film) or astray.
    """

    place: BatchPlace
    state: str
    says: str = ""
    draft: Resource | None = None
    title: str = ""
    alt: str = ""
    summary: str = ""
    kind: str = ""
    thumbnail: str = ""
    edit_url: str = ""
    gaps: tuple[Gap, ...] = ()
    upload: Any = None
    """Its upload, as far as it is under way."""
    prepared: int | None = None
    """In hundredths, while the workers prepare it."""
    known: list[Known] = field(default_factory=list)
    captions: tuple[tuple[str, str, bool], ...] = ()
    """Of a film or sound: language, name of the file, and whether it is a transcript."""
    hints: tuple[str, ...] = ()
    """What could be better and holds nothing up."""
    words: Words | None = None
    """What there is to say where the file itself is captions."""

    @property
    def is_picture(self) -> bool:
        return bool(self.kind) and description.picture(self.kind)

    @property
    def kind_label(self) -> str:
        return str(Kind(self.kind).label) if self.kind else ""

    @property
    def editable(self) -> bool:
        return self.state in ("lacking", "ready")

    @property
    def settled(self) -> bool:
        """Nothing will change here unless a person does something."""
        return self.state not in ("waiting", "sending", "checking") and self.prepared is None

    @property
    def sent_bytes(self) -> int:
        return int(self.upload.offset) if self.upload else 0


def rows_of(places: Sequence[BatchPlace], *, user: Any, at: datetime) -> list[Row]:
    """Rows for ``places`` of one batch, in their order."""
    films = _films(places)
    keys = [place.resource_id for place in (*places, *films.values()) if place.resource_id]
    resources = Resource.objects.filter(pk__in=keys).with_review().select_related("locale").in_bulk()
    drafts = newest_drafts(resources.values())
    coming = [place.upload_token for place in places if place.fate == Fate.WAITING]
    under_way = uploads.by_token(coming, at=at)
    waiting = [place.sha256 for place in places if place.fate == Fate.KNOWN]
    same = known(waiting, user=user, at=at, besides=keys) if waiting else {}
    progress = _progress(drafts.values())
    theirs = {pk: drafts[film.resource_id] for pk, film in films.items() if film.resource_id in drafts}
    words = words_of(places, theirs)
    found = []
    for place in places:
        resource = resources.get(place.resource_id or 0)
        if place.pk in words:
            told = words[place.pk]
            state = "beside" if told.placed else "astray"
            found.append(Row(place=place, state=state, title=place.name, words=told))
        elif resource is not None:
            found.append(_of_draft(place, resource, drafts[resource.pk], progress, at=at))
        else:
            found.append(_of_file(place, under_way.get(place.upload_token), same.get(place.sha256, [])))
    return found


def _films(places: Sequence[BatchPlace]) -> dict[int, BatchPlace]:
    """The places of the films to which captions among ``places`` belong, which get them at hand."""
    keys = {place.beside_id for place in places if place.fate == Fate.WORDS and place.beside_id}
    films = BatchPlace.objects.in_bulk(keys) if keys else {}
    for place in places:
        if place.beside_id in films:
            place.beside = films[place.beside_id]
    return films


def newest_drafts(resources: Iterable[Resource]) -> dict[int, Resource]:
    """The newest draft of each resource, with its files, audiences and topics at hand; six queries."""
    rows = {row.pk: row for row in resources}
    revisions = Revision.objects.in_bulk([row.latest_revision_id for row in rows.values()])
    drafts = {}
    for pk, row in rows.items():
        revision = revisions.get(row.latest_revision_id)
        if revision is not None:
            drafts[pk] = Resource.from_serializable_data(revision.content, check_fks=False)
            for name in WHOLE:
                setattr(drafts[pk], name, getattr(row, name))
            row.complete_draft(drafts[pk], revision.content)
        else:
            drafts[pk] = row
    _bring_at_hand(list(drafts.values()))
    return drafts


def _bring_at_hand(drafts: list[Resource]) -> None:
    assets = [asset for draft in drafts for asset in draft.assets.all()]
    light = StoredFile.objects.defer("extracted").prefetch_related("renditions")
    files = light.in_bulk({asset.file_id for asset in assets})
    for asset in assets:
        if asset.file_id in files:
            asset.file = files[asset.file_id]
    audiences, topics = Audience.objects.in_bulk(), Topic.objects.in_bulk()
    for draft in drafts:
        for use in draft.audience_uses.all():
            use.tag = audiences[use.tag_id]
        for use in draft.topic_uses.all():
            use.tag = topics[use.tag_id]


def _progress(drafts: Iterable[Resource]) -> dict[int, int]:
    """Hundredths by key of the file, for those that are being prepared."""
    files = [
        asset.file_id
        for draft in drafts
        for asset in draft.assets.all()
        if asset.file.processing_state == ProcessingState.WAITING
    ]
    if not files:
        return {}
    jobs = Job.objects.in_bulk([f"{PROCESS}:{pk}" for pk in files], field_name="key")
    by_file = {pk: jobs.get(f"{PROCESS}:{pk}") for pk in files}
    return {pk: round(job.progress * 100) if job else 0 for pk, job in by_file.items()}


def _of_draft(
    place: BatchPlace, resource: Resource, draft: Resource, progress: dict[int, int], *, at: datetime
) -> Row:
    original = draft.original
    edit_url = reverse(Resource.snippet_viewset.get_url_name("edit"), args=[resource.pk])
    state = resource.state(at)
    gaps = tuple(gaps_of(place, draft, edit_url=edit_url)) if state == State.DRAFT else ()
    pictures = [item for item in draft.picture_renditions() if item.name.endswith(".webp")]
    return Row(
        place=place,
        state=("lacking" if gaps else "ready") if state == State.DRAFT else "sent",
        says="" if state == State.DRAFT else str(state.label),
        draft=draft,
        title=draft.title,
        alt=original.alt if original else "",
        summary=draft.summary,
        kind=resource.kind,
        thumbnail=staff_address(pictures[0]) if pictures else "",
        edit_url=edit_url,
        gaps=gaps,
        prepared=progress.get(original.file_id) if original else None,
        captions=tuple(captions_of(draft)),
        hints=tuple(contrast_hints(original.file.properties)) if original and _drawn(draft) else (),
    )


def _drawn(draft: Resource) -> bool:
    """Photos are not warned of (decision 0113)."""
    return draft.kind == Kind.INFOGRAPHIC


def gaps_of(place: BatchPlace, draft: Resource, *, edit_url: str) -> Iterator[Gap]:
    """What ``draft`` lacks before it may be handed in; a file being prepared does not hold it."""
    if tells_nothing(draft.title):
        text = _("Give it a title: “%(title)s” only says which device made it.")
        yield Gap(_("Title"), text % {"title": draft.title}, f"#k57-title-{place.pk}")
    for missing in missing_for_publication(draft):
        if missing.passing:
            continue
        if missing.field in _IN_THE_GRID:
            url = f"#k57-{missing.field}-{place.pk}"
        elif missing.field in description.FIELDS:
            url = f"#id_{missing.field}"
        else:
            url = f"{edit_url}#id_{_ANCHORS.get(missing.field, missing.field)}"
        yield Gap(str(_NAMES.get(missing.field, missing.message)), missing.message, url)


_STATES = {Fate.KNOWN: "known", Fate.LEFT_OUT: "left_out", Fate.REFUSED: "refused", Fate.DRAFT: "gone"}


def _of_file(place: BatchPlace, upload: Any, same: list[Known]) -> Row:
    if place.fate == Fate.WAITING and upload is not None:
        if upload.state == "refused":
            return Row(place=place, state="refused", says=upload.problem, title=place.name)
        state = "checking" if upload.state != "receiving" else "sending"
        return Row(place=place, state=state, title=place.name, upload=upload)
    state = _STATES.get(Fate(place.fate), "waiting")
    return Row(place=place, state=state, says=place.problem, title=place.name, known=same)
