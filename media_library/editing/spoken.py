"""The choice of the languages that are spoken in a film or a sound."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from media_library import speech


def _choices() -> list[tuple[str, str]]:
    """In the language of the moment, each with a capital as what stands alone."""
    return [(code, capfirst(str(name))) for code, name in speech.NAMES.items()]


class SpokenField(forms.MultipleChoiceField):
    """Gives the codes divided by spaces, as :mod:`media_library.speech` writes them."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Spoken languages"))
        options.setdefault(
            "help_text",
            _("What is heard in the film or sound; it may be another language than that of the title."),
        )
        super().__init__(choices=_choices, required=False, widget=forms.CheckboxSelectMultiple, **options)

    def prepare_value(self, value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    def clean(self, value: Any) -> str:
        return speech.written(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)
