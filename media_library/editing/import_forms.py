"""What a person fills in to begin an import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media_library import access
from media_library.importing import addresses
from media_library.kinds import Kind
from media_library.models import Agency

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class _AgencyForm(forms.Form):
    agency = forms.ModelChoiceField(
        label=gettext_lazy("Agency"),
        queryset=Agency.objects.none(),
        help_text=gettext_lazy("Whose it will be."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agency"]
        field.queryset = Agency.objects.filter(successor=None)
        if not access.is_lead(user):
            field.queryset = field.queryset.filter(pk__in=access.agency_ids(user))
        only = list(field.queryset[:2])
        if len(only) == 1:
            field.initial, field.empty_label = only[0], None


class TableForm(_AgencyForm):
    table = forms.FileField(
        label=gettext_lazy("Table"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": f".csv,.tsv,.txt,.xlsx,text/csv,{XLSX}"}),
        help_text=gettext_lazy("CSV or XLSX; the first row holds the headings. At most 20,000 rows."),
    )
    archive = forms.FileField(
        label=gettext_lazy("ZIP with the files"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        help_text=gettext_lazy("Not needed where the table names no files, or names them by address."),
    )
    field_order = ("table", "archive", "agency")


class AddressForm(_AgencyForm):
    lines = forms.CharField(
        label=gettext_lazy("Addresses"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line, each of a file: a picture, a film, a recording, a PDF."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("By the file")), *((k.value, k.label) for k in Kind if k != Kind.ARTICLE)],
    )
    field_order = ("lines", "kind", "agency")

    def clean_lines(self) -> list[str]:
        lines = addresses.lines_of(self.cleaned_data["lines"])
        if len(lines) > addresses.MOST:
            text = _("These are %(number)s addresses; at most %(limit)s are taken at once.")
            raise forms.ValidationError(text % {"number": len(lines), "limit": addresses.MOST})
        return lines
