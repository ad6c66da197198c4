"""Other systems that keep copies of ours, and what each was told of each withdrawal."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from media_library.models import Resource


def new_secret() -> str:
    """256 random bits in letters that can be copied anywhere."""
    return secrets.token_urlsafe(32)


class Subscriber(models.Model):
    """Another system that takes over our resources and has to take them down when we do."""

    name = models.CharField(_("name"), max_length=200)
    url = models.URLField(
        _("address for notices"),
        max_length=500,
        unique=True,
        help_text=_("A public https:// address of that system. Each withdrawal is posted there."),
    )
    secret = models.CharField(
        _("secret"),
        max_length=200,
        default=new_secret,
        validators=[MinLengthValidator(16)],
        help_text=_(
            "Every notice is signed with it, so that the other side can tell that it comes from us. Hand it over"
            " on a safe way, never by plain mail."
        ),
    )
    contact = models.EmailField(
        _("mail of the person in charge"),
        help_text=_("Who is written to when a withdrawal is not confirmed within three days."),
    )
    active = models.BooleanField(
        _("is told"), default=True, help_text=_("Without it, no new withdrawal is posted there.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True, editable=False
    )

    class Meta:
        verbose_name = _("system that is told")
        verbose_name_plural = _("systems that are told")
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class NoticeState(models.TextChoices):
    WAITING = "waiting", _("not reached yet")
    TOLD = "told", _("told, not confirmed")
    CONFIRMED = "confirmed", _("confirmed")
    CANCELLED = "cancelled", _("no longer asked for")


OPEN = (NoticeState.WAITING, NoticeState.TOLD)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def open(self) -> NoticeQuerySet:
        """Those that wait for a confirmation."""
        return self.filter(state__in=OPEN)

    def due(self, at: datetime) -> NoticeQuerySet:
        return self.open().filter(due_at__lte=at)


class Notice(models.Model):
    """One withdrawal as one subscriber is told of it; stays as the proof of when that was.

    A system that is removed leaves its name. ``due_at``: when it is sent next; None when nothing is planned.
    Not in Wagtail's index of references, for it is no place where the resource is in use.
    """

    wagtail_reference_index_ignore = True

    resource = models.ForeignKey(Resource, related_name="notices", on_delete=models.CASCADE)
    withdrawn_at = models.DateTimeField()
    subscriber = models.ForeignKey(Subscriber, related_name="notices", on_delete=models.SET_NULL, null=True)
    subscriber_name = models.CharField(max_length=200)
    token = models.UUIDField(unique=True, default=uuid.uuid4)
    state = models.CharField(max_length=9, choices=NoticeState.choices, default=NoticeState.WAITING)
    due_at = models.DateTimeField(null=True)
    sent = models.PositiveSmallIntegerField(default=0)
    """How often it was accepted: the first time, then as a reminder."""
    failures = models.PositiveSmallIntegerField(default=0)
    """In a row."""
    first_told_at = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resource", "withdrawn_at", "subscriber"], name="a_withdrawal_is_told_once_to_each"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False) | ~Q(state=NoticeState.CONFIRMED),
                name="a_confirmation_has_its_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="notice_due", condition=Q(state__in=OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.subscriber_name}: {self.resource_id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def reminders(self) -> int:
        """How often it was sent again after it had been accepted."""
        return max(0, self.sent - 1)

    @property
    def urn(self) -> str:
        """Its identity for the other side."""
        return f"urn:uuid:{self.token}"
