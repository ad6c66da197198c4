"""Letters that wait to be sent, what each tells, and how a person wishes to be written to."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.newsroom.models.occasion import Occasion


class Pace(models.TextChoices):
    AT_ONCE = "at_once", _("At once, a mail for each")
    DAILY = "daily", _("Once a day, all in one mail")


class LetterChoice(models.Model):
    """How one person is written to; who has none yet is written to at once. ``stopped_at``: not at all."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, related_name="letter_choice", on_delete=models.CASCADE
    )
    pace = models.CharField(_("how often"), max_length=8, choices=Pace.choices, default=Pace.AT_ONCE)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="vi")
    stopped_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person_id}: {self.pace}"


class LetterState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    REFUSED = "refused", _("Refused by the mail server of the reader")
    GIVEN_UP = "given_up", _("Given up after many attempts")
    DROPPED = "dropped", _("Not sent, for there was nothing left to tell or the reader had stopped it")


class Letter(models.Model):
    """One mail to one person: at once, or of a day (``digest``) with all that happened until then.

    Neither its words nor the address are kept: both are looked up when it is sent. ``token`` makes the
    ``Message-ID``, the same at each attempt, so that a mail that came twice shows as the same.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="letters", on_delete=models.CASCADE)
    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    digest = models.DateField(null=True)
    state = models.CharField(max_length=8, choices=LetterState.choices, default=LetterState.WAITING)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=100, blank=True)
    """The codes of the last answer (RFC 5321, 4.2; RFC 3463), never its words, which may hold an address."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="letter_due", condition=Q(state="waiting")),
            models.Index(fields=["state", "ended_at"], name="letter_ended"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "digest"],
                name="one_letter_a_day_to_each",
                condition=Q(digest__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.state}"


class Tiding(models.Model):
    """That one person is told of one occasion, and in which letter: never twice."""

    occasion = models.ForeignKey(Occasion, related_name="tidings", on_delete=models.CASCADE)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.CASCADE)
    letter = models.ForeignKey(Letter, related_name="tidings", on_delete=models.CASCADE)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["occasion", "person"], name="each_is_told_once_of_an_occasion"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion_id}/{self.person_id}"
