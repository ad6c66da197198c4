"""Two worlds: what is public, and what nobody outside may notice.

Every hidden thing carries :data:`MARK` in each of its words, so that any trace of it can be searched for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from cms.newsroom.models import PressKit, PressKitEntry
from cms.sections.models import Section
from media_library import publishing, worker
from media_library.kinds import Kind, Role
from media_library.models import Agency, Asset, Campaign, Resource, StoredFile, User
from tests.factories import (
    audience,
    make_administrator,
    make_agency,
    make_communicator,
    make_editor,
    make_heard,
    make_lead,
    make_published,
    make_rendition,
    make_resource,
    make_stored_file,
    topic,
    unreferenced,
)

MARK = "qzxwvleak"
KIT = "0123456789"
"""Code of a press kit that is public, with everything in it that is not."""
REASON = "Nội dung không còn đúng nữa."
KINDS = (Kind.ARTICLE, Kind.PHOTO, Kind.PODCAST)


@dataclass
class World:
    """The agency whose secrets are kept, another one, and people of both."""

    owner: Agency
    other: Agency
    section: Section
    people: dict[str, User | None]
    hidden: dict[str, list[Resource]] = field(default_factory=dict)
    public: list[Resource] = field(default_factory=list)


def build_people() -> World:
    """Two agencies with their people, and nothing in the library yet."""
    owner, other = make_agency("Cơ quan giữ kín", code="KIN-1"), make_agency("Cơ quan khác", code="KHAC-1")
    Campaign.objects.create(code="chu-de", title="Chủ đề", recurs="continuous", lead=owner)
    PressKit.objects.create(agency=owner, title="Bộ tài liệu", live=True, code=KIT)
    section = Section.objects.create(agency=owner, slug="chuyen-muc", title="Chuyên mục", limit=50)
    people = {
        "anonymous": None,
        "communicator of another agency": make_communicator(other, "khac-truyen-thong"),
        "editor of another agency": make_editor(other, "khac-bien-tap"),
        "communicator of the agency": make_communicator(owner, "kin-truyen-thong"),
        "editor of the agency": make_editor(owner, "kin-bien-tap"),
        "lead editor": make_lead("chu-tri"),
        "administrator": make_administrator("quan-tri"),
    }
    return World(owner=owner, other=other, section=section, people=people)


@unreferenced
def build_public() -> World:
    world = build_people()
    owner, other = world.owner, world.other
    for kind in KINDS:
        for agency in (owner, other):
            world.public.append(make_published(kind, agency=agency, topics=[topic()], audiences=[audience()]))
            if kind == Kind.PODCAST:
                make_heard(world.public[-1])
    worker.settle()
    return world


@unreferenced
def build_hidden(world: World) -> World:
    """Add the hidden world; afterwards everything that follows from it (index, feeds) has been done."""
    for name, make in {**STATES, **TOLD_OF}.items():
        world.hidden[name] = [make(world, kind) for kind in KINDS]
        _into_the_kit(world.hidden[name])
    ahead = timezone.now() + timedelta(days=1)
    words = {"title": f"{MARK} bộ", "cover": f"<p>{MARK} lời</p>", "contact_name": MARK}
    PressKit.objects.create(agency=world.owner, live=True, embargo_until=ahead, **words)
    PressKit.objects.create(agency=world.owner, live=False, **words)
    worker.settle()
    return world


def _into_the_kit(rows: list[Resource]) -> None:
    kit = PressKit.objects.get(code=KIT)
    PressKitEntry.objects.bulk_create(PressKitEntry(kit=kit, resource=row, sort_order=row.pk) for row in rows)


def _marked(world: World, kind: str, **fields: object) -> Resource:
    words = {
        "title": f"{MARK} tiêu đề",
        "summary": f"{MARK} tóm tắt",
        "credit_line": f"{MARK} nguồn",
        "terms": f"{MARK} điều khoản",
        "keywords": [MARK],
        "body": [("paragraph", f"<p>{MARK} nội dung</p>")] if kind == Kind.ARTICLE else None,
        "campaign": Campaign.objects.get(),
    }
    resource = make_resource(kind, agency=world.owner, **{**words, **fields})
    if kind == Kind.PODCAST and resource.original is not None:
        _stream(resource.original.file)
    for asset in resource.assets.all():
        asset.alt = asset.text_alternative = f"{MARK} bản chữ"
        asset.save()
        asset.file.original_name = f"{MARK}.bin"
        if asset.role == Role.CAPTION:
            asset.file.extracted = {"cues": [{"start": 0.0, "end": 1.0, "text": f"{MARK} lời"}]}
        asset.file.save()
    fresh = Resource.objects.get(pk=resource.pk)
    fresh.save_revision()
    return fresh


STREAMED = {
    "stream.m3u8": ("stream", "application/vnd.apple.mpegurl"),
    "h240.m3u8": ("part", "application/vnd.apple.mpegurl"),
    "h240.mp4": ("part", "video/mp4"),
    "storyboard.webp": ("part", "image/webp"),
    "storyboard.vtt": ("stream", "text/vtt"),
    "light.opus": ("stream", "audio/ogg"),
    "candidate1.jpg": ("candidate", "image/jpeg"),
    "media.mp3": ("download", "audio/mpeg"),
    "broadcast.mp3": ("broadcast", "audio/mpeg"),
}
"""What is made for players and stations: each has an address, and each must be as hidden as the rest."""


def _stream(file: StoredFile) -> None:
    for name, (purpose, media_type) in STREAMED.items():
        rendition = make_rendition(file, name=name, purpose=purpose)
        rendition.media_type = media_type
        rendition.save(update_fields=["media_type"])


def _draft(world: World, kind: str) -> Resource:
    return _marked(world, kind)


def _in_review(world: World, kind: str) -> Resource:
    resource = _marked(world, kind)
    workflow = resource.get_workflow()
    assert workflow is not None
    workflow.start(resource, world.people["communicator of the agency"])
    return resource


def _scheduled(world: World, kind: str) -> Resource:
    resource, now = _marked(world, kind), timezone.now()
    publishing.schedule(resource=resource, go_live_at=now + timedelta(days=3), by=None, at=now)
    return resource


def _embargoed(world: World, kind: str) -> Resource:
    resource = _marked(world, kind, embargo_until=timezone.now() + timedelta(days=9))
    return publishing.publish(resource=resource, by=None, at=timezone.now())


def _announced(world: World, kind: str) -> Resource:
    resource = _marked(world, kind, embargo_until=timezone.now() + timedelta(days=9), embargo_announced=True)
    return publishing.publish(resource=resource, by=None, at=timezone.now())


def _expired(world: World, kind: str) -> Resource:
    then = timezone.now() - timedelta(days=30)
    resource = _marked(world, kind, expire_at=then + timedelta(days=20))
    publishing.publish(resource=resource, by=None, at=then)
    publishing.expire_due(timezone.now())
    return Resource.objects.get(pk=resource.pk)


def _past_expiry(world: World, kind: str) -> Resource:
    """Its time is over, and the scheduler has not come by yet."""
    then = timezone.now() - timedelta(days=30)
    resource = _marked(world, kind, expire_at=timezone.now() + timedelta(days=1))
    publishing.publish(resource=resource, by=None, at=then)
    worker.settle()
    Resource.objects.filter(pk=resource.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    return Resource.objects.get(pk=resource.pk)


def _withdrawn(world: World, kind: str) -> Resource:
    resource = _marked(world, kind)
    publishing.publish(resource=resource, by=None, at=timezone.now())
    return publishing.withdraw(
        resource=resource, by=world.people["lead editor"], reason=REASON, at=timezone.now()
    )


STATES: dict[str, Callable[[World, str], Resource]] = {
    "draft": _draft,
    "in review": _in_review,
    "scheduled": _scheduled,
    "embargoed": _embargoed,
    "expired": _expired,
    "withdrawn": _withdrawn,
}
TOLD_OF = {"announced": _announced}
"""Hidden in every list; its own address tells title, kind, agency and time, as its editor wished."""
UNSWEPT = {"past its expiry": _past_expiry}
"""Hidden by its time alone; lists that are rendered files follow within a second, pages at once."""


@unreferenced
def add_draft_over_live(world: World) -> Resource:
    """A public photograph whose draft carries the mark and another file."""
    resource = make_published(Kind.PHOTO, agency=world.owner)
    draft = Resource.objects.get(pk=resource.pk)
    draft.title = f"{MARK} bản nháp"
    draft.summary = f"{MARK} bản nháp"
    draft.assets.set(
        [Asset(role=Role.ORIGINAL, file=make_stored_file(world.owner, name=f"{MARK}.png"), alt=f"{MARK} alt")]
    )
    draft.save_revision()
    worker.settle()
    return resource
