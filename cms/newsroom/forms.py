"""What is asked before something is taken from the newsroom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.newsroom.offers import Offer
from media_library.reuse import Purpose, Rights
from media_library.text import clean_line


class TakeForm(forms.Form):
    """One offer, a purpose that the rights allow, the outlet if there is one, the terms if they are due."""

    offer = forms.ChoiceField(error_messages={"required": _("Choose what you want to take.")})
    purpose = forms.ChoiceField(
        choices=Purpose.choices, error_messages={"required": _("Say what you want to use it for.")}
    )
    outlet = forms.CharField(max_length=120, required=False)
    terms = forms.BooleanField(
        error_messages={"required": _("Please read the terms of use and tick that you accept them.")}
    )

    def __init__(
        self,
        posted: Mapping[str, Any] | None,
        *,
        offers: Sequence[Offer],
        rights: Mapping[str, Rights],
        lang: str,
        asks_terms: bool,
        yes_to_all: bool,
    ) -> None:
        super().__init__(posted)
        self.rights, self.lang, self.yes_to_all = rights, lang, yes_to_all
        offered = self.fields["offer"]
        assert isinstance(offered, forms.ChoiceField)
        offered.choices = [(one.key, one.label) for one in offers]
        for name in ("offer", "purpose"):
            self.fields[name].error_messages["invalid_choice"] = _(
                "This is not offered: choose from the list."
            )
        if not asks_terms:
            del self.fields["terms"]

    def clean_purpose(self) -> str:
        purpose: str = self.cleaned_data["purpose"]
        rights = self.rights[purpose]
        if not rights.answer.allows and not self.yes_to_all:
            raise forms.ValidationError(rights.sentence(self.lang))
        return purpose

    def clean_outlet(self) -> str:
        return clean_line(self.cleaned_data["outlet"])
