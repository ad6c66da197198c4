"""What is written in requests of the press, by who asks and by who answers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.newsroom.granted import Terms
from cms.newsroom.models import EnquiryState, Grant, Wants
from cms.newsroom.models.enquiry import LONGEST_OUTLET, LONGEST_TEXT
from media_library.reuse import Purpose
from media_library.text import clean_line

LONGEST_GRANT = timedelta(days=3 * 366)
_CHOOSE = {"invalid_choice": gettext_lazy("This is not offered: choose from the list.")}


class MessageForm(forms.Form):
    """One message; nothing but spaces is none."""

    text = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": gettext_lazy("Write what you want to say.")},
    )


class AskForm(MessageForm):
    """What is wanted of a resource. Permission needs the purpose; for the rest a purpose says nothing."""

    wants = forms.ChoiceField(
        choices=Wants.choices,
        error_messages={**_CHOOSE, "required": gettext_lazy("Choose what you need.")},
    )
    purpose = forms.ChoiceField(choices=[("", ""), *Purpose.choices], required=False, error_messages=_CHOOSE)
    outlet = forms.CharField(
        max_length=LONGEST_OUTLET,
        error_messages={"required": gettext_lazy("Name your newspaper, station or office.")},
    )
    field_order = ("wants", "purpose", "outlet", "text")

    def clean_outlet(self) -> str:
        return clean_line(self.cleaned_data["outlet"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        asks = cleaned.get("wants") == Wants.PERMISSION
        if asks and not cleaned.get("purpose") and "purpose" not in self.errors:
            self.add_error("purpose", _("Say what you want to use it for."))
        return cleaned | {"purpose": Purpose(cleaned["purpose"]) if asks and cleaned.get("purpose") else None}


class AnswerForm(MessageForm):
    """The agency's answer. With a permission it says for what and until when; both days belong to it."""

    state = forms.ChoiceField(
        label=gettext_lazy("What becomes of it"),
        choices=[
            (one.value, one.label)
            for one in (EnquiryState.ANSWERED, EnquiryState.GRANTED, EnquiryState.REFUSED)
        ],
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("Permitted for"),
        choices=Purpose.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages=_CHOOSE,
    )
    first = forms.DateField(
        label=gettext_lazy("First day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    territory = forms.CharField(
        label=gettext_lazy("Where"),
        required=False,
        max_length=Grant._meta.get_field("territory").max_length,
        help_text=gettext_lazy("For example: in Viet Nam. Leave empty for anywhere."),
    )
    asks_credit = forms.BooleanField(
        label=gettext_lazy("The source must be named"), required=False, initial=True
    )
    credit_line = forms.CharField(
        label=gettext_lazy("Credit line"),
        required=False,
        max_length=Grant._meta.get_field("credit_line").max_length,
        help_text=gettext_lazy("Leave empty to keep that of the resource."),
    )
    terms = forms.CharField(
        label=gettext_lazy("Further terms"),
        required=False,
        max_length=Grant._meta.get_field("terms").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    for_outlet = forms.BooleanField(
        label=gettext_lazy("For the whole outlet"),
        required=False,
        help_text=gettext_lazy("Other journalists who are accredited for this outlet hold it as well."),
    )
    WORDS = ("text", "state")
    PERMISSION = (
        "purposes",
        "first",
        "last",
        "territory",
        "asks_credit",
        "credit_line",
        "terms",
        "for_outlet",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("state") == EnquiryState.GRANTED:
            self._check_permission(cleaned)
        return cleaned

    def _check_permission(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("purposes") and "purposes" not in self.errors:
            self.add_error("purposes", _("Choose what it is permitted for."))
        if "first" in self.errors or "last" in self.errors:
            return
        today = timezone.localdate()
        first, last = cleaned.get("first") or today, cleaned.get("last")
        if first < today:
            self.add_error("first", _("The first day lies in the past."))
        if last is None:
            self.add_error("last", _("Say until which day it holds."))
        elif last < max(first, today):
            self.add_error("last", _("The last day lies before the first one, or in the past."))
        elif last - today > LONGEST_GRANT:
            self.add_error("last", _("A permission ends within three years."))

    def permitted(self) -> Terms | None:
        """What a valid form permits; None where it permits nothing."""
        told = self.cleaned_data
        if told["state"] != EnquiryState.GRANTED:
            return None
        first: date = told["first"] or timezone.localdate()
        return Terms(
            purposes=tuple(Purpose(one) for one in told["purposes"]),
            first=first,
            last=told["last"],
            territory=told["territory"],
            credit_line=told["credit_line"],
            asks_credit=told["asks_credit"],
            terms=told["terms"],
            for_outlet=told["for_outlet"],
        )


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It goes to who holds the permission."),
        error_messages={"required": gettext_lazy("Say why.")},
    )

    def clean_reason(self) -> str:
        return clean_line(self.cleaned_data["reason"])
