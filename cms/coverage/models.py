"""Where agencies say their sections stand, what was found there, what browsers told, and each agency's days."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from media_library import access
from media_library.intake.fetching import NotFetched, destination, reach
from media_library.models import Agency


class Verdict(models.TextChoices):
    """How a section stands; from the best to the worst."""

    LIVE = "live", _("Live and fresh")
    STALE = "stale", _("Stale")
    EMPTY = "empty", _("Empty")
    UNREACHABLE = "unreachable", _("Unreachable")
    MISSING = "missing", _("Not found")


class Form(models.TextChoices):
    """How a section stands in a page; from the strongest sign to the weakest."""

    COMPONENT = "component", _("Component")
    FRAME = "frame", _("Frame")
    FEED = "feed", _("Feed")
    LINK = "link", _("Links")
    BEACON = "beacon", _("Told by readers’ browsers")


class PlaceQuerySet(models.QuerySet["Place"]):
    def editable_by(self, user: Any) -> PlaceQuerySet:
        """Places of the agencies that ``user`` edits and of what these carry on, or all."""
        if access.is_lead(user):
            return self.all()
        return self.filter(agency_id__in=access.agency_ids(user, role="editor"))


class Place(models.Model):
    """A page of an agency's own site on which, it says, its section stands; and what was found there.

    ``dead``: paths on this library that it leads to and that are not public. ``due_at`` is when it is looked at
    next; ``claimed_until`` holds it while a visit is under way, and lets go
    by itself if that visit never ends.
    """

    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), related_name="section_places", on_delete=models.PROTECT
    )
    url = models.URLField(
        _("address of the page"),
        max_length=500,
        help_text=_("As a browser shows it, on your own site. Save again to have it looked at at once."),
    )
    days = models.PositiveSmallIntegerField(
        _("days until it is stale"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Without anything newer the section counts as stale: 1 to 365 days."),
    )
    host = models.CharField(max_length=300, editable=False)
    due_at = models.DateTimeField(editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    visited_at = models.DateTimeField(_("looked at"), null=True, editable=False)
    verdict = models.CharField(_("state"), max_length=20, choices=Verdict.choices, blank=True, editable=False)
    since = models.DateTimeField(_("since"), null=True, editable=False)
    newest = models.DateTimeField(_("newest"), null=True, editable=False)
    problem = models.CharField(_("why"), max_length=300, blank=True, editable=False)
    form = models.CharField(_("embedded as"), max_length=20, choices=Form.choices, blank=True, editable=False)
    dead = models.JSONField(_("dead links"), default=list, editable=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("page with a section")
        verbose_name_plural = _("pages with sections")
        ordering: ClassVar = ["agency__name", "url"]
        indexes: ClassVar = [models.Index(fields=["due_at"], name="coverage_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "url"],
                name="a_page_once_in_an_agency",
                violation_error_message=_("This page is entered already."),
            ),
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=365), name="stale_in_1_to_365_days"),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(verdict__in=Verdict.values), name="a_verdict_is_known"
            ),
            models.CheckConstraint(
                condition=Q(form="") | Q(form__in=Form.values), name="a_form_of_a_section_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.url

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.host = (urlsplit(self.url).hostname or "")[:300]
        self.due_at = timezone.now()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        try:
            named = destination(self.url, ports={80, 443, *settings.FETCH_PORTS})
            if named.literal is not None:
                reach.check(named.literal)
        except NotFetched as problem:
            raise ValidationError({"url": problem.message}) from problem
        self.url = named.url


class Shown(models.Model):
    """A resource that a page showed or named when it was last looked at, public or not."""

    place = models.ForeignKey(Place, related_name="shown", on_delete=models.CASCADE)
    public_id = models.CharField(max_length=20, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "public_id"], name="a_resource_once_on_a_page")
        ]

    def __str__(self) -> str:
        return self.public_id


class Seen(models.Model):
    """How often browsers told on one day that a section stands on one site. Nothing of who read it."""

    day = models.DateField()
    section = models.CharField(max_length=100)
    origin = models.CharField(max_length=300)
    host = models.CharField(max_length=255)
    form = models.CharField(max_length=20, choices=Form.choices)
    times = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["host", "day"], name="coverage_seen_on_host")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["day", "section", "origin", "form"], name="a_site_counted_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} · {self.section} · {self.origin}"


class Reminder(models.Model):
    """A letter to the editors of an agency whose section is not live. ``readers``: how many it goes to."""

    agency = models.ForeignKey(Agency, related_name="+", on_delete=models.CASCADE)
    ordered_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.SET_NULL
    )
    readers = models.PositiveSmallIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["agency", "-ordered_at"], name="coverage_last_reminder")]

    def __str__(self) -> str:
        return f"{self.agency_id} · {self.ordered_at}"


class Standing(models.Model):
    """How an agency stood on one day; the last judgement of the day stays."""

    day = models.DateField()
    agency = models.ForeignKey(Agency, related_name="+", on_delete=models.CASCADE)
    verdict = models.CharField(max_length=20, choices=Verdict.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "agency"], name="an_agency_once_a_day"),
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="a_standing_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.day} · {self.agency_id} · {self.verdict}"


__all__ = ["Form", "Place", "Reminder", "Seen", "Shown", "Standing", "Verdict"]
