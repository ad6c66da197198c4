"""What happened to a resource that those who use it have to know; and the public log of its corrections."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media_library import correcting
from media_library.models import Resource


class Happening(models.TextChoices):
    CORRECTION = "correction", _("Corrected")
    REPLACEMENT = "replacement", _("File replaced")
    RIGHTS = "rights", _("Terms of use changed")
    WITHDRAWAL = "withdrawal", _("Withdrawn")
    EXPIRY = "expiry", _("Will go off line")


LOGGED = (Happening.CORRECTION, Happening.REPLACEMENT, Happening.RIGHTS)
"""What stands in the log that everyone may read on the page of the resource."""
FILE = "file"
"""Names another main file within :attr:`Occasion.changed`, beside the names of fields of rights."""


class Occasion(models.Model):
    """One happening, written once whatever is tried again (``key``), told once to each who is concerned.

    ``told_up_to``: the key of the last person for whom a tiding was written; ``told_at``: when all were.
    """

    wagtail_reference_index_ignore = True

    what = models.CharField(max_length=12, choices=Happening.choices)
    resource = models.ForeignKey(Resource, related_name="occasions", on_delete=models.CASCADE)
    key = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField()
    vi = models.CharField(max_length=correcting.LONGEST, blank=True)
    en = models.CharField(max_length=correcting.LONGEST, blank=True)
    """What was wrong, as its editors say it."""
    changed = models.JSONField(default=list)
    told_up_to = models.BigIntegerField(default=0)
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["resource", "-at"], name="occasion_of_resource"),
            models.Index(fields=["id"], name="occasion_untold", condition=Q(told_at__isnull=True)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(what__in=Happening.values), name="an_occasion_is_known"),
            models.CheckConstraint(
                condition=~Q(what=Happening.CORRECTION) | ~Q(vi="", en=""),
                name="a_correction_says_what_was_wrong",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.resource_id}"

    @property
    def replaced(self) -> bool:
        """Whether another main file came with it."""
        return FILE in self.changed

    @property
    def rights(self) -> bool:
        """Whether the terms of use changed with it."""
        return any(name != FILE for name in self.changed)
