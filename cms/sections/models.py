"""An agency's section, what it pins, which renderings are due, and what its files show now."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, PreviewableMixin

from cms.sections import compose
from cms.sections.central import CityPin
from cms.sections.past import SectionPast
from media_library import access
from media_library.models import Agency, Resource
from media_library.text import clean_line

_ADDRESS_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Order(models.TextChoices):
    NEWEST = compose.Order.NEWEST.value, _("Newest first")
    MOST_USED = compose.Order.MOST_USED.value, _("Most used by agencies first")


class Layout(models.TextChoices):
    LIST = "list", _("List")
    CARDS = "cards", _("Cards")
    FEATURE = "feature", _("Feature")


class SectionQuerySet(models.QuerySet["Section"]):
    def live(self) -> SectionQuerySet:
        """Sections that are switched on."""
        return self.filter(live=True)

    def editable_by(self, user: Any) -> SectionQuerySet:
        """Sections ``user`` composes: those of their agencies and of what these carry on, or all."""
        if access.is_lead(user):
            return self.all()
        return self.filter(agency_id__in=access.agency_ids(user, role="editor"))

    def for_rendering(self) -> SectionQuerySet:
        """Load what a rendering reads of the section itself, in a constant number of queries."""
        return self.select_related("agency").prefetch_related(
            "audiences", "topics", "campaigns", "agencies", "pins", "exclusions"
        )


class Section(PreviewableMixin, ClusterableModel):
    """What an agency shows under Resolution 57: a rule, pins, an order, a look, and where it may stand.

    Its addresses are made of the agency's code and ``slug`` and never change; after a merger the section
    stays at its address, run by the editors of the successor.
    """

    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), related_name="sections", on_delete=models.PROTECT
    )
    slug = models.SlugField(
        _("address"),
        max_length=60,
        help_text=_("Short, without accents, for example: nghi-quyet-57. It cannot be changed later."),
    )
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    intro = models.CharField(
        _("introduction"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences: what is here, and for whom."),
    )
    intro_en = models.CharField(_("introduction in English"), max_length=300, blank=True)
    kinds = models.JSONField(
        _("kinds"), default=list, blank=True, help_text=_("Choose none to show every kind.")
    )
    audiences = ParentalManyToManyField(
        "media_library.Audience",
        verbose_name=_("audiences"),
        blank=True,
        help_text=_("A resource for any one of these is shown. Choose none for everybody."),
    )
    topics = ParentalManyToManyField(
        "media_library.Topic",
        verbose_name=_("topics"),
        blank=True,
        help_text=_("A resource on any one of these is shown. Choose none for every topic."),
    )
    campaigns = ParentalManyToManyField(
        "media_library.Campaign",
        verbose_name=_("campaigns"),
        blank=True,
        help_text=_("Choose some to show only what belongs to them."),
    )
    agencies = ParentalManyToManyField(
        Agency,
        verbose_name=_("agencies"),
        related_name="+",
        blank=True,
        help_text=_("Whose resources are shown. Choose none to show those of the whole city."),
    )
    languages = models.JSONField(
        _("languages"),
        default=list,
        blank=True,
        help_text=_("In which languages resources are shown. Choose none for every language."),
    )
    published_from = models.DateField(
        _("published from"),
        null=True,
        blank=True,
        help_text=_("Only what was published on this day or later. Leave empty for any."),
    )
    published_until = models.DateField(
        _("published until"), null=True, blank=True, help_text=_("…and on this day at the latest.")
    )
    mixed = models.BooleanField(
        _("mixed"),
        default=True,
        db_default=True,
        help_text=_("At most two of one agency or kind stand in a row, as long as there are others."),
    )
    filled = models.BooleanField(
        _("filled up"),
        default=False,
        db_default=False,
        help_text=_(
            "Where the rule finds too little, the newest for these audiences follows, then the newest of the"
            " city. Without this mark that happens only where the section would be empty."
        ),
    )
    order = models.CharField(_("order"), max_length=20, choices=Order.choices, default=Order.NEWEST)
    limit = models.PositiveSmallIntegerField(
        _("how many"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(compose.MAX_LIMIT)],
        help_text=_("At most this many resources, pinned ones included: 1 to 50."),
    )
    layout = models.CharField(_("layout"), max_length=20, choices=Layout.choices, default=Layout.LIST)
    allowed_hosts = models.JSONField(
        _("sites that may show it"),
        default=list,
        blank=True,
        help_text=_("One site a line, for example: skhcn.hue.gov.vn. Leave empty to allow every site."),
    )
    live = models.BooleanField(
        _("switched on"),
        default=True,
        help_text=_("Switched off, its page, feeds and frame answer that there is nothing here."),
    )
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering: ClassVar = ["agency__name", "title"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agency", "slug"],
                name="a_section_address_once_in_an_agency",
                violation_error_message=_("This agency already has a section at this address."),
            ),
            models.CheckConstraint(
                condition=Q(limit__gte=1, limit__lte=compose.MAX_LIMIT), name="a_section_shows_1_to_50"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="a_section_has_a_title"),
            models.CheckConstraint(condition=Q(layout__in=Layout.values), name="a_layout_is_known"),
            models.CheckConstraint(condition=Q(order__in=Order.values), name="an_order_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.agency}" if self.agency_id else self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        for name in ("title", "title_en", "intro", "intro_en"):
            setattr(self, name, clean_line(getattr(self, name)))
        with transaction.atomic():  # its files are due exactly if it, its rule and its pins were saved
            super().save(*args, **kwargs)
            from cms.sections import due

            due.section_saved(self)

    def clean(self) -> None:
        super().clean()
        if self.agency_id and not _ADDRESS_PART.fullmatch(self.agency.code):
            raise ValidationError(
                {"agency": _("The code of this agency cannot stand in an address: ask an administrator.")}
            )
        if self.published_from and self.published_until and self.published_until < self.published_from:
            raise ValidationError({"published_until": _("This day lies before the first one.")})

    @property
    def address(self) -> str:
        """``XA-19777/nghi-quyet-57``: what its public addresses are made of, for ever."""
        return f"{self.agency.code}/{self.slug}"

    def title_in(self, language: str) -> str:
        return (self.title_en if language == "en" else "") or self.title

    def intro_in(self, language: str) -> str:
        return (self.intro_en if language == "en" else "") or self.intro

    def rule(self) -> compose.Rule:
        """Its rule as a value; agencies stand for themselves and for those they carry on (one query)."""
        named = [agency.pk for agency in self.agencies.all()]
        return compose.Rule(
            kinds=frozenset(self.kinds),
            audiences=frozenset(term.pk for term in self.audiences.all()),
            topics=frozenset(term.pk for term in self.topics.all()),
            campaigns=frozenset(campaign.pk for campaign in self.campaigns.all()),
            agencies=frozenset(Agency.objects.family(named)) if named else frozenset(),
            languages=frozenset(self.languages),
            since=_midnight(self.published_from),
            before=_midnight(self.published_until, days=1),
            mixed=self.mixed,
            filled=self.filled,
            order=compose.Order(self.order),
            limit=self.limit,
        )

    def pin_list(self) -> list[compose.Pin]:
        """Its pins in their order."""
        pins = sorted(self.pins.all(), key=lambda pin: (pin.sort_order or 0, pin.pk or 0))
        return [compose.Pin(pin.resource_id, pin.until) for pin in pins if pin.resource_id]

    def excluded(self) -> frozenset[int]:
        """Resources that its editors keep out."""
        return frozenset(one.resource_id for one in self.exclusions.all() if one.resource_id)

    def get_absolute_url(self, lang: str | None = None) -> str:
        """Its page on the portal in the interface language ``lang``."""
        with translation.override(lang or translation.get_language() or "vi"):
            return reverse("sections:page", kwargs={"agency": self.agency.code, "section": self.slug})

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("", _("In a frame")), ("page", _("As a page of ours"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        from cms.sections import previews

        return previews.section(request, self, as_page=mode_name == "page")


class SectionPin(Orderable):
    """A resource that stands first in a section, by hand."""

    section = ParentalKey(Section, related_name="pins", on_delete=models.CASCADE)
    resource = models.ForeignKey(
        Resource,
        verbose_name=_("resource"),
        related_name="section_pins",
        on_delete=models.CASCADE,
        limit_choices_to={"live": True},
    )
    until = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Leave empty to keep it pinned until you remove it.")
    )
    ended = models.BooleanField(default=False, editable=False)

    class Meta(Orderable.Meta):
        verbose_name = _("pin")
        verbose_name_plural = _("pins")
        indexes: ClassVar = [models.Index(fields=["ended", "until"], name="pin_ends")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["section", "resource"],
                name="a_resource_once_pinned_in_a_section",
                violation_error_message=_("This resource is pinned already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.resource)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.ended = False  # its end, perhaps moved, is announced anew by the scheduler
        super().save(*args, **kwargs)


class SectionExclusion(Orderable):
    """A resource that the agency keeps out of a section; taken back by removing the row."""

    section = ParentalKey(Section, related_name="exclusions", on_delete=models.CASCADE)
    resource = models.ForeignKey(
        Resource,
        verbose_name=_("resource"),
        related_name="+",
        on_delete=models.CASCADE,
        limit_choices_to={"live": True},
    )

    class Meta(Orderable.Meta):
        verbose_name = _("exclusion")
        verbose_name_plural = _("exclusions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["section", "resource"],
                name="a_resource_once_excluded_from_a_section",
                violation_error_message=_("This resource is excluded already."),
            )
        ]

    def __str__(self) -> str:
        return str(self.resource)


class SectionRender(models.Model):
    """A rendering that is due: of the section at ``address``, or of every section a resource concerns.

    Rows are only added, in the transaction of the change, and removed when what they ask for is done: the
    drain folds all rows of one section into one rendering. A unique row for a section would have to be
    locked by every publication, and one skipped because "it is pending already" could be lost.
    """

    address = models.CharField(max_length=100, blank=True)
    resource_id = models.BigIntegerField(null=True)
    why = models.CharField(max_length=60, blank=True)
    requested_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(address="", resource_id__isnull=False)
                | (~Q(address="") & Q(resource_id__isnull=True)),
                name="a_rendering_is_of_a_section_or_for_a_resource",
            )
        ]

    def __str__(self) -> str:
        return self.address or f"#{self.resource_id}"


class SectionShown(models.Model):
    """What the files of a section show since ``rendered_at``: the resources, in order.

    ``filled``: the rule leaves places free, so that any new resource may come in.
    """

    address = models.CharField(max_length=100, unique=True)
    resource_ids = models.JSONField(default=list)
    filled = models.BooleanField(default=False, db_default=False)
    rendered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.address


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The beginning of ``day``, or of a later one, in the city's time."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min))


def pins_due(at: datetime) -> models.QuerySet[SectionPin]:
    """Pins whose time has passed and whose end has not been announced."""
    pins: models.QuerySet[SectionPin] = SectionPin.objects.filter(ended=False, until__lte=at)
    return pins.select_related("section__agency")


__all__ = [
    "CityPin",
    "Layout",
    "Order",
    "Section",
    "SectionExclusion",
    "SectionPast",
    "SectionPin",
    "SectionRender",
    "SectionShown",
    "pins_due",
]
