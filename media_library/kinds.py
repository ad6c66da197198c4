"""The kinds of resource: what each accepts, what it needs before publication.

A kind is data (:class:`KindRule`), so that the upload form, the intake check and the publication gate
read the same rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from media_library.models import Resource

PICTURES = ("image/jpeg", "image/png", "image/webp")
DRAWINGS = ("image/svg+xml",)
"""Drawn as a picture of pixels, and shown as that alone."""
FILMS = ("video/mp4", "video/quicktime", "video/webm", "video/x-matroska")
SOUNDS = ("audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/flac")
CAPTIONS = ("text/vtt", "application/x-subrip")
PDF = ("application/pdf",)
OFFICE = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
PLAIN_WORDS = ("text/plain", OFFICE[0])
"""A transcript that does not say when each word is spoken."""
TRANSCRIPTS = CAPTIONS + PLAIN_WORDS
OPEN_DOCUMENT = (
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.presentation",
)
CONVERTED = (OFFICE[1], OPEN_DOCUMENT[1], OFFICE[0], OPEN_DOCUMENT[0])
"""Slides and texts: as a main file they become a PDF, where LibreOffice is there to do it."""
PAGED = PDF + CONVERTED
"""Main files whose public copy is a PDF with pages."""

EXTENSIONS = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/svg+xml": (".svg",),
    "video/mp4": (".mp4", ".m4v"),
    "video/quicktime": (".mov",),
    "video/webm": (".webm",),
    "video/x-matroska": (".mkv",),
    "audio/mpeg": (".mp3",),
    "audio/mp4": (".m4a",),
    "audio/ogg": (".ogg", ".opus"),
    "audio/wav": (".wav",),
    "audio/flac": (".flac",),
    "text/vtt": (".vtt",),
    "application/x-subrip": (".srt",),
    "text/plain": (".txt",),
    "application/pdf": (".pdf",),
    OFFICE[0]: (".docx",),
    OFFICE[1]: (".pptx",),
    OFFICE[2]: (".xlsx",),
    OPEN_DOCUMENT[0]: (".odt",),
    OPEN_DOCUMENT[1]: (".odp",),
}


class Kind(models.TextChoices):
    INFOGRAPHIC = "infographic", gettext_lazy("Infographic")
    VIDEO = "video", gettext_lazy("Video")
    PODCAST = "podcast", gettext_lazy("Podcast")
    ARTICLE = "article", gettext_lazy("Article")
    PHOTO = "photo", gettext_lazy("Photo")
    DOCUMENT = "document", gettext_lazy("Document")


class Role(models.TextChoices):
    """What a file is within its resource."""

    ORIGINAL = "original", gettext_lazy("Main file")
    CAPTION = "caption", gettext_lazy("Captions")
    TRANSCRIPT = "transcript", gettext_lazy("Transcript")
    COVER = "cover", gettext_lazy("Cover picture")
    ATTACHMENT = "attachment", gettext_lazy("Attachment")


@dataclass(frozen=True)
class Missing:
    """One thing that must be there before publication: the form field to go to, and what to do."""

    field: str
    message: str
    passing: bool = False
    """Time alone mends it: a file that is being prepared holds publication, not submission."""


@dataclass(frozen=True)
class KindRule:
    """What a kind accepts and needs. ``accepts``: media types of the main file, empty for none."""

    kind: Kind
    accepts: tuple[str, ...] = ()
    needs_alt: bool = False
    needs_words: bool = False
    needs_body: bool = False
    accepts_by_role: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            Role.CAPTION: CAPTIONS,
            Role.TRANSCRIPT: TRANSCRIPTS,
            Role.COVER: PICTURES,
            Role.ATTACHMENT: PDF + OFFICE + PICTURES,
        }
    )

    def accepted(self, role: str = Role.ORIGINAL) -> tuple[str, ...]:
        """Media types taken for ``role``."""
        return self.accepts if role == Role.ORIGINAL else self.accepts_by_role[role]

    def accept_attribute(self, role: str = Role.ORIGINAL) -> str:
        """Value of an HTML ``accept`` attribute: media types, then file endings."""
        types = self.accepted(role)
        return ",".join([*types, *(end for kind in types for end in EXTENSIONS[kind])])

    def size_limit(self, role: str = Role.ORIGINAL) -> int:
        """Largest file in bytes, from the setting ``UPLOAD_LIMITS`` (``caption`` for captions)."""
        limits: dict[str, int] = settings.UPLOAD_LIMITS
        if role in (Role.CAPTION, Role.TRANSCRIPT):
            return most_bytes(role)
        if role == Role.COVER:
            return limits["photo"]
        if role == Role.ATTACHMENT:
            return limits["document"]
        return limits[self.kind]


def most_bytes(role: str) -> int:
    """Largest file in ``role``, whatever the kind. Raises :class:`KeyError` where the kind decides."""
    limits: dict[str, int] = settings.UPLOAD_LIMITS
    return limits[{Role.CAPTION: "caption", Role.TRANSCRIPT: "caption"}[Role(role)]]


RULES: dict[str, KindRule] = {
    rule.kind.value: rule
    for rule in (
        KindRule(Kind.INFOGRAPHIC, accepts=PICTURES + DRAWINGS, needs_alt=True),
        KindRule(Kind.VIDEO, accepts=FILMS, needs_words=True),
        KindRule(Kind.PODCAST, accepts=SOUNDS, needs_words=True),
        KindRule(Kind.ARTICLE, needs_body=True),
        KindRule(Kind.PHOTO, accepts=PICTURES + DRAWINGS, needs_alt=True),
        KindRule(Kind.DOCUMENT, accepts=PAGED),
    )
}


MAIN_TYPES = PICTURES + DRAWINGS + FILMS + SOUNDS + PAGED
"""Media types of the main files of all kinds."""
_KIND_OF = {"image": Kind.PHOTO, "video": Kind.VIDEO, "audio": Kind.PODCAST, "application": Kind.DOCUMENT}


def kind_of(media_type: str) -> Kind:
    """The kind that a main file of ``media_type`` makes where nobody said one; a picture is a photo.

    Raises :class:`KeyError` for a type that is no main file.
    """
    if media_type not in MAIN_TYPES:
        raise KeyError(media_type)
    return _KIND_OF[media_type.partition("/")[0]]


def rule_for(kind: str) -> KindRule:
    """The rule of ``kind``. Raises :class:`KeyError` for a word that is no kind."""
    return RULES[kind]


def missing_for_publication(resource: Resource) -> list[Missing]:
    """What ``resource`` (row, draft or form instance) still lacks before it may be published."""
    return [
        *_missing_description(resource),
        *_missing_file(resource),
        *_missing_alternative(resource),
    ]


def _missing_description(resource: Resource) -> Iterator[Missing]:
    if not resource.title.strip():
        yield Missing("title", _("Give it a title."))
    if not resource.summary.strip():
        yield Missing("summary", _("Write a summary of one or two sentences."))
    if not resource.audiences.all():
        yield Missing("audiences", _("Choose at least one audience."))
    if not resource.topics.all():
        yield Missing("topics", _("Choose at least one topic."))
    if not resource.licence:
        yield Missing("licence", _("Choose under which terms others may use it."))
    if not resource.credit_line.strip():
        yield Missing("credit_line", _("Say who is to be credited."))


def _missing_file(resource: Resource) -> Iterator[Missing]:
    rule = rule_for(resource.kind)
    original = resource.original
    if rule.needs_body and not resource.body:
        yield Missing("body", _("Write the body of the article."))
    if rule.accepts and original is None:
        yield Missing("assets", _("Add the main file."))
    for asset in resource.assets.all():
        if asset.file.processing_state == "failed":
            text = _("The file “%(name)s” could not be processed: replace it.")
            yield Missing("assets", text % {"name": asset.file.original_name})
        elif asset.file.processing_state == "waiting":
            text = _("The file “%(name)s” is still being prepared: try again in a moment.")
            yield Missing("assets", text % {"name": asset.file.original_name}, passing=True)


def _missing_alternative(resource: Resource) -> Iterator[Missing]:
    rule = rule_for(resource.kind)
    original = resource.original
    if rule.needs_alt and original and not (original.alt.strip() or original.text_alternative.strip()):
        yield Missing("alt", _("Describe the picture in words for people who cannot see it."))
    if rule.needs_words and not resource.spoken:
        yield Missing("spoken", _("Say which languages are spoken in it."))
    if rule.needs_words and not resource.accessibility_waiver.strip():
        roles = {asset.role for asset in resource.assets.all()}
        if not roles & {Role.CAPTION.value, Role.TRANSCRIPT.value}:
            text = _("Add captions or a transcript, or let an editor record why there is none.")
            yield Missing("caption_file", text)
