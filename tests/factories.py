"""Objects for tests, named by intention. Everything goes through the product's own code."""

from __future__ import annotations

import functools
import hashlib
import itertools
import zlib
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, ParamSpec, TypeVar

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image
from wagtail import signal_handlers
from wagtail.models import Locale

from media_library import access, publishing
from media_library.kinds import Kind, Role
from media_library.models import (
    Agency,
    Asset,
    Audience,
    Identifier,
    Membership,
    MembershipRole,
    Rendition,
    Resource,
    StoredFile,
    Topic,
    User,
)

_numbers = itertools.count(1)
_P = ParamSpec("_P")
_R = TypeVar("_R")


def unreferenced(make: Callable[_P, _R]) -> Callable[_P, _R]:
    """Leave Wagtail's index of references alone, which is a fifth of what making a resource costs."""

    @functools.wraps(make)
    def making(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        if getattr(signal_handlers.reference_index_auto_update_disabled, "value", False):
            return make(*args, **kwargs)
        with signal_handlers.disable_reference_index_auto_update():
            return make(*args, **kwargs)

    return making


def make_agency(name: str = "", **fields: Any) -> Agency:
    number = next(_numbers)
    fields.setdefault("code", f"CQ-{number:05d}")
    fields.setdefault("type", "department")
    return Agency.objects.create(name=name or f"Cơ quan số {number}", **fields)


def make_user(username: str = "", **fields: Any) -> User:
    name = username or f"nguoi-{next(_numbers)}"
    return User.objects.create_user(name, f"{name}@example.org", "mat-khau-thu-9", **fields)


def make_member(agency: Agency, role: str = MembershipRole.COMMUNICATOR, username: str = "") -> User:
    user = make_user(username)
    Membership.objects.create(user=user, agency=agency, role=role)
    return User.objects.get(pk=user.pk)


def make_communicator(agency: Agency, username: str = "") -> User:
    return make_member(agency, MembershipRole.COMMUNICATOR, username)


def make_editor(agency: Agency, username: str = "") -> User:
    return make_member(agency, MembershipRole.EDITOR, username)


def make_lead(username: str = "") -> User:
    user = make_user(username)
    user.groups.add(Group.objects.get(name=access.LEAD_GROUP))
    return User.objects.get(pk=user.pk)


def make_administrator(username: str = "") -> User:
    name = username or f"quan-tri-{next(_numbers)}"
    return User.objects.create_superuser(name, f"{name}@example.org", "mat-khau-thu-9")


def audience(
    code: str = "students", name: str = "Học sinh, sinh viên", name_en: str = "Students"
) -> Audience:
    return Audience.objects.get_or_create(slug=code, defaults={"name": name, "name_en": name_en})[0]


def topic(code: str = "chuyen-doi-so", name: str = "", name_en: str = "") -> Topic:
    names = {"name": name or code.replace("-", " ").capitalize(), "name_en": name_en or code}
    return Topic.objects.get_or_create(slug=code, defaults=names)[0]


@functools.lru_cache(maxsize=256)
def picture_bytes(width: int = 640, height: int = 400, colour: str = "#4f2a80", format: str = "PNG") -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, format)
    return buffer.getvalue()


@unreferenced
def make_stored_file(
    agency: Agency,
    *,
    content: bytes | None = None,
    media_type: str = "image/png",
    name: str = "hinh.png",
    renditions: bool = True,
    **fields: Any,
) -> StoredFile:
    """A ready stored file, its bytes in private storage; for a picture a rendition of each format."""
    content = content if content is not None else picture_bytes()
    storage = storages["private"]
    stored = storage.save(
        f"test/{next(_numbers)}-{hashlib.sha256(content).hexdigest()[:8]}", ContentFile(content)
    )
    fields.setdefault("processing_state", "ready")
    fields.setdefault("created_at", timezone.now())
    if media_type.startswith("image/"):
        fields.setdefault("width", 640)
        fields.setdefault("height", 400)
    file = StoredFile.objects.create(
        storage_name=stored,
        original_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        crc32=zlib.crc32(content),
        size=len(content),
        media_type=media_type,
        agency=agency,
        **fields,
    )
    if renditions and media_type.startswith("image/"):
        for format in ("webp", "jpeg"):
            make_rendition(file, name=f"w640.{'jpg' if format == 'jpeg' else format}", format=format)
    return file


def make_rendition(
    file: StoredFile, *, name: str = "w640.webp", format: str = "webp", purpose: str = "picture"
) -> Rendition:
    number = next(_numbers)
    # Neighbours differ, and no picture is drawn more than once.
    content = picture_bytes(colour=f"#4f2a{number % 32:02x}", format=format.upper())
    stored = storages["private"].save(f"test/r{number}", ContentFile(content))
    return Rendition.objects.create(
        file=file,
        name=name,
        purpose=purpose,
        media_type=f"image/{format}",
        width=640,
        height=400,
        size=len(content),
        sha256=hashlib.sha256(content + str(number).encode()).hexdigest(),
        crc32=zlib.crc32(content),
        storage_name=stored,
    )


