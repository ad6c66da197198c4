"""What libraries say to people is said in Vietnamese, by themselves or by our own catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.apps import apps

from tools import translations

OURS = {"django": translations.FRAGMENTS, "djangojs": translations.SCRIPTS}


def libraries() -> Iterator[Path]:
    """Folders of texts of what is installed and not ours."""
    yield Path(django.__file__).parent / "conf" / "locale"
    for app in apps.get_app_configs():
        if "site-packages" in app.path:
            yield Path(app.path) / "locale"


def catalogue(path: Path) -> Catalog:
    if not path.exists():
        return Catalog()
    with path.open("rb") as file:
        return read_po(file)


def has(known: Catalog, wanted: Message) -> bool:
    singular = wanted.id[0] if isinstance(wanted.id, (tuple, list)) else wanted.id
    found = known.get(singular, wanted.context)
    if found is None or found.fuzzy:
        return False
    return all(found.string) if isinstance(found.string, (tuple, list)) else bool(found.string)


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_text_of_a_library_has_its_vietnamese(domain: str) -> None:
    ours = translations.merge(fragments=OURS[domain])
    seen, missing = 0, []
    for folder in libraries():
        theirs = catalogue(folder / "vi" / "LC_MESSAGES" / f"{domain}.po")
        for message in catalogue(folder / "en" / "LC_MESSAGES" / f"{domain}.po"):
            if message.id:
                seen += 1
                if not has(theirs, message) and not has(ours, message):
                    missing.append(f"{folder.parent.name}: {message.id!r}")
    assert seen > {"django": 2000, "djangojs": 80}[domain]
    assert not missing, f"{len(missing)} texts to translate in locale/fragments/:\n" + "\n".join(missing)
