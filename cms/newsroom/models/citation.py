"""A citation: where an outlet published something of the library, recorded by an editor who saw it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from media_library import access
from media_library.models import Resource


class Medium(models.TextChoices):
    ARTICLE = "article", _("Newspaper or online")
    BROADCAST = "broadcast", _("Radio or television")
    SOCIAL = "social", _("Social network")
    PRINT = "print", _("Book, brochure or poster")
    OTHER = "other", _("Other")


class CitationQuerySet(models.QuerySet["Citation"]):
    def editable_by(self, user: Any) -> CitationQuerySet:
        """Citations of the resources of agencies whose editor ``user`` is; of all for the lead department."""
        if access.is_lead(user):
            return self.all()
        return self.filter(resource__agency_id__in=access.agency_ids(user, role="editor"))


class Citation(models.Model):
    """``url`` may be empty for what was printed or broadcast; an address is recorded once for a resource."""

    resource = models.ForeignKey(
        Resource, verbose_name=_("resource"), related_name="citations", on_delete=models.CASCADE
    )
    outlet = models.CharField(
        _("outlet"), max_length=120, help_text=_("The newspaper, station or page that published it.")
    )
    medium = models.CharField(
        _("where it appeared"),
        max_length=12,
        choices=Medium.choices,
        default=Medium.ARTICLE,
        db_default=Medium.ARTICLE,
    )
    url = models.URLField(
        _("address"),
        max_length=500,
        blank=True,
    )
    published_on = models.DateField(_("published on"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True, editable=False
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering: ClassVar = ["-published_on", "-pk"]
        indexes: ClassVar = [models.Index(fields=["-published_on", "-id"], name="citation_newest")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resource", "url"],
                condition=~models.Q(url=""),
                name="an_address_cites_a_resource_once",
                violation_error_message=_("This address is recorded for this resource already."),
            ),
            models.CheckConstraint(condition=models.Q(medium__in=Medium.values), name="a_medium_is_known"),
            models.CheckConstraint(condition=~models.Q(outlet=""), name="a_citation_names_its_outlet"),
        ]

    def __str__(self) -> str:
        return f"{self.outlet} {self.published_on:%d/%m/%Y}"
