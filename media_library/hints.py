"""Hints for a better description of a picture: they help, and never hold anything up.

Source of the rules: W3C's tutorial on images (an alternative says what is to be seen, not that it is a
picture, nor what its file is called) and WCAG 2.2, 1.1.1.
"""

from __future__ import annotations

import re

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


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[-_]+", " ", fold(text)).split()).strip(" .")
