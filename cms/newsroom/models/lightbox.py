"""A lightbox: what somebody has collected for a story, in their order, with notes; and links that share it."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LONGEST_TITLE = 120
LONGEST_NOTE = 500


def new_key() -> str:
    """For an address: 96 random bits. Who opens a lightbox is asked besides."""
    return secrets.token_hex(12)


def new_token() -> str:
    """For an address that opens by itself: 192 random bits."""
    return secrets.token_hex(24)


class Lightbox(models.Model):
    """Without an owner it belongs to the visit (session) that holds its key, until somebody signs in there.

    ``deleted_at`` leaves time to change one's mind. ``public_since``: everyone may see it, at the address made of
    ``public_code``, which it keeps when it is closed and opened again.
    """

    key = models.CharField(max_length=24, unique=True, default=new_key, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="lightboxes", on_delete=models.CASCADE, null=True
    )
    title = models.CharField(_("name"), max_length=LONGEST_TITLE)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(db_index=True)
    deleted_at = models.DateTimeField(null=True)
    public_code = models.CharField(max_length=24, default="", db_default="", editable=False)
    public_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("lightbox")
        verbose_name_plural = _("lightboxes")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(public_since=None) | ~Q(public_code="") & Q(owner__isnull=False),
                name="what_all_may_see_has_an_owner_and_a_code",
            ),
            models.UniqueConstraint(
                fields=["public_code"], condition=~Q(public_code=""), name="a_public_code_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LightboxEntry(models.Model):
    """One resource in a lightbox. ``chosen``: keys of offers for its kit; None until somebody chose."""

    lightbox = models.ForeignKey(Lightbox, related_name="entries", on_delete=models.CASCADE)
    resource = models.ForeignKey("media_library.Resource", related_name="+", on_delete=models.CASCADE)
    place = models.PositiveIntegerField()
    note = models.CharField(_("note"), max_length=LONGEST_NOTE, blank=True)
    chosen = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar = ["place", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["lightbox", "resource"], name="a_resource_once_in_a_lightbox"),
        ]

    def __str__(self) -> str:
        return f"{self.lightbox_id}/{self.place}"


class ShareLink(models.Model):
    """An address at which anyone may look at a lightbox, until it expires or is revoked."""

    lightbox = models.ForeignKey(Lightbox, related_name="links", on_delete=models.CASCADE)
    token = models.CharField(max_length=48, unique=True, default=new_token, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.lightbox_id}: {self.created_at:%Y-%m-%d}"
