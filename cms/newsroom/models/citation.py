"""A citation: where an outlet used a resource, as an editor recorded it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from media_library import access
from media_library.models import Resource
from media_library.text import clean_line


class CitationKind(models.TextChoices):
    ARTICLE = "article", _("Article")
    BROADCAST = "broadcast", _("Radio or television")
    SOCIAL = "social", _("Social network")
    NOTE = "note", _("Note")


class CitationQuerySet(models.QuerySet["Citation"]):
    def editable_by(self, user: Any) -> CitationQuerySet:
        """Those of resources of the agencies whose editor ``user`` is, or all."""
        if access.is_lead(user):
            return self.all()
        return self.filter(resource__agency_id__in=access.agency_ids(user, role="editor"))


class Citation(models.Model):
    """One address stands once for a resource. It may cite several resources: a row for each."""

    resource = models.ForeignKey(
        Resource, verbose_name=_("resource"), related_name="citations", on_delete=models.CASCADE
    )
    url = models.URLField(
        _("address"),
        max_length=500,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text=_("Where it can be read, heard or seen. It begins with https:// or http://."),
    )
    outlet = models.CharField(_("outlet"), max_length=120)
    day = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=CitationKind.choices)
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="+", on_delete=models.SET_NULL, null=True, editable=False
    )
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = CitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["-day", "-id"], name="citation_newest")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["resource", "url"],
                name="an_address_once_for_a_resource",
                violation_error_message=_("This address is recorded for this resource already."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CitationKind.values), name="a_citation_has_a_known_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet}: {self.url}"

    @property
    def agency(self) -> Any:
        """Whose editors keep it: the resource's agency."""
        return self.resource.agency if self.resource_id else None

    @property
    def agency_id(self) -> int | None:
        return self.resource.agency_id if self.resource_id else None

    def clean(self) -> None:
        self.outlet, self.note = clean_line(self.outlet), clean_line(self.note)
        if not self.outlet:
            raise ValidationError({"outlet": _("Name the outlet.")})
