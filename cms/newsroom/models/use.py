"""A use: something was taken, and for what. No address of a reader's machine is kept."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media_library.models import Resource
from media_library.reuse import Purpose


def new_ticket() -> str:
    """128 random bits as hex."""
    return secrets.token_hex(16)


class Use(models.Model):
    """One download, counted once however often it broke off."""

    resource = models.ForeignKey(Resource, related_name="newsroom_uses", on_delete=models.CASCADE)
    offer = models.CharField(_("what was taken"), max_length=60)
    purpose = models.CharField(_("purpose"), max_length=12, blank=True, choices=Purpose.choices)
    outlet = models.CharField(_("outlet"), max_length=120, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True, blank=True
    )
    at = models.DateTimeField(_("when"))
    ticket = models.CharField(max_length=32, unique=True, default=new_ticket, editable=False)
    """Parts of one download share that of the form which declared it."""

    class Meta:
        verbose_name = _("use")
        verbose_name_plural = _("uses")
        indexes: ClassVar = [
            models.Index(fields=["resource", "-at"], name="use_of_resource"),
            models.Index(fields=["-at", "-id"], name="use_newest"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(purpose="") | Q(purpose__in=Purpose.values), name="a_use_has_a_known_purpose"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id}/{self.offer}"


class TermsAcceptance(models.Model):
    """When somebody last accepted the terms of use; it holds for a year."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, related_name="terms_acceptance", on_delete=models.CASCADE
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"
