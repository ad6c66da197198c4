"""A file on its way in, in as many parts as the line allows."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from media_library.kinds import Kind


class UploadState(models.TextChoices):
    RECEIVING = "receiving", _("Being uploaded")
    CHECKING = "checking", _("Being checked")
    TAKEN = "taken", _("Taken in")
    REFUSED = "refused", _("Not taken")


class Upload(models.Model):
    """A resumable upload, known by an address that cannot be guessed.

    ``offset`` is how many bytes are safely kept; what lies beyond it was never acknowledged and does not
    count. ``parts`` belongs to the store of the parts (:mod:`media_library.intake.parts`) alone.
    """

    token = models.CharField(max_length=40, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True)
    agency = models.ForeignKey("media_library.Agency", related_name="+", on_delete=models.PROTECT)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, blank=True)
    """Empty until the content tells it."""
    name = models.CharField(_("file name"), max_length=255)
    path = models.CharField(_("folder"), max_length=1000, blank=True)
    """Where the file lay for the person, as their browser tells it; only shown."""
    metadata = models.TextField(blank=True)
    """``Upload-Metadata`` as it was sent."""
    language = models.CharField(max_length=10, blank=True)
    """Of the person, for the sentence in ``problem``."""
    length = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    """What the browser says the whole will be."""
    parts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.RECEIVING)
    problem = models.TextField(blank=True)
    file = models.ForeignKey(
        "media_library.StoredFile", related_name="uploads", on_delete=models.CASCADE, null=True
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        indexes: ClassVar = [
            models.Index(fields=["state", "expires_at"], name="upload_expires"),
            models.Index(fields=["agency", "state"], name="upload_of_agency"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=UploadState.values), name="an_upload_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(length__gt=0, offset__gte=0, offset__lte=F("length")),
                name="an_upload_lies_within_its_length",
            ),
            models.CheckConstraint(
                condition=Q(state="receiving") | Q(offset=F("length")), name="an_upload_ends_whole"
            ),
            models.CheckConstraint(
                condition=Q(state="taken", file__isnull=False) | (~Q(state="taken") & Q(file__isnull=True)),
                name="a_taken_upload_is_a_file",
            ),
            models.CheckConstraint(
                condition=Q(kind="") | Q(kind__in=Kind.values), name="an_upload_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
