"""What a file name tells of its file: a title to begin with, or only that a camera made it."""

from __future__ import annotations

import re

from media_library.text import clean_line, fold

LIMIT = 200

_SEPARATORS = re.compile(r"[\s_\-.]+")
_MADE_BY_A_MACHINE = re.compile(
    r"(?:img|image|dsc|dscf|dscn|dcim|dji|pxl|mvi|mov|vid|video|gopr|gp|gh|gx|sam|photo|pic|picture|anh|hinh|"
    r"screenshot|scan|scn|wp|wa|fb img|received|zalo|z|p|untitled|khong ten|khong co tieu de|document|"
    r"audio|voice|recording|rec|anh chup man hinh)?[\d\s()]*(?:wa\d+|copy|edited)?[\d\s()]*"
)


def title_from(name: str) -> str:
    """The name of a file as a title: without its ending, words apart, the first letter large.

    A name that a camera gave stays as it is, so that its owner knows the picture again.
    """
    stem = clean_line(re.sub(r"\.[^.\s]{1,5}$", "", name)) or clean_line(name)
    if tells_nothing(stem):
        return stem[:LIMIT]
    words = clean_line(re.sub(r"[_\-]+", " ", stem))
    return (words[:1].upper() + words[1:])[:LIMIT].strip() or stem[:LIMIT]


def tells_nothing(title: str) -> bool:
    """Whether ``title`` is only what a camera, a scanner or a telephone calls its files (``IMG_2034``)."""
    plain = _SEPARATORS.sub(" ", fold(title)).strip()
    return bool(_MADE_BY_A_MACHINE.fullmatch(plain))
