"""What a journalist asks an agency about one of its resources, and what is answered."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.newsroom.models.lightbox import new_key
from media_library import access
from media_library.models import Resource
from media_library.reuse import Purpose
from media_library.text import clean_line

LONGEST_TEXT = 4000
LONGEST_OUTLET = 120


class Wants(models.TextChoices):
    """What is asked for."""

    QUALITY = "quality", _("A higher quality")
    LANGUAGE = "language", _("Another language")
    PERMISSION = "permission", _("Permission for a use")


class EnquiryState(models.TextChoices):
    OPEN = "open", _("Waits for an answer")
    ANSWERED = "answered", _("Answered")
    GRANTED = "granted", _("Permission given")
    REFUSED = "refused", _("Declined")
    CLOSED = "closed", _("Closed")


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def answered_by(self, user: Any) -> EnquiryQuerySet:
        """Those that ``user`` answers: of their agencies' resources, as an editor; or all."""
        if access.is_lead(user):
            return self.all()
        return self.filter(resource__agency_id__in=access.agency_ids(user, role="editor"))


class Enquiry(models.Model):
    """A thread between who asked and the editors of the resource's agency, whichever that is now.

    ``purpose`` is empty unless permission is asked for. Nobody else learns that it exists.
    """

    key = models.CharField(max_length=24, unique=True, default=new_key, editable=False)
    resource = models.ForeignKey(Resource, related_name="enquiries", on_delete=models.CASCADE)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="enquiries", on_delete=models.CASCADE)
    outlet = models.CharField(_("outlet"), max_length=LONGEST_OUTLET)
    wants = models.CharField(_("what is wanted"), max_length=12, choices=Wants.choices)
    purpose = models.CharField(_("purpose"), max_length=12, blank=True, choices=Purpose.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=EnquiryState.choices, default=EnquiryState.OPEN
    )
    asked_at = models.DateTimeField(_("asked"))
    changed_at = models.DateTimeField(_("last changed"))

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of the press")
        verbose_name_plural = _("requests of the press")
        indexes: ClassVar = [
            models.Index(fields=["asked_by", "-id"], name="enquiry_of_person"),
            models.Index(fields=["state", "-id"], name="enquiry_in_state"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(wants="permission", purpose__in=Purpose.values)
                | Q(wants__in=["quality", "language"], purpose=""),
                name="an_enquiry_names_a_purpose_where_it_needs_one",
            ),
            models.CheckConstraint(
                condition=Q(state__in=EnquiryState.values), name="an_enquiry_has_a_known_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id}/{self.key}"


class EnquiryMessage(models.Model):
    """One message of a thread. ``by_agency``: of the answering side. ``state``: what it made of the enquiry."""

    enquiry = models.ForeignKey(Enquiry, related_name="messages", on_delete=models.CASCADE)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True
    )
    by_agency = models.BooleanField()
    text = models.TextField(max_length=LONGEST_TEXT)
    state = models.CharField(max_length=10, choices=EnquiryState.choices)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.enquiry_id}: {self.at:%Y-%m-%d}"


def outlet_key(name: str) -> str:
    """What is the same however an outlet is written: its words without capitals and signs.

    Accents stay: names that differ in them are different outlets, and one must not get what another was given.
    """
    return " ".join(re.findall(r"\w+", clean_line(name).casefold()))


class GrantQuerySet(models.QuerySet["Grant"]):
    def running(self, at: datetime) -> GrantQuerySet:
        """Those that hold at ``at``."""
        return self.filter(revoked_at=None, since__lte=at, until__gt=at)


class Grant(models.Model):
    """An agency's permission for one person, or for an outlet: which purposes, where, from when until when.

    It opens what a licence leaves closed, and nothing that time closes (embargo, expiry, withdrawal). Never
    deleted while the person and the resource are there: it says what was permitted.
    """

    enquiry = models.ForeignKey(Enquiry, related_name="grants", on_delete=models.SET_NULL, null=True)
    resource = models.ForeignKey(Resource, related_name="grants", on_delete=models.CASCADE)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="grants", on_delete=models.CASCADE)
    outlet = models.CharField(max_length=LONGEST_OUTLET)
    outlet_key = models.CharField(max_length=LONGEST_OUTLET, blank=True, default="", db_default="")
    """:func:`outlet_key` of the outlet whose accredited journalists hold it too; empty where nobody else does."""
    purposes = models.JSONField()
    territory = models.CharField(_("where"), max_length=200, blank=True)
    since = models.DateTimeField(_("from"))
    until = models.DateTimeField(_("until"))
    credit_line = models.CharField(_("credit line"), max_length=255, blank=True)
    asks_credit = models.BooleanField(_("the source must be named"), default=True)
    terms = models.CharField(_("terms"), max_length=1000, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True
    )
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True
    )
    revoked_reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["person", "until"], name="grant_of_person"),
            models.Index(fields=["outlet_key"], condition=~Q(outlet_key=""), name="grant_of_outlet"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until__gt=models.F("since")), name="a_grant_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None) | ~Q(revoked_reason=""), name="a_grant_is_revoked_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id}: {self.outlet}"
