"""A kit: what was chosen of a lightbox or a press kit at one moment, as one ZIP at an address of its own."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from cms.newsroom.models.lightbox import LONGEST_TITLE, new_token


class Kit(models.Model):
    """No bytes are kept: they are read anew each time, and are those that ``etag`` and ``size`` say, or none.

    ``selection``: lists of a resource's public id and the keys of its offers, in order. ``etag``: SHA-256 of
    its manifest, as hex.
    """

    token = models.CharField(max_length=48, unique=True, default=new_token, editable=False)
    lightbox = models.ForeignKey(
        "newsroom.Lightbox", related_name="kits", on_delete=models.SET_NULL, null=True
    )
    press_kit = models.ForeignKey(
        "newsroom.PressKit", related_name="kits", on_delete=models.CASCADE, null=True
    )
    """The editor's kit that it is; its cover text is packed along."""
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True
    )
    title = models.CharField(max_length=LONGEST_TITLE)
    language = models.CharField(max_length=10)
    purpose = models.CharField(max_length=20)
    selection = models.JSONField()
    etag = models.CharField(max_length=64)
    size = models.BigIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.title
