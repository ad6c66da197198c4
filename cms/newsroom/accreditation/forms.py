"""What a journalist is asked, and what an editor decides."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.newsroom.models import Accreditation
from cms.newsroom.models.accreditation import LONGEST_PURPOSE
from media_library.models import User
from media_library.text import clean_line

DATES = ("%Y-%m-%d", "%d/%m/%Y")
LONGEST = timedelta(days=366)
"""A press card is looked at again after a year."""
_NEEDED = gettext_lazy("Please fill this in.")


def _line(longest: int) -> forms.CharField:
    return forms.CharField(max_length=longest, error_messages={"required": _NEEDED})


class AskForm(forms.Form):
    """``website`` is hidden from people: only programs fill it in. Without an address ``email`` is asked."""

    name = _line(120)
    outlet = _line(120)
    email = forms.EmailField(max_length=150, error_messages={"required": _NEEDED})
    card_number = _line(40)
    card_until = forms.DateField(
        input_formats=DATES,
        error_messages={
            "required": _NEEDED,
            "invalid": gettext_lazy("Write the date as day/month/year, for example 31/12/2027."),
        },
    )
    purpose = _line(LONGEST_PURPOSE)
    website = forms.CharField(required=False, max_length=500)

    def __init__(self, posted: Any = None, *, asks_email: bool, today: date, **options: Any) -> None:
        super().__init__(posted, **options)
        self.today = today
        if not asks_email:
            del self.fields["email"]

    def clean(self) -> dict[str, Any]:
        for name in ("name", "outlet", "card_number", "purpose"):
            if name in self.cleaned_data:
                self.cleaned_data[name] = clean_line(self.cleaned_data[name])
                if not self.cleaned_data[name]:
                    self.add_error(name, str(_NEEDED))
        return self.cleaned_data

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean_card_until(self) -> date:
        until: date = self.cleaned_data["card_until"]
        if until < self.today:
            raise ValidationError(_("This card has expired. Ask again with the new one."))
        if until.year > self.today.year + 20:
            raise ValidationError(_("Please check the year."))
        return until


class PasswordForm(forms.Form):
    """Chosen once the address is confirmed."""

    password = forms.CharField(strip=False, max_length=200, error_messages={"required": _NEEDED})
    again = forms.CharField(strip=False, max_length=200, error_messages={"required": _NEEDED})

    def __init__(self, posted: Any = None, *, row: Accreditation) -> None:
        super().__init__(posted)
        self.row = row

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        account = User(username=self.row.email, email=self.row.email, first_name=self.row.name)
        password_validation.validate_password(password, account)
        return password

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if {"password", "again"} <= given.keys() and given["password"] != given["again"]:
            self.add_error("again", _("The two are not the same. Type the password once more."))
        return given


class DecisionForm(forms.Form):
    """``act`` is one of those that the state of the request allows; a no has a reason."""

    act = forms.ChoiceField(choices=[(one, one) for one in ("grant", "refuse", "take_back")])
    until = forms.DateField(
        required=False,
        input_formats=DATES,
        error_messages={"invalid": gettext_lazy("Write the date as day/month/year, for example 31/12/2027.")},
    )
    reason = forms.CharField(
        required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3, "cols": 60})
    )

    def __init__(self, posted: Any = None, *, row: Accreditation, at: datetime) -> None:
        super().__init__(posted)
        self.row, self.today = row, timezone.localdate(at)

    def clean_reason(self) -> str:
        return clean_line(self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("act") == "grant" and "until" not in self.errors:
            self._check_until(given.get("until"))
        elif given.get("act") in ("refuse", "take_back") and not given.get("reason"):
            self.add_error("reason", _("Say why: the journalist is told the reason."))
        return given

    def _check_until(self, until: date | None) -> None:
        card = self.row.card_until
        if until is None:
            self.add_error("until", _("Choose the last day."))
        elif until < self.today:
            self.add_error("until", _("This day is over."))
        elif until > self.today + LONGEST:
            self.add_error("until", _("At most a year: the card is looked at again then."))
        elif card is not None and until > card:
            told = _("The press card is valid until %(date)s only.") % {"date": f"{card:%d/%m/%Y}"}
            self.add_error("until", told)


def end_of(day: date) -> datetime:
    """The moment at which ``day`` is over, by the clock of the city."""
    following = datetime.combine(day + timedelta(days=1), time())
    return timezone.make_aware(following)


def usual_end(row: Accreditation, at: datetime) -> date:
    """What the form proposes: a year, or as long as the card is valid."""
    year = timezone.localdate(at) + timedelta(days=365)
    return min(year, row.card_until) if row.card_until else year
