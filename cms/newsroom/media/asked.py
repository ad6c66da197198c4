"""What is asked of the page of the media: days, an outlet, a resource, a purpose; what is wrong is told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.widgets import AdminDateInput

from cms.newsroom.media.figures import Days
from media_library.reuse import Purpose

USUAL = timedelta(days=30)
LONGEST = timedelta(days=5 * 366)


class Asked(forms.Form):
    first = forms.DateField(label=pgettext_lazy("a day", "From"), required=False, widget=AdminDateInput)
    last = forms.DateField(label=pgettext_lazy("a day", "to"), required=False, widget=AdminDateInput)
    outlet = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    resource = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    purpose = forms.ChoiceField(
        required=False, choices=[("", ""), *Purpose.choices], widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        first, last = told.get("first"), told.get("last")
        if first and last and last < first:
            raise ValidationError({"last": _("This day lies before the first one.")})
        if first and last and last - first > LONGEST:
            raise ValidationError({"first": _("Five years at a time are the most.")})
        return told

    def days(self, today: date) -> Days:
        """The days that were asked for; where they cannot be read, the last thirty."""
        told = self.cleaned_data if self.is_valid() else {}
        last = told.get("last") or today
        return Days(told.get("first") or last - USUAL, last)

    def value(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "") if self.is_valid() else ""

    def query(self, days: Days, **also: Any) -> str:
        """The same question as a query string, with ``also``."""
        kept = {name: self.value(name) for name in ("outlet", "resource", "purpose")}
        asked = {"first": f"{days.first:%d/%m/%Y}", "last": f"{days.last:%d/%m/%Y}", **kept, **also}
        return urlencode({name: value for name, value in asked.items() if value != ""})
