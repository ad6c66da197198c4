"""Fragments of the Vietnamese catalogue are merged, and held to what code and templates say."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from tools import translations

HEAD = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""


@pytest.fixture
def fragments(tmp_path: Path) -> Path:
    folder = tmp_path / "fragments"
    folder.mkdir()
    return folder


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.po").write_text(HEAD + text, encoding="utf-8")


def source(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def test_fragments_become_one_catalogue_that_gettext_reads(fragments: Path, tmp_path: Path) -> None:
    write(fragments, "one", 'msgid "Search"\nmsgstr "Tìm kiếm"\n')
    write(
        fragments,
        "two",
        'msgctxt "verb"\nmsgid "Search"\nmsgstr "Tìm"\n\n'
        'msgid "%(n)d file"\nmsgid_plural "%(n)d files"\nmsgstr[0] "%(n)d tệp"\n',
    )
    target = tmp_path / "vi" / "LC_MESSAGES" / "django.mo"
    assert translations.build_one(fragments=fragments, target=target)
    with target.open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert read.gettext("Search") == "Tìm kiếm"
    assert read.pgettext("verb", "Search") == "Tìm"
    assert read.ngettext("%(n)d file", "%(n)d files", 3) == "%(n)d tệp"
    assert not translations.build_one(fragments=fragments, target=target), "made again without need"


def test_fragments_that_contradict_each_other_are_refused(fragments: Path) -> None:
    write(fragments, "one", 'msgid "Search"\nmsgstr "Tìm kiếm"\n')
    write(fragments, "two", 'msgid "Search"\nmsgstr "Tra cứu"\n')
    with pytest.raises(translations.Contradiction, match=r"one\.po and two\.po differ on 'Search'"):
        translations.merge(fragments=fragments)


def test_fragments_may_say_the_same(fragments: Path) -> None:
    for name in ("one", "two"):
        write(fragments, name, 'msgid "Search"\nmsgstr "Tìm kiếm"\n')
    assert translations.merge(fragments=fragments).get("Search").string == "Tìm kiếm"


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "Search"\nmsgstr ""\n',
        '#, fuzzy\nmsgid "Search"\nmsgstr "Tìm"\n',
        'msgid "By %(name)s"\nmsgstr "Của"\n',
        'msgid "By %(name)s"\nmsgstr "Của %(ten)s"\n',
        'msgid "{count} files"\nmsgstr "tệp"\n',
    ],
)
def test_open_or_broken_entries_are_refused(fragments: Path, entry: str) -> None:
    write(fragments, "one", entry)
    with pytest.raises(translations.Contradiction):
        translations.merge(fragments=fragments)


def test_strings_without_vietnamese_are_found_in_code_and_templates(fragments: Path, tmp_path: Path) -> None:
    write(fragments, "one", 'msgid "Known"\nmsgstr "Đã biết"\n')
    source(
        tmp_path,
        "cms/words.py",
        "a = _('Known')\nb = _('Late')\n"
        "c = pgettext_lazy('noun', 'Bank')\nd = ngettext('A file', 'Files', 2)\n",
    )
    source(
        tmp_path,
        "templates/page.html",
        '{% load i18n %}{% translate "Open" %}{% translate "Known" %}\n'
        '{% translate "Plain" context "style" %}\n'
        '{% blocktranslate trimmed count n=n %}\n  One "quoted" place\n{% plural %}\n  {{ n }} places\n'
        "{% endblocktranslate %}{{ value|default:_('Fallback') }}",
    )
    found = {
        (wanted.context, wanted.singular)
        for wanted in translations.missing(fragments=fragments, root=tmp_path)
    }
    assert found == {
        (None, "Late"),
        ("noun", "Bank"),
        (None, "A file"),
        (None, "Open"),
        ("style", "Plain"),
        (None, 'One "quoted" place'),
        (None, "Fallback"),
    }