def make_heard(resource: Resource, *, name: str = "media.mp3", content: bytes = b"") -> Rendition:
    """A public copy of the sound of a podcast; ``broadcast.mp3`` is that for radio stations."""
    assert resource.original is not None
    number = next(_numbers)
    content = content or f"sound {number}".encode()
    return Rendition.objects.create(
        file=resource.original.file,
        name=name,
        purpose="broadcast" if name.startswith("broadcast") else "download",
        media_type="audio/mpeg",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        crc32=zlib.crc32(content),
        storage_name=storages["private"].save(f"test/r{number}", ContentFile(content)),
    )


@unreferenced
def make_resource(
    kind: str = Kind.ARTICLE,
    *,
    agency: Agency | None = None,
    title: str = "",
    by: User | None = None,
    language: str = "vi",
    body: Any = None,
    audiences: list[Audience] | None = None,
    topics: list[Topic] | None = None,
    keywords: list[str] | None = None,
    file: StoredFile | None = None,
    complete: bool = True,
    **fields: Any,
) -> Resource:
    """A draft, saved with a revision; complete (publishable) unless told otherwise."""
    agency = agency or make_agency()
    number = next(_numbers)
    fields.setdefault("summary", f"Tóm tắt số {number}.")
    fields.setdefault("credit_line", f"{agency.name} / Kho 57")
    if kind in (Kind.VIDEO, Kind.PODCAST):
        fields.setdefault("spoken", language)
    resource = Resource(
        kind=kind,
        agency=agency,
        title=title or f"Tài nguyên số {number}",
        created_by=by,
        live=False,
        locale=Locale.objects.get_or_create(language_code=language)[0],
        body=body or ([("paragraph", "<p>Nội dung bài viết.</p>")] if kind == Kind.ARTICLE else []),
        **fields,
    )
    if complete:
        resource.audiences.add(*(audiences or [audience()]))
        resource.topics.add(*(topics or [topic()]))
    if keywords:
        resource.keywords.add(*keywords)
    if complete and kind != Kind.ARTICLE:
        _add_files(resource, agency, kind, language, file)
    resource.save()
    resource.save_revision(user=by, clean=False)  # complete by what it was made of; the database checks it
    return resource


_MAIN_FILES = {
    Kind.VIDEO: ("video/mp4", "phim.mp4"),
    Kind.PODCAST: ("audio/mpeg", "am-thanh.mp3"),
    Kind.DOCUMENT: ("application/pdf", "tai-lieu.pdf"),
}


def _add_files(resource: Resource, agency: Agency, kind: str, language: str, file: StoredFile | None) -> None:
    media_type, name = _MAIN_FILES.get(Kind(kind), ("image/png", "hinh.png"))
    content = None if media_type == "image/png" else f"{name} {next(_numbers)}".encode()
    file = file or make_stored_file(agency, media_type=media_type, name=name, content=content)
    alt = "Một hình minh hoạ." if media_type == "image/png" else ""
    resource.assets.add(Asset(role=Role.ORIGINAL, file=file, alt=alt, sort_order=0, language=language))
    if kind in (Kind.VIDEO, Kind.PODCAST):
        cues = {"cues": [{"start": 0.0, "end": 4.0, "text": "Xin chào các bạn."}]}
        words = make_stored_file(
            agency, content=b"WEBVTT\n", media_type="text/vtt", name="loi.vtt", extracted=cues
        )
        resource.assets.add(Asset(role=Role.CAPTION, file=words, sort_order=1, language=language))


@unreferenced
def make_published(kind: str = Kind.ARTICLE, *, at: datetime | None = None, **fields: Any) -> Resource:
    """A published resource, through :mod:`media_library.publishing`."""
    resource = make_resource(kind, **fields)
    publishing.publish(resource=resource, by=None, at=at or timezone.now())
    return Resource.objects.get(pk=resource.pk)


def make_scheduled(**fields: Any) -> Resource:
    resource = make_resource(**fields)
    now = timezone.now()
    publishing.schedule(resource=resource, go_live_at=now + timedelta(days=3), by=make_lead(), at=now)
    return Resource.objects.get(pk=resource.pk)


def make_embargoed(**fields: Any) -> Resource:
    return make_published(embargo_until=timezone.now() + timedelta(days=10), **fields)


def make_expired(**fields: Any) -> Resource:
    past = timezone.now() - timedelta(days=7)
    resource = make_published(expire_at=past, at=past - timedelta(days=30), **fields)
    publishing.expire_due(timezone.now())
    return Resource.objects.get(pk=resource.pk)


def make_withdrawn(reason: str = "Nội dung không còn đúng.", **fields: Any) -> Resource:
    resource = make_published(**fields)
    publishing.withdraw(resource=resource, by=make_lead(), reason=reason, at=timezone.now())
    return Resource.objects.get(pk=resource.pk)


def identify(resource: Resource, scheme: str, value: str) -> Identifier:
    return Identifier.objects.create(resource=resource, scheme=scheme, value=value)
