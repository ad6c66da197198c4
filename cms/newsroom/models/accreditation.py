"""Accreditation: a journalist asks, the lead department decides; every decision is kept."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media_library.models import User

LONGEST_PURPOSE = 500


class Accreditation(models.Model):
    """One request and what became of it. ``until``: the moment at which what was granted ends.

    Before its mail address is confirmed it has no ``user``, and nobody is shown it. ``closed_at``: since when
    nothing more can come of it; from then on its personal data waits to be forgotten.
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Mail address not confirmed")
        WAITING = "waiting", _("Waiting for a decision")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        TAKEN_BACK = "taken_back", _("Taken back")
        ENDED = "ended", _("Ended")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="accreditations", on_delete=models.SET_NULL, null=True
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices)
    language = models.CharField(max_length=10)
    name = models.CharField(_("name"), max_length=120, blank=True)
    outlet = models.CharField(_("outlet"), max_length=120)
    email = models.EmailField(_("work e-mail address"), max_length=150, blank=True)
    card_number = models.CharField(_("number of the press card"), max_length=40, blank=True)
    card_until = models.DateField(_("press card valid until"), null=True)
    purpose = models.CharField(_("what for"), max_length=LONGEST_PURPOSE, blank=True)
    scan = models.CharField(max_length=200, blank=True)
    """Where private storage holds a picture or PDF of the card; empty for none."""
    scan_type = models.CharField(max_length=40, blank=True)
    scan_size = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField(_("asked"))
    until = models.DateTimeField(_("granted until"), null=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    closed_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("accreditation")
        verbose_name_plural = _("accreditations")
        indexes: ClassVar = [
            models.Index(fields=["state", "-asked_at", "-id"], name="accreditation_by_state"),
            models.Index(fields=["-asked_at", "-id"], name="accreditation_newest"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="waiting"), name="one_request_waits_for_a_person"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="granted"), name="one_accreditation_for_a_person"
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(until__isnull=False), name="what_is_granted_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or '–'} ({self.outlet})"

    def standing(self, at: datetime) -> State:
        """Its state at ``at``: what was granted has ended once its time is over."""
        over = self.until is not None and self.until <= at
        return self.State.ENDED if self.state == self.State.GRANTED and over else self.State(self.state)


class AccreditationDecision(models.Model):
    """Who decided what, when and why; never changed. The words are taken out when the request is forgotten."""

    accreditation = models.ForeignKey(Accreditation, related_name="decisions", on_delete=models.CASCADE)
    state = models.CharField(max_length=12, choices=Accreditation.State.choices)
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, related_name="+", on_delete=models.SET_NULL, null=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.accreditation_id}: {self.state}"
