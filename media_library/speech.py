"""The languages spoken in a film or a sound, apart from the language in which its record is written.

Codes are those of BCP 47 (https://www.rfc-editor.org/info/bcp47), as players, feeds and schema.org know them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media_library.kinds import rule_for

if TYPE_CHECKING:
    from media_library.models import Resource

SILENT = "zxx"
"""No words of any language are spoken; the code of ISO 639-2."""
NAMES = {
    "vi": gettext_lazy("Vietnamese"),
    "en": gettext_lazy("English"),
    "tth": gettext_lazy("Ta Oi"),
    "pac": gettext_lazy("Pa Co"),
    "ktv": gettext_lazy("Co Tu"),
    "bru": gettext_lazy("Bru-Van Kieu"),
    "lo": gettext_lazy("Lao"),
    "zh": gettext_lazy("Chinese"),
    "ja": gettext_lazy("Japanese"),
    "ko": gettext_lazy("Korean"),
    "fr": gettext_lazy("French"),
    SILENT: gettext_lazy("nobody speaks in it"),
}
"""By code, in the order in which they are offered: of the country, of the city's hills, of its visitors."""
LONGEST = 60


def written(codes: Iterable[str]) -> str:
    """``codes`` as the field holds them: in the order of :data:`NAMES`, divided by spaces.

    Raises :class:`ValidationError` for a code that is not known, and where nobody speaks in several languages.
    """
    chosen = set(codes)
    if not chosen <= NAMES.keys():
        raise ValidationError(_("Choose languages from the list."))
    if SILENT in chosen and len(chosen) > 1:
        raise ValidationError(_("Choose the languages, or that nobody speaks in it, not both."))
    return " ".join(code for code in NAMES if code in chosen)


def all_names() -> str:
    """Every name in the active language, as the field of a table takes them."""
    return "; ".join(str(name) for name in NAMES.values())


def check(value: str) -> None:
    """Validator of the field: what :func:`written` would write."""
    if written(value.split()) != value:
        raise ValidationError(_("Choose languages from the list."))


def codes_of(resource: Resource) -> tuple[str, ...]:
    """What is spoken in it; where nobody said, the language of its record. :data:`SILENT` where nobody speaks.

    Of a resource that is no film and no sound: none.
    """
    if not rule_for(resource.kind).needs_words:
        return ()
    return tuple(resource.spoken.split()) or (resource.language,)


def languages_of(resource: Resource) -> tuple[str, ...]:
    """:func:`codes_of`, without :data:`SILENT`."""
    return tuple(code for code in codes_of(resource) if code != SILENT)


def named(resource: Resource) -> str:
    """The names of :func:`codes_of` in the active language, as one text; empty for what has none."""
    return capfirst(", ".join(str(NAMES[code]) for code in codes_of(resource) if code in NAMES))
