"""The Vietnamese catalogue: fragments by room, merged into one, held to what the code and templates say.

``locale/fragments/*.po`` are written by hand, one for each room; an entry may stand in several of them as
long as they agree. :func:`build` makes ``locale/vi/LC_MESSAGES/django.po`` and ``.mo`` of them with Babel,
so that no machine needs gettext; ``python -m tools.translations`` does so for a server. What the scripts of
Wagtail's admin say and Wagtail has no Vietnamese for is in ``locale/fragments/scripts/``, for ``djangojs.mo``.
Needs the run requirements.
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from tools.places import LOCALE, ROOT

FRAGMENTS = LOCALE / "fragments"
SCRIPTS = FRAGMENTS / "scripts"
TARGET = LOCALE / "vi" / "LC_MESSAGES" / "django.mo"
SOURCES = ("media_library", "search", "cms", "templates")
KEYWORDS = tuple(
    f"{name}{late}" for name in ("gettext", "ngettext", "pgettext", "npgettext") for late in ("", "_lazy")
)
_STRING = r"[uU]?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(rf"\b(_|n?p?gettext)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)", re.DOTALL)
_PLACE = re.compile(r"%\((\w+)\)[sdf]|(?<!%)%[sd]|\{(\w*)\}")


@dataclass(frozen=True)
class Wanted:
    """A string to be translated, and where it stands (``path:line``)."""

    context: str | None
    singular: str
    plural: str | None
    where: str

    def __str__(self) -> str:
        context = f"[{self.context}] " if self.context else ""
        return f"{self.where}: {context}{self.singular!r}"


class Contradiction(ValueError):
    """Fragments that cannot be merged; the message names each entry."""


def build() -> None:
    """Write the catalogue of pages and that of scripts, each unless it is up to date. Raises Contradiction."""
    build_one(fragments=FRAGMENTS, target=TARGET)
    build_one(fragments=SCRIPTS, target=TARGET.with_name("djangojs.mo"))


def build_one(*, fragments: Path, target: Path) -> bool:
    """Write the merged catalogue unless it is newer than its fragments; says whether it wrote.

    Raises Contradiction.
    """
    sources = [*fragments.glob("*.po"), fragments]
    if target.exists() and target.stat().st_mtime > max(path.stat().st_mtime for path in sources):
        return False
    catalog = merge(fragments=fragments)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_suffix(".po").open("wb") as file:
        write_po(file, catalog, sort_output=True, width=100)
    unfinished = target.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        write_mo(file, catalog)
    unfinished.replace(target)
    return True


def merge(*, fragments: Path = FRAGMENTS) -> Catalog:
    """All fragments in one catalogue. Raises Contradiction."""
    catalog = Catalog(locale="vi", project="Kho 57", charset="utf-8", fuzzy=False)
    first: dict[tuple[str | None, str], str] = {}
    problems = []
    for path in sorted(fragments.glob("*.po")):
        for message in _read(path):
            key = (message.context, _singular(message))
            known = catalog.get(_singular(message), message.context)
            if key in first and known is not None and known.string != message.string:
                problems.append(
                    f"{first[key]} and {path.name} differ on {key[1]!r}: {known.string!r}, {message.string!r}"
                )
            first.setdefault(key, path.name)
            catalog.add(message.id, message.string, context=message.context)
            problems += [f"{path.name}: {said}" for said in _faults(message)]
    if problems:
        raise Contradiction("\n".join(problems))
    return catalog


def _read(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        try:
            catalog = read_po(file, locale="vi", abort_invalid=True)
        except (PoFileError, UnicodeDecodeError) as error:
            raise Contradiction(f"{path.name}: {error}") from error
    yield from (message for message in catalog if message.id)


def _singular(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else str(message.id)


def _faults(message: Message) -> Iterator[str]:
    """Entries left open, marked as guessed, or that lose or invent a placeholder."""
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    if not all(strings) or message.fuzzy:
        yield f"{_singular(message)!r} has no finished translation"
        return
    given = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    known = {place.group() for text in given for place in _PLACE.finditer(text)}
    used = {place.group() for text in strings for place in _PLACE.finditer(str(text))}
    if used - known or (len(given) == 1 and known - used):
        yield f"{_singular(message)!r} has the placeholders {sorted(known)}, its translation {sorted(used)}"


def missing(*, fragments: Path = FRAGMENTS, root: Path = ROOT) -> list[Wanted]:
    """Strings of code and templates without Vietnamese, each once. Raises Contradiction."""
    catalog = merge(fragments=fragments)
    found: dict[tuple[str | None, str], Wanted] = {}
    for wanted in extract(root=root):
        message = catalog.get(wanted.singular, wanted.context)
        if message is None or (wanted.plural and not isinstance(message.id, (tuple, list))):
            found.setdefault((wanted.context, wanted.singular), wanted)
    return list(found.values())


def extract(*, root: Path = ROOT) -> Iterator[Wanted]:
    """Every translatable string below the product's folders of ``root``."""
    for folder in SOURCES:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _of_code(path, root=root)
        for suffix in ("*.html", "*.txt"):
            for path in sorted((root / folder).rglob(suffix)):
                yield from _of_template(path, root=root)


def _of_code(path: Path, *, root: Path) -> Iterator[Wanted]:
    source = io.BytesIO(path.read_bytes())
    for line, name, messages, _comments in extract_python(source, ["_", "gettext_noop", *KEYWORDS], [], {}):
        parts = [messages] if isinstance(messages, str) else list(messages or ())
        if wanted := _wanted(name, parts, where=f"{path.relative_to(root)}:{line}"):
            yield wanted


def _of_template(path: Path, *, root: Path) -> Iterator[Wanted]:
    if not settings.configured:
        settings.configure()
    source = path.read_text(encoding="utf-8")
    if "{%" not in source and "{{" not in source:
        return
    marked = templatize(source)
    for call in _CALL.finditer(marked):
        parts = [_literal(part) for part in re.findall(_STRING, call[2], re.DOTALL)]
        line = marked.count("\n", 0, call.start()) + 1
        if wanted := _wanted(call[1], parts, where=f"{path.relative_to(root)}:{line}"):
            yield wanted


def _literal(text: str) -> str:
    """The value of a quoted string; templates, unlike Python, have no escapes but those of ``repr``."""
    return str(ast.literal_eval(text))


def _wanted(name: str | None, parts: list[str | None], *, where: str) -> Wanted | None:
    """``parts`` as the function ``name`` takes them: context first, then singular and plural."""
    texts = list(parts)
    context = texts.pop(0) if name and name.removeprefix("n").startswith("pgettext") and texts else None
    singular = texts[0] if texts else None
    plural = texts[1] if name and "ngettext" in name.replace("np", "n") and len(texts) > 1 else None
    return Wanted(context, singular, plural, where) if singular else None


if __name__ == "__main__":
    build()
