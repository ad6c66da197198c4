"""Hints for a better description of a picture: they help, and never hold anything up.

Source of the rules: W3C's tutorial on images (an alternative says what is to be seen, not that it is a
picture, nor what its file is called) and WCAG 2.2, 1.1.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from media_library.text import fold

SHORTEST, LONGEST = 15, 250
"""Characters of an alt text that is neither a label nor an essay."""
_FILE = re.compile(
    r"\S+\.(jpe?g|png|webp|gif|heic|tiff?)|(img|dsc|dcim|image|anh|hinh)[-_ ]?\d+", re.IGNORECASE
)
_NEEDLESS = (
    "hinh anh", "hinh ve", "hinh minh hoa", "hinh chup", "buc anh", "tam anh", "anh chup", "anh minh hoa",
    "image of", "picture of", "photo of", "a picture", "an image", "a photo", "photograph of",
)  # fmt: skip


def alt_hints(alt: str, *, title: str = "", file_name: str = "") -> list[str]:
    """What could be better about ``alt``; nothing for an empty one, which publication asks for itself."""
    text = _plain(alt)
    if not text:
        return []
    hints = []
    if _FILE.fullmatch(alt.strip()) or (
        file_name and text in (_plain(file_name), _plain(file_name.rpartition(".")[0]))
    ):
        hints.append(_("The alt text is the name of the file: say what is to be seen."))
    elif text == _plain(title):
        hints.append(_("The alt text repeats the title, which is read out anyway: say what is to be seen."))
    elif len(text) < SHORTEST:
        hints.append(_("The alt text is very short: one or two sentences help more."))
    if text.startswith(_NEEDLESS):
        hints.append(_("Leave out “picture of” at the beginning: that it is a picture is read out anyway."))
    if len(text) > LONGEST:
        hints.append(
            _(
                "The alt text is longer than %(limit)s characters: put the whole text into the text alternative."
            )
            % {"limit": LONGEST}
        )
    return hints


def contrast_hints(properties: Mapping[str, Any]) -> list[str]:
    """What could be better about the words in an infographic, by what was measured when it was prepared.

    Source: WCAG 2.2, 1.4.3; the measure is :mod:`media_library.processing.contrast`.
    """
    weak = properties.get("weak_words")
    if not isinstance(weak, dict):
        return []
    text = _(
        "Some words in the picture seem hard to tell from their background (contrast about %(ratio)s : 1;"
        " readable is 4.5 : 1, for large words 3 : 1). Make them darker or lighter and replace the file, or see"
        " to it that the text alternative has them."
    )
    return [text % {"ratio": number_format(weak.get("ratio", 0), 1)}]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[-_]+", " ", fold(text)).split()).strip(" .")
