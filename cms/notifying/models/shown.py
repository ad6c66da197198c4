"""That an agency was asked to take a withdrawn resource from a page of its own."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from media_library.models import Resource


class PageReminder(models.Model):
    """One letter about one page; rows are only added. Without ``sent_by`` it was written by the day's work."""

    wagtail_reference_index_ignore = True

    resource = models.ForeignKey(Resource, related_name="+", on_delete=models.CASCADE)
    withdrawn_at = models.DateTimeField()
    url = models.CharField(max_length=1000)
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True
    )

    class Meta:
        ordering: ClassVar = ["sent_at", "pk"]

    def __str__(self) -> str:
        return self.url
