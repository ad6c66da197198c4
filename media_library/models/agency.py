"""Agencies, the people who work for them, and what happens when agencies merge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who signs in. Vietnamese names are written family name first."""

    def get_full_name(self) -> str:
        return f"{self.last_name} {self.first_name}".strip()

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()


class AgencyType(models.TextChoices):
    DEPARTMENT = "department", _("Department")
    WARD = "ward", _("Ward")
    COMMUNE = "commune", _("Commune")
    PRESS = "press", _("Press office")
    SCHOOL = "school", _("University or school")
    OTHER = "other", _("Other body")


class AgencyQuerySet(models.QuerySet["Agency"]):
    def family(self, ids: Iterable[int]) -> set[int]:
        """All agencies whose present body is that of one in ``ids``: itself and every predecessor.

        One query however long the chain of mergers is.
        """
        successor = dict(self.model._default_manager.values_list("pk", "successor_id"))
        wanted = {_end_of_chain(pk, successor) for pk in ids if pk in successor}
        return {pk for pk in successor if _end_of_chain(pk, successor) in wanted}


def _end_of_chain(pk: int, successor: Mapping[int, int | None]) -> int:
    seen = {pk}
    while (following := successor.get(pk)) is not None and following not in seen:
        seen.add(following)
        pk = following
    return pk


class Agency(models.Model):
    """A body of the city that owns resources.

    A merger sets ``successor``: everything of the old agency is then shown under, and kept by, the new one,
    while its addresses go on to answer.
    """

    code = models.CharField(_("code"), max_length=20, unique=True, help_text=_("The official code."))
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    type = models.CharField(_("type"), max_length=20, choices=AgencyType.choices)
    website = models.URLField(_("website"), blank=True)
    requires_lead_review = models.BooleanField(
        _("the lead department also reviews"),
        default=False,
        help_text=_("After the agency's own editor, an editor of the lead department approves."),
    )
    successor = models.ForeignKey(
        "self",
        verbose_name=_("succeeded by"),
        related_name="predecessors",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        help_text=_("After a merger: the agency under which everything carries on."),
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(successor=models.F("id")), name="agency_is_not_its_own_successor"
            ),
            models.CheckConstraint(condition=~models.Q(code=""), name="agency_has_a_code"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> Agency:
        """The agency that carries this one on today: the end of the chain of successors."""
        agency, seen = self, {self.pk}
        while agency.successor is not None and agency.successor_id not in seen:
            agency = agency.successor
            seen.add(agency.pk)
        return agency

    def label_in(self, language: str) -> str:
        """Name in ``language`` (``vi`` or ``en``), Vietnamese where there is no other."""
        return (self.name_en if language == "en" else "") or self.name

    def clean(self) -> None:
        super().clean()
        agency = self.successor
        for _step in range(100):
            if agency is None:
                return
            if agency.pk == self.pk:
                break
            agency = agency.successor
        raise ValidationError({"successor": _("This would lead back to the agency itself.")})


class MembershipRole(models.TextChoices):
    COMMUNICATOR = "communicator", _("Communicator")
    EDITOR = "editor", _("Agency editor")


class Membership(models.Model):
    """What a person may do for one agency."""

    user = models.ForeignKey(
        User, verbose_name=_("person"), related_name="memberships", on_delete=models.CASCADE
    )
    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), related_name="memberships", on_delete=models.CASCADE
    )
    role = models.CharField(_("role"), max_length=20, choices=MembershipRole.choices)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "agency"], name="one_role_for_a_person_in_an_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.agency} · {self.get_role_display()}"
