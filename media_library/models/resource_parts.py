"""What belongs to one resource: its chapters, and its names in other systems."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable


class Chapter(Orderable):
    """A named point in sound or film."""

    resource = ParentalKey("media_library.Resource", related_name="chapters", on_delete=models.CASCADE)
    start = models.FloatField(_("start, in seconds"))
    title = models.CharField(_("title"), max_length=200)

    class Meta(Orderable.Meta):
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(start__gte=0), name="a_chapter_starts_within_its_film")
        ]

    def __str__(self) -> str:
        return self.title


class Identifier(models.Model):
    """What another system calls this resource: one resource there is one resource here."""

    resource = models.ForeignKey(
        "media_library.Resource", related_name="identifiers", on_delete=models.CASCADE
    )
    scheme = models.CharField(_("scheme"), max_length=60)
    value = models.CharField(_("value"), max_length=300)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "value"], name="one_resource_for_an_identifier"),
            models.CheckConstraint(
                condition=~Q(scheme="") & ~Q(value=""), name="an_identifier_has_scheme_and_value"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"
