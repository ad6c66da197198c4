"""Campaigns: dated themes such as 18/5 and 10/10."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

MONTH_DAY = RegexValidator(
    r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$", _("Write month and day as MM-DD, for example 05-18.")
)


class Recurrence(models.TextChoices):
    YEARLY = "yearly", _("Every year")
    CONTINUOUS = "continuous", _("All the time")
    ONCE = "once", _("Once")


class Campaign(ClusterableModel):
    """A theme with its time. Yearly ones run between ``starts`` and ``ends`` (MM-DD), also over New Year."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    summary_en = models.CharField(_("summary in English"), max_length=300, blank=True)
    recurs = models.CharField(_("recurs"), max_length=20, choices=Recurrence.choices)
    day = models.CharField(_("the day"), max_length=5, blank=True, validators=[MONTH_DAY])
    starts = models.CharField(_("from"), max_length=5, blank=True, validators=[MONTH_DAY])
    ends = models.CharField(_("until"), max_length=5, blank=True, validators=[MONTH_DAY])
    first_day = models.DateField(
        _("first day"), null=True, blank=True, help_text=_("For a campaign held once.")
    )
    last_day = models.DateField(_("last day"), null=True, blank=True)
    colour = models.CharField(
        _("colour"), max_length=7, blank=True, validators=[RegexValidator(r"^#[0-9A-Fa-f]{6}$")]
    )
    lead = models.ForeignKey(
        "media_library.Agency", verbose_name=_("lead agency"), related_name="+", on_delete=models.PROTECT
    )
    cover = models.ForeignKey(
        "media_library.Resource",
        verbose_name=_("cover"),
        related_name="+",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        limit_choices_to={"live": True},
    )

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.title

    def label_in(self, language: str) -> str:
        return (self.title_en if language == "en" else "") or self.title

    def summary_in(self, language: str) -> str:
        return (self.summary_en if language == "en" else "") or self.summary

    def is_running(self, on: date) -> bool:
        """Whether the campaign runs on the day ``on`` (local date)."""
        if self.recurs == Recurrence.CONTINUOUS:
            return True
        if self.recurs == Recurrence.ONCE:
            return bool(self.first_day and self.last_day and self.first_day <= on <= self.last_day)
        today = f"{on:%m-%d}"
        if self.starts <= self.ends:
            return self.starts <= today <= self.ends
        return today >= self.starts or today <= self.ends

    def clean(self) -> None:
        super().clean()
        if self.recurs == Recurrence.YEARLY and not (self.starts and self.ends):
            raise ValidationError({"starts": _("A yearly campaign needs its first and last day.")})
        if self.recurs == Recurrence.ONCE and not (self.first_day and self.last_day):
            raise ValidationError({"first_day": _("Give the first and the last day.")})
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day lies before the first.")})


class CampaignPin(Orderable):
    campaign = ParentalKey(Campaign, related_name="pins", on_delete=models.CASCADE)
    resource = models.ForeignKey(
        "media_library.Resource",
        verbose_name=_("resource"),
        related_name="campaign_pins",
        on_delete=models.CASCADE,
        limit_choices_to={"live": True},
    )

    class Meta(Orderable.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "resource"], name="a_resource_once_pinned_in_a_campaign"
            )
        ]
