"""What accredited press accepted and opened before its time."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from cms.newsroom.models.accreditation import Accreditation
from media_library.models import Resource


class EmbargoAcceptance(models.Model):
    """Somebody bound themselves to publish nothing of ``resource`` before ``until``.

    ``terms``: the version of the text. Another time or another text has to be accepted anew.
    """

    resource = models.ForeignKey(Resource, related_name="+", on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True)
    accreditation = models.ForeignKey(Accreditation, related_name="+", on_delete=models.SET_NULL, null=True)
    outlet = models.CharField(max_length=120)
    until = models.DateTimeField()
    terms = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resource", "user", "until", "terms"], name="an_embargo_is_accepted_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id}/{self.user_id}"


class EmbargoOpening(models.Model):
    """One look, or one file taken, under embargo. ``what``: ``page``, ``kit``, or the key of an offer."""

    acceptance = models.ForeignKey(EmbargoAcceptance, related_name="openings", on_delete=models.CASCADE)
    resource = models.ForeignKey(Resource, related_name="+", on_delete=models.CASCADE)
    what = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["resource", "-id"], name="embargo_opening_of")]

    def __str__(self) -> str:
        return f"{self.resource_id}/{self.what}"
