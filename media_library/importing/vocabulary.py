"""What cells may name (agencies, terms, campaigns, licences, kinds), looked up without accents and capitals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from wagtail.models import Locale

from media_library import access, speech
from media_library.importing.columns import key
from media_library.kinds import Kind
from media_library.models import Agency, Audience, Campaign, ImportRun, Topic
from media_library.models.rights import LICENCES


@dataclass(frozen=True)
class Vocabulary:
    """By what a person may write: rows and codes. Read once for a run; six queries."""

    agency: Agency
    agencies: Mapping[str, Agency]
    own: frozenset[int]
    """Agencies that the person may add resources for; an agency that was merged takes none."""
    audiences: Mapping[str, Audience]
    topics: Mapping[str, Topic]
    campaigns: Mapping[str, Campaign]
    locales: Mapping[str, Locale]
    licences: Mapping[str, str]
    kinds: Mapping[str, str]
    spoken: Mapping[str, str]


def vocabulary(run: ImportRun) -> Vocabulary:
    """What the rows of ``run`` may name, for the person who made it."""
    agencies = list(Agency.objects.all())
    user = run.created_by
    return Vocabulary(
        agency=next(one for one in agencies if one.pk == run.agency_id),
        agencies=_named(agencies, ("code", "name", "name_en", "short_name")),
        own=frozenset(
            one.pk for one in agencies if one.successor_id is None and access.may_create_for(user, one)
        ),
        audiences=_named(Audience.objects.all(), ("slug", "name", "name_en")),
        topics=_named(Topic.objects.all(), ("slug", "name", "name_en")),
        campaigns=_named(Campaign.objects.all(), ("code", "title", "title_en")),
        locales={one.language_code: one for one in Locale.objects.all()},
        licences=_in_every_language((code, licence.name) for code, licence in LICENCES.items()),
        kinds=_in_every_language((kind.value, kind.label) for kind in Kind),
        spoken=_in_every_language(speech.NAMES.items()),
    )


def _named(rows: Iterable[Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Codes win over names, and what stands first over what comes later."""
    found: dict[str, Any] = {}
    rows = list(rows)
    for name in names:
        for row in rows:
            if text := getattr(row, name):
                found.setdefault(key(text), row)
    return found


def _in_every_language(choices: Iterable[tuple[str, Any]]) -> dict[str, str]:
    found = {}
    for code, label in choices:
        found[key(code)] = code
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                found[key(str(label))] = code
    return found
