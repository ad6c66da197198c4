"""A press kit: what an agency puts together for the press, with a cover text and whom to ask."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from media_library import access
from media_library.models import Agency
from media_library.text import clean_line, slug

MOST = 100
"""Resources in one press kit."""
FEATURES = ("h2", "h3", "bold", "italic", "link", "ol", "ul")
"""Of the cover text: links lead to other sites, since the library's own pages are not chosen there."""


def new_code() -> str:
    """40 random bits; an address that everyone may know, so it need only be free."""
    return secrets.token_hex(5)


class PressKitQuerySet(models.QuerySet["PressKit"]):
    def public(self, at: datetime) -> PressKitQuerySet:
        """What everyone may see at ``at``."""
        return self.filter(public_from__lte=at)

    def editable_by(self, user: Any) -> PressKitQuerySet:
        """Kits of the agencies whose editor ``user`` is, and of what these carry on; or all."""
        if access.is_lead(user):
            return self.all()
        return self.filter(agency_id__in=access.agency_ids(user, role="editor"))


class PressKit(ClusterableModel):
    """``public_from`` is when everyone sees it: empty for what is not published, else never before its embargo.

    Which of its resources are seen and packed is asked anew each time: never more than is public.
    """

    code = models.CharField(max_length=10, unique=True, default=new_code, editable=False)
    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), related_name="press_kits", on_delete=models.PROTECT
    )
    title = models.CharField(_("title"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    cover = RichTextField(
        _("cover text"),
        blank=True,
        max_length=20_000,
        features=FEATURES,
        help_text=_("What the kit is about. It also goes into the ZIP, as text."),
    )
    cover_en = RichTextField(_("cover text in English"), blank=True, max_length=20_000, features=FEATURES)
    contact_name = models.CharField(
        _("contact for the press"), max_length=120, blank=True, help_text=_("Everyone can read it.")
    )
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    embargo_until = models.DateTimeField(
        _("embargo until"),
        null=True,
        blank=True,
        help_text=_("Before that nobody but its editors sees the kit, not even that there is one."),
    )
    live = models.BooleanField(
        _("published"), default=False, help_text=_("Without this mark only its editors see it.")
    )
    public_from = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = PressKitQuerySet.as_manager()

    class Meta:
        verbose_name = _("press kit")
        verbose_name_plural = _("press kits")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["-public_from", "-id"], name="press_kit_newest")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        for field in ("title", "title_en", "contact_name", "contact_phone"):
            setattr(self, field, clean_line(getattr(self, field)))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.public_from = self._public_from(timezone.now())
        super().save(*args, **kwargs)

    def _public_from(self, at: datetime) -> datetime | None:
        """The first publication stays the day of the kit, unless an embargo comes later."""
        if not self.live:
            return None
        since = self.public_from or at
        ahead = self.embargo_until is not None and self.embargo_until > min(since, at)
        return self.embargo_until if ahead else min(since, at)

    def is_public(self, at: datetime) -> bool:
        """:meth:`PressKitQuerySet.public` for one row."""
        return self.public_from is not None and self.public_from <= at

    def title_in(self, lang: str) -> str:
        return (self.title_en if lang == "en" else "") or self.title

    def cover_in(self, lang: str) -> str:
        return (self.cover_en if lang == "en" else "") or self.cover

    @property
    def slug(self) -> str:
        return slug(self.title, limit=60) or "kit"

    def get_absolute_url(self, lang: str = "") -> str:
        with translation.override(lang or translation.get_language()):
            return reverse("newsroom:press_kit", kwargs={"code": self.code, "slug": self.slug})


class PressKitEntry(Orderable):
    """A resource of a press kit, in its place."""

    kit = ParentalKey(PressKit, related_name="entries", on_delete=models.CASCADE)
    resource = models.ForeignKey(
        "media_library.Resource", verbose_name=_("resource"), related_name="+", on_delete=models.CASCADE
    )

    class Meta(Orderable.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kit", "resource"], name="a_resource_once_in_a_press_kit"),
        ]

    def __str__(self) -> str:
        return f"{self.kit_id}/{self.sort_order}"
