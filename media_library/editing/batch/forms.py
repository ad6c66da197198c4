"""The two forms of a batch: whose it is, and what its files have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from media_library import access
from media_library.editing.spoken import SpokenField
from media_library.models import Agency, Audience, Batch, Topic
from media_library.text import clean_line


class StartForm(forms.ModelForm):  # type: ignore[type-arg]
    """``user`` chooses among their own agencies; where there is one, it stands fixed."""

    class Meta:
        model = Batch
        fields: ClassVar = ["title", "agency", "language"]

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        field: Any = self.fields["agency"]
        field.queryset = Agency.objects.filter(successor=None)
        if not access.is_lead(user):
            field.queryset = field.queryset.filter(pk__in=access.agency_ids(user))
        only = list(field.queryset[:2])
        self.only = only[0] if len(only) == 1 else None
        if self.only:
            del self.fields["agency"]

    def clean_title(self) -> str:
        return clean_line(self.cleaned_data["title"])

    def save(self, commit: bool = True) -> Batch:
        self.instance.by = self.user
        if self.only:
            self.instance.agency = self.only
        self.instance.spoken = self.instance.language
        self.instance.credit_line = f"{self.instance.agency} / Kho 57"[:300]
        batch: Batch = super().save(commit=commit)
        return batch


class CommonForm(forms.ModelForm):  # type: ignore[type-arg]
    audiences = forms.ModelMultipleChoiceField(
        label=_("Audiences"),
        queryset=Audience.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    topics = forms.ModelMultipleChoiceField(
        label=_("Topics"), queryset=Topic.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    spoken = SpokenField(label=_("Spoken in films and sounds"), help_text="")

    class Meta:
        model = Batch
        fields: ClassVar = [
            "summary",
            "audiences",
            "topics",
            "licence",
            "credit_line",
            "campaign",
            "embargo_until",
            "picture_kind",
            "spoken",
        ]
        widgets: ClassVar = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "embargo_until": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }

    def clean_summary(self) -> str:
        return clean_line(self.cleaned_data["summary"])

    def clean_credit_line(self) -> str:
        return clean_line(self.cleaned_data["credit_line"])
