"""One row of a table: from cells to what is to be written, or to everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from wagtail.models import Locale

from media_library import speech
from media_library.importing.columns import BY_CODE, FILES, key
from media_library.importing.problems import problem
from media_library.importing.vocabulary import Vocabulary
from media_library.intake.fetching import NotFetched, destination
from media_library.kinds import Kind, rule_for
from media_library.models import Agency, Audience, Campaign, Topic
from media_library.text import clean_line, nfc

LIMITS = {"title": 200, "summary": 300, "credit": 300, "alt": 500, "keywords": 100}
"""Characters, as the fields have them; of keywords each."""
_LANGUAGES = {
    "vi": "vi",
    "tieng viet": "vi",
    "vietnamese": "vi",
    "en": "en",
    "tieng anh": "en",
    "english": "en",
}
_SCHEME = re.compile(r"[a-z0-9][a-z0-9._-]{0,29}")
_LOCAL = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ ,]+(\d{1,2})[:h](\d{2})?)?")


@dataclass(frozen=True)
class Proposal:
    """What a row asks for. Empty values say nothing; an update leaves what they would fill as it is."""

    agency: Agency
    locale: Locale
    kind: str = ""
    scheme: str = ""
    value: str = ""
    title: str = ""
    summary: str = ""
    audiences: tuple[Audience, ...] = ()
    topics: tuple[Topic, ...] = ()
    keywords: tuple[str, ...] = ()
    campaign: Campaign | None = None
    licence: str = ""
    credit: str = ""
    language: str = ""
    spoken: str = ""
    alt: str = ""
    text_alternative: str = ""
    embargo: datetime | None = None
    expires: datetime | None = None
    files: Mapping[str, str] = field(default_factory=dict)
    """By column: an address, or a name in the ZIP."""


Members = Mapping[str, list[dict[str, Any]]]
"""What lies in the ZIP: by full name, and by the last part of the name."""


def cleaned(columns: list[str], cells: list[str]) -> dict[str, str]:
    """The cells that say something, by the code of their column."""
    values = {}
    for code, cell in zip(columns, cells, strict=False):
        if code:
            text = nfc(cell).strip() if BY_CODE[code].long else clean_line(cell)
            if text:
                values[code] = text
    return values


def is_address(text: str) -> bool:
    """Whether a cell that names a file means an address."""
    return "://" in text or text.lower().startswith(("http:", "https:"))


class Check:
    """Reads the values of one row; :attr:`problems` says what is wrong with it, by column."""

    def __init__(
        self, values: Mapping[str, str], *, words: Vocabulary, members: Members | None = None
    ) -> None:
        self.values, self.words, self.members = values, words, members
        self.problems: list[dict[str, Any]] = []
        self.proposal = self._read()

    def _wrong(self, column: str, code: str, **facts: Any) -> None:
        self.problems.append(problem(code, column=column, **facts))

    def _read(self) -> Proposal:
        words, agency = self.words, self._agency()
        scheme, value = self._identifier(agency)
        embargo, expires = self._time("embargo"), self._time("expires")
        if embargo and expires and expires <= embargo:
            self._wrong("expires", "expires_first")
        kind, language = self._kind(), self._language()
        locale = words.locales.get(language or "vi")
        return Proposal(
            agency=agency,
            locale=locale or next(iter(words.locales.values())),
            kind=kind,
            scheme=scheme,
            value=value,
            title=self._title(),
            summary=self._line("summary"),
            audiences=self._terms("audiences", words.audiences),
            topics=self._terms("topics", words.topics),
            keywords=self._keywords(),
            campaign=next(iter(self._terms("campaign", words.campaigns)), None),
            licence=self._licence(),
            credit=self._line("credit"),
            language=language,
            spoken=self._spoken(kind),
            alt=self._line("alt"),
            text_alternative=self.values.get("text_alternative", ""),
            embargo=embargo,
            expires=expires,
            files=self._files(kind),
        )

    def _agency(self) -> Agency:
        given = self.values.get("agency", "")
        agency = self.words.agencies.get(key(given)) if given else self.words.agency
        if agency is None:
            self._wrong("agency", "unknown_agency", given=given)
            return self.words.agency
        if agency.pk not in self.words.own:
            self._wrong("agency", "agency_not_yours", given=given or agency.name)
        return agency

    def _identifier(self, agency: Agency) -> tuple[str, str]:
        """A name within the agency, so that nobody learns from a refusal what others keep."""
        given, plain = self.values.get("identifier", ""), self.values.get("id", "")
        if not given and not plain:
            return "", ""
        column = "identifier" if given else "id"
        scheme, colon, value = given.partition(":") if given else ("id", ":", plain)
        scheme, value = scheme.strip().lower(), value.strip()
        if not (colon and value and _SCHEME.fullmatch(scheme)):
            self._wrong(column, "identifier_form")
            return "", ""
        if len(value) > 300:
            self._wrong(column, "long", length=len(value), limit=300)
            return "", ""
        return f"{agency.code}:{scheme}", value

    def _line(self, column: str) -> str:
        text = self.values.get(column, "")
        if len(text) > LIMITS[column]:
            self._wrong(column, "long", length=len(text), limit=LIMITS[column])
        return text[: LIMITS[column]]

    def _title(self) -> str:
        if not self.values.get("title") and not self.values.get("file"):
            self._wrong("title", "title_missing")
        return self._line("title")

    def _kind(self) -> str:
        given = self.values.get("kind", "")
        if not given:
            if not self.values.get("file"):
                self._wrong("kind", "kind_missing")
            return ""
        kind = self.words.kinds.get(key(given), "")
        if not kind:
            self._wrong("kind", "unknown_kind", given=given, known=", ".join(Kind.values))
        return kind

    def _licence(self) -> str:
        given = self.values.get("licence", "")
        licence = self.words.licences.get(key(given), "") if given else ""
        if given and not licence:
            known = ", ".join(sorted(set(self.words.licences.values())))
            self._wrong("licence", "unknown_licence", given=given, known=known)
        return licence

    def _language(self) -> str:
        given = self.values.get("language", "")
        language = _LANGUAGES.get(key(given), "") if given else ""
        if given and language not in self.words.locales:
            self._wrong("language", "unknown_language", given=given)
            return ""
        return language

    def _spoken(self, kind: str) -> str:
        if "spoken" in self.values and kind and not rule_for(kind).needs_words:
            self._wrong("spoken", "spoken_kind")
            return ""
        codes = []
        for name in self._several("spoken"):
            code = self.words.spoken.get(key(name), "")
            if code:
                codes.append(code)
            else:
                self._wrong("spoken", "unknown_spoken", given=name)
        try:
            return speech.written(codes)
        except ValidationError:
            self._wrong("spoken", "spoken_and_silent")
            return ""

    def _terms(self, column: str, known: Mapping[str, Any]) -> tuple[Any, ...]:
        found = {}
        for name in self._several(column):
            row = known.get(key(name))
            if row is None:
                self._wrong(column, f"unknown_{column}", given=name)
            else:
                found[row.pk] = row
        return tuple(found.values())

    def _several(self, column: str) -> list[str]:
        given = self.values.get(column, "")
        if column == "campaign":
            return [given] if given else []
        parts = re.split(r"[;|]" if re.search(r"[;|]", given) else ",", given)
        return [name for part in parts if (name := part.strip())]

    def _keywords(self) -> tuple[str, ...]:
        found: dict[str, str] = {}
        for word in self._several("keywords"):
            if len(word) > LIMITS["keywords"]:
                self._wrong("keywords", "long", length=len(word), limit=LIMITS["keywords"])
            found.setdefault(word.casefold(), word[: LIMITS["keywords"]])
        return tuple(found.values())

    def _time(self, column: str) -> datetime | None:
        given = self.values.get(column, "")
        if not given:
            return None
        try:
            found = moment(given)
        except ValueError:
            found = None
        if found is None:
            self._wrong(column, "time", given=given[:40])
        return found

    def _files(self, kind: str) -> dict[str, str]:
        files = {column: self.values[column] for column in FILES if self.values.get(column)}
        if kind and "file" in files and not rule_for(kind).accepts:
            self._wrong("file", "file_kind")
        for column in ("captions", "transcript"):
            if column in files and kind and not rule_for(kind).needs_words:
                self._wrong(column, "captions_kind")
        for column, name in files.items():
            self._check_file(column, name)
        return files

    def _check_file(self, column: str, name: str) -> None:
        if is_address(name):
            try:
                destination(name)
            except NotFetched as refusal:
                if refusal.code != "port":  # further ports are a setting
                    self._wrong(column, refusal.code, **refusal.facts)
            return
        if self.members is None:
            self._wrong(column, "file_without_zip", given=name[:100])
            return
        found = self.members.get(name.replace("\\", "/"), [])
        if len(found) != 1:
            self._wrong(column, "file_twice_in_zip" if found else "file_not_in_zip", given=name[:100])


def moment(text: str) -> datetime | None:
    """A day or time in the library's time zone; ISO 8601, or as written in Viet Nam. Raises ValueError."""
    if found := _LOCAL.fullmatch(text):
        day, month, year, hour, minute = (int(part or 0) for part in found.groups())
        return timezone.make_aware(datetime(year, month, day, hour, minute))  # noqa: DTZ001
    when = parse_datetime(text)
    if when is not None:
        return when if timezone.is_aware(when) else timezone.make_aware(when)
    day_only = parse_date(text)
    return timezone.make_aware(datetime.combine(day_only, time())) if day_only else None
