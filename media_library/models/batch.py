"""Many files given at once: what they have in common, and what became of each.

A batch keeps no words of its resources: those stand in their drafts, as anywhere else. It remembers what it
wrote into each draft, so that a field which somebody changed alone is never overwritten unseen.
"""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from media_library import speech
from media_library.kinds import Kind, Role
from media_library.models.rights import LICENCE_CHOICES

PICTURE_KINDS = [(kind.value, kind.label) for kind in (Kind.PHOTO, Kind.INFOGRAPHIC)]


def new_token() -> str:
    """16 hex digits: 64 random bits. It names a batch in addresses; rights are asked all the same."""
    return secrets.token_hex(8)


class Batch(models.Model):
    """Files that one person gives for one agency, with the description they share."""

    token = models.CharField(max_length=16, unique=True, default=new_token, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        related_name="batches",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
    )
    agency = models.ForeignKey(
        "media_library.Agency", verbose_name=_("agency"), related_name="+", on_delete=models.PROTECT
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    title = models.CharField(
        _("name of the batch"),
        max_length=200,
        blank=True,
        help_text=_("Only for you, to find it again: “Photos of 10 October”."),
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGES[0][0]
    )
    spoken = models.CharField(
        _("spoken in films and sounds"),
        max_length=speech.LONGEST,
        blank=True,
        default="",
        db_default="",
        validators=[speech.check],
    )
    picture_kind = models.CharField(
        _("pictures are"), max_length=20, choices=PICTURE_KINDS, default=Kind.PHOTO.value
    )
    summary = models.CharField(
        _("summary"), max_length=300, blank=True, help_text=_("What it is about, in one or two sentences.")
    )
    audiences = models.ManyToManyField(
        "media_library.Audience", verbose_name=_("audiences"), related_name="+", blank=True
    )
    topics = models.ManyToManyField(
        "media_library.Topic", verbose_name=_("topics"), related_name="+", blank=True
    )
    campaign = models.ForeignKey(
        "media_library.Campaign",
        verbose_name=_("campaign"),
        related_name="+",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
    )
    licence = models.CharField(_("terms of use"), max_length=30, choices=LICENCE_CHOICES, default="cc-by-4.0")
    credit_line = models.CharField(
        _("credit line"),
        max_length=300,
        blank=True,
        help_text=_("How the source is to be named, for example: Department of Science / Kho 57."),
    )
    embargo_until = models.DateTimeField(
        _("embargo until"),
        null=True,
        blank=True,
        help_text=_("Approved now, but nobody outside sees it before this time. Hue local time."),
    )

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        indexes: ClassVar = [models.Index(fields=["by", "-id"], name="batch_of_a_person")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(picture_kind__in=[kind for kind, _label in PICTURE_KINDS]),
                name="a_batch_knows_its_pictures",
            )
        ]

    def __str__(self) -> str:
        return self.title or self.token


class Fate(models.TextChoices):
    """What became of a file so far."""

    WAITING = "waiting", _("Not here yet")
    KNOWN = "known", _("Already in the library")
    DRAFT = "draft", _("Draft")
    WORDS = "words", _("Captions of another file")
    LEFT_OUT = "left_out", _("Left out")
    REFUSED = "refused", _("Not taken")


class BatchPlace(models.Model):
    """One file of a batch.

    ``upload_token`` names its resumable upload, ``file`` the stored bytes once they are here, ``resource``
    the draft made of them. ``applied`` holds the common description as the batch last wrote it into the
    draft; ``kept`` what was typed, while the file is left out. Captions have no draft of their own: ``beside``
    is the place of the film or sound to which they belong, in ``language``.
    """

    batch = models.ForeignKey(Batch, related_name="places", on_delete=models.CASCADE)
    position = models.PositiveIntegerField()
    name = models.CharField(_("file name"), max_length=255)
    path = models.CharField(max_length=1000, blank=True)
    size = models.BigIntegerField(_("size in bytes"))
    modified = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    fate = models.CharField(max_length=10, choices=Fate.choices, default=Fate.WAITING)
    problem = models.CharField(max_length=500, blank=True)
    role = models.CharField(
        max_length=20,
        choices=[(role.value, role.label) for role in (Role.ORIGINAL, Role.CAPTION, Role.TRANSCRIPT)],
        default=Role.ORIGINAL,
        db_default=Role.ORIGINAL.value,
    )
    language = models.CharField(
        max_length=10, blank=True, choices=settings.LANGUAGES, default="", db_default=""
    )
    beside = models.ForeignKey("self", related_name="words", on_delete=models.SET_NULL, null=True)
    wanted_anyway = models.BooleanField(default=False)
    upload_token = models.CharField(max_length=64, blank=True, db_index=True)
    file = models.ForeignKey(
        "media_library.StoredFile", related_name="+", on_delete=models.SET_NULL, null=True
    )
    resource = models.OneToOneField(
        "media_library.Resource", related_name="batch_place", on_delete=models.SET_NULL, null=True
    )
    applied = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["batch", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "position"], name="one_file_at_a_place_of_a_batch"),
            models.CheckConstraint(condition=Q(fate__in=Fate.values), name="a_fate_is_known"),
            models.CheckConstraint(condition=Q(size__gte=0), name="a_file_has_a_size"),
            models.CheckConstraint(condition=~Q(name=""), name="a_file_of_a_batch_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
