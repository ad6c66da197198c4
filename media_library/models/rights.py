"""Licences in plain words, and the rights fields of a resource.

Sources: Creative Commons deeds 4.0 and CC0 1.0; the three local terms are those of plan 310/KH-UBND's
sharing rules (use as it stands with credit; press only; all rights reserved).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Licence:
    """What one licence allows, asks and forbids, as sentences for a reader."""

    code: str
    name: str | Promise
    url: str
    may: tuple[str | Promise, ...]
    must: tuple[str | Promise, ...]
    may_not: tuple[str | Promise, ...]
    open_download: bool
    """Anyone may download the public copy."""

    @property
    def commercial(self) -> bool:
        """Whether everyone may use it for commercial purposes."""
        return any(act is _SELL for act in self.may)


_CREDIT = _("Name the source as written here.")
_SAY_CHANGED = _("If you changed it, say so.")
_SHARE = _("Download, repost, broadcast, print")
_ADAPT = _("Shorten, translate, adapt")
_SELL = _("Use it for commercial purposes")
_ENDORSE = _("Make it look as if the agency endorses you")

LICENCES: dict[str, Licence] = {
    licence.code: licence
    for licence in (
        Licence(
            "cc-by-4.0",
            _("Creative Commons Attribution 4.0 (CC BY 4.0)"),
            "https://creativecommons.org/licenses/by/4.0/",
            (_SHARE, _ADAPT, _SELL),
            (_CREDIT, _SAY_CHANGED),
            (_ENDORSE,),
            open_download=True,
        ),
        Licence(
            "cc-by-nc-4.0",
            _("Creative Commons Attribution-NonCommercial 4.0 (CC BY-NC 4.0)"),
            "https://creativecommons.org/licenses/by-nc/4.0/",
            (_SHARE, _ADAPT),
            (_CREDIT, _SAY_CHANGED),
            (_("Use it for commercial purposes"), _ENDORSE),
            open_download=True,
        ),
        Licence(
            "cc0-1.0",
            _("Creative Commons Zero (CC0 1.0)"),
            "https://creativecommons.org/publicdomain/zero/1.0/",
            (_SHARE, _ADAPT, _SELL),
            (),
            (),
            open_download=True,
        ),
        Licence(
            "verbatim-credit",
            _("Use as it stands, with credit"),
            "",
            (_SHARE,),
            (_CREDIT,),
            (_("Cut, edit or adapt it"), _ENDORSE),
            open_download=True,
        ),
        Licence(
            "press-only",
            _("For the press only"),
            "",
            (_("Press offices may use it in their reporting"),),
            (_CREDIT,),
            (_("Repost it outside a press report"), _("Cut, edit or adapt it")),
            open_download=False,
        ),
        Licence(
            "all-rights",
            _("All rights reserved"),
            "",
            (_("View it here and link to it"),),
            (_("Ask the agency before any other use"),),
            (_("Download, repost or adapt it without permission"),),
            open_download=False,
        ),
    )
}

LICENCE_CHOICES = [(code, licence.name) for code, licence in LICENCES.items()]


class Territory(models.TextChoices):
    EVERYWHERE = "everywhere", _("Everywhere")
    VIETNAM = "vietnam", _("In Viet Nam only")


class Release(models.TextChoices):
    """Whether those who must agree to a use have done so in writing."""

    NOT_NEEDED = "not_needed", _("Not needed")
    HELD = "held", _("We have it in writing")
    MISSING = "missing", _("Not there")


class RightsFields(models.Model):
    """Licence, credit and the times that bound publication."""

    licence = models.CharField(
        _("terms of use"),
        max_length=30,
        choices=LICENCE_CHOICES,
        default="cc-by-4.0",
        help_text=_("What others may do with it. If unsure, CC BY: anyone may use it who names the source."),
    )
    credit_line = models.CharField(
        _("credit line"),
        max_length=300,
        blank=True,
        help_text=_("How the source is to be named, for example: Department of Science / Kho 57."),
    )
    terms = models.TextField(
        _("further terms"), blank=True, help_text=_("Anything else a user of it must know, in plain words.")
    )
    territory = models.CharField(
        _("where it may be used"),
        max_length=12,
        choices=Territory.choices,
        default=Territory.EVERYWHERE,
        db_default=Territory.EVERYWHERE,
        help_text=_("Choose Viet Nam only where you bought pictures or music for this country alone."),
    )
    people_release = models.CharField(
        _("consent of the people shown"),
        max_length=12,
        choices=Release.choices,
        default=Release.NOT_NEEDED,
        db_default=Release.NOT_NEEDED,
        help_text=_(
            "Not there: reporters and teachers may use it; for social networks and advertising they must ask"
            " you."
        ),
    )
    music_release = models.CharField(
        _("rights in the music"),
        max_length=12,
        choices=Release.choices,
        default=Release.NOT_NEEDED,
        db_default=Release.NOT_NEEDED,
        help_text=_("Not there: whoever wants to publish or broadcast it must ask you."),
    )
    embargo_until = models.DateTimeField(
        _("embargo until"),
        null=True,
        blank=True,
        help_text=_("Approved now, but nobody outside sees it before this time. Hue local time."),
    )
    embargo_announced = models.BooleanField(
        _("announce the embargo"),
        default=False,
        help_text=_("Shows the title, the agency and the time to everyone, and nothing more."),
    )
    embargo_for_press = models.BooleanField(
        _("let accredited press work with it before"),
        default=False,
        db_default=False,
        help_text=_(
            "Journalists whom the lead department has accredited see it under embargo, once each has accepted to"
            " publish nothing before the time. You see who opened it."
        ),
    )

    class Meta:
        abstract = True

    @property
    def licence_terms(self) -> Licence:
        """The plain-language terms of this licence."""
        return LICENCES[self.licence]
