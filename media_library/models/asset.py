"""Stored bytes, what they are within a resource, and what was derived from them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from media_library.kinds import PLAIN_WORDS, Role


class ProcessingState(models.TextChoices):
    WAITING = "waiting", _("Being prepared")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be processed")


class StoredFile(models.Model):
    """Immutable bytes under a random name in private storage.

    Rows of :class:`Asset`, live or in a revision, name a stored file; a draft adds new ones and never
    touches those that the published version names. The collector removes what nobody names.
    """

    storage_name = models.CharField(max_length=200, unique=True, editable=False)
    original_name = models.CharField(_("file name"), max_length=255)
    sha256 = models.CharField(max_length=64, db_index=True)
    crc32 = models.BigIntegerField()
    size = models.BigIntegerField(_("size in bytes"))
    media_type = models.CharField(_("type"), max_length=100)
    agency = models.ForeignKey("media_library.Agency", related_name="+", on_delete=models.PROTECT)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True
    )
    created_at = models.DateTimeField(db_index=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    duration = models.FloatField(null=True)
    pages = models.PositiveIntegerField(null=True)
    phash = models.CharField(max_length=16, blank=True)
    processing_state = models.CharField(
        max_length=10, choices=ProcessingState.choices, default=ProcessingState.WAITING
    )
    problem = models.CharField(max_length=300, blank=True)
    extracted = models.JSONField(default=dict)
    properties = models.JSONField(default=dict)
    first_named_by = models.ForeignKey(
        "media_library.Resource", related_name="+", on_delete=models.SET_NULL, null=True, editable=False
    )
    """The resource whose draft named it first; its words stand in the copies until a live one's do."""
    dressed = models.CharField(max_length=16, blank=True, default="", db_default="", editable=False)
    """What its renditions say and show of its resource (:mod:`media_library.processing.dressing`)."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(size__gt=0), name="a_stored_file_is_not_empty"),
            models.CheckConstraint(condition=~Q(storage_name=""), name="a_stored_file_has_a_place"),
            models.CheckConstraint(
                condition=Q(processing_state__in=ProcessingState.values), name="a_stored_file_state_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def untimed(self) -> bool:
        """Whether it is words that do not say when each is spoken."""
        return self.media_type in PLAIN_WORDS

    @property
    def main_type(self) -> str:
        """``image``, ``video``, ``audio``, ``text`` or ``application``."""
        return self.media_type.partition("/")[0]


class Asset(Orderable):
    """A stored file in its role within a resource; lives in the resource's revisions."""

    resource = ParentalKey("media_library.Resource", related_name="assets", on_delete=models.CASCADE)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices, default=Role.ORIGINAL)
    file = models.ForeignKey(StoredFile, related_name="assets", on_delete=models.PROTECT)
    language = models.CharField(_("language"), max_length=10, blank=True, choices=settings.LANGUAGES)
    alt = models.CharField(
        _("alt text"),
        max_length=500,
        blank=True,
        help_text=_("One or two sentences that say what is to be seen, for people who cannot see it."),
    )
    text_alternative = models.TextField(
        _("text alternative"),
        blank=True,
        help_text=_("All the words and figures in the picture, in reading order."),
    )
    focal_x = models.FloatField(null=True, blank=True)
    focal_y = models.FloatField(null=True, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="an_asset_role_is_known"),
            models.CheckConstraint(
                condition=Q(focal_x__isnull=True, focal_y__isnull=True)
                | Q(
                    focal_x__isnull=False,
                    focal_x__gte=0,
                    focal_x__lte=1,
                    focal_y__isnull=False,
                    focal_y__gte=0,
                    focal_y__lte=1,
                ),
                name="a_focal_point_lies_in_the_picture",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.file}"


class Purpose(models.TextChoices):
    PICTURE = "picture", _("Picture")
    POSTER = "poster", _("Poster")
    DOWNLOAD = "download", _("Public copy")
    CAPTION = "caption", _("Captions")
    CROP = "crop", _("Cut to a shape")
    PAGE = "page", _("Page of a document")
    CANDIDATE = "candidate", _("Poster to choose from")
    STREAM = "stream", _("For players")
    PART = "part", _("Part of a stream")
    BROADCAST = "broadcast", _("For radio stations")


EARLIER = "earlier-"
"""How the name of a public copy begins that a better one has followed: kept for those who noted its address."""


class Rendition(models.Model):
    """A file derived from a stored file, free of personal metadata; what the public may fetch.

    Its bytes carry the resource's credit (:mod:`media_library.processing.dressing`). Its address is made of
    what it was before: another credit line changes the bytes and leaves the address.
    """

    file = models.ForeignKey(StoredFile, related_name="renditions", on_delete=models.CASCADE)
    name = models.CharField(max_length=60)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    media_type = models.CharField(max_length=100)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    crc32 = models.BigIntegerField()
    storage_name = models.CharField(max_length=200, unique=True)
    uncredited_sha256 = models.CharField(max_length=64, blank=True, default="", db_default="")
    """Of its bytes before a credit was written into them; empty as long as none was."""

    class Meta:
        ordering: ClassVar = ["file", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "name"], name="a_rendition_once_for_a_file"),
            models.CheckConstraint(condition=Q(size__gt=0), name="a_rendition_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.name}"

    @property
    def is_earlier(self) -> bool:
        """Whether a better copy has followed it: fetched at its address, offered nowhere."""
        return self.name.startswith(EARLIER)

    @property
    def digest(self) -> str:
        """The 12 hex digits of the content hash that stand in the public address."""
        return (self.uncredited_sha256 or self.sha256)[:12]
