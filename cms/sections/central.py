"""What the lead department sets in the sections of all agencies, or of some types of them, for a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.sections import compose
from media_library.models import AgencyType, Resource


class CityPinQuerySet(models.QuerySet["CityPin"]):
    def due(self, at: datetime) -> CityPinQuerySet:
        """Those whose beginning or end has come and has not been announced to the sections."""
        return self.filter(Q(begun=False, since__lte=at) | Q(ended=False, until__lte=at))

    def not_over(self, at: datetime) -> CityPinQuerySet:
        return self.filter(Q(until=None) | Q(until__gt=at))


class CityPin(models.Model):
    """A resource that stands in every section of these types of agencies, from ``since`` to ``until``."""

    resource = models.ForeignKey(
        Resource,
        verbose_name=_("resource"),
        related_name="city_pins",
        on_delete=models.CASCADE,
        limit_choices_to={"live": True},
    )
    types = models.JSONField(
        _("in the sections of"),
        default=list,
        blank=True,
        help_text=_("Choose none for the sections of every agency."),
    )
    mandatory = models.BooleanField(
        _("mandatory"),
        default=False,
        help_text=_("It stands first, before what the agency chose, and no agency can leave it out."),
    )
    since = models.DateTimeField(_("from"), default=timezone.now)
    until = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Leave empty to keep it until you remove it.")
    )
    position = models.PositiveSmallIntegerField(
        _("place"), default=0, help_text=_("Smaller numbers stand before larger ones.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("set by"),
        related_name="+",
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
    )
    begun = models.BooleanField(default=False, editable=False)
    ended = models.BooleanField(default=False, editable=False)

    objects = CityPinQuerySet.as_manager()

    class Meta:
        verbose_name = _("pin of the city")
        verbose_name_plural = _("pins of the city")
        ordering: ClassVar = ["-mandatory", "position", "pk"]
        indexes: ClassVar = [
            models.Index(fields=["begun", "since"], name="city_pin_begins"),
            models.Index(fields=["ended", "until"], name="city_pin_ends"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")), name="a_city_pin_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return str(self.resource)

    def save(self, *args: Any, **kwargs: Any) -> None:
        now = timezone.now()
        self.begun, self.ended = self.since <= now, self.until is not None and self.until <= now
        with transaction.atomic():
            super().save(*args, **kwargs)
            _changed("pin of the city saved")

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            _changed("pin of the city removed")
            return super().delete(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.until and self.since and self.until <= self.since:
            raise ValidationError({"until": _("The end lies before the beginning.")})
        if unknown := set(self.types) - set(AgencyType.values):
            raise ValidationError({"types": _("Unknown: %s") % ", ".join(sorted(unknown))})

    def holds_for(self, agency_type: str) -> bool:
        return not self.types or agency_type in self.types

    def as_pin(self) -> compose.CentralPin:
        return compose.CentralPin(
            self.resource_id, until=self.until, since=self.since, mandatory=self.mandatory
        )


def pins_for(pins: Iterable[CityPin], agency_type: str) -> list[compose.CentralPin]:
    """Those of ``pins`` that concern sections of this type, in their order."""
    return [pin.as_pin() for pin in pins if pin.holds_for(agency_type)]


def announce(at: datetime) -> int:
    """Ask for every section when a pin has begun or ended by ``at``; how many. Run by the scheduler."""
    with transaction.atomic():
        due = list(CityPin.objects.due(at)[:1000])
        if due:
            _changed("pin of the city begins or ends")
        for pin in due:
            CityPin.objects.filter(pk=pin.pk).update(
                begun=pin.since <= at, ended=pin.until is not None and pin.until <= at
            )
    return len(due)


def _changed(why: str) -> None:
    """Every live section: those that show nothing else are not written anew."""
    from cms.sections import due

    due.all_live(why=why)
