"""Names of what can be taken: for people to choose by, and for the file in their folder."""

from __future__ import annotations

import re

from django.conf import settings
from django.utils import translation
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from media_library.kinds import EXTENSIONS
from media_library.models import Rendition, Resource

CUTS = {"social": "social", "square": "social-square", "tall": "social-tall"}
"""Cuts of a picture by the name of their file."""
PRINT_DPI = 300
_ENDINGS = {"text/plain": ".txt", "text/html": ".html"}
_LANGUAGES = dict(settings.LANGUAGES)

_LABELS: dict[str, str | Promise] = {
    "print": gettext_lazy("Full size, for print"),
    "broadcast": gettext_lazy("Television (HD)"),
    "web": gettext_lazy("Web page"),
    "social": gettext_lazy("Social networks: card of a link"),
    "social-square": gettext_lazy("Social networks: square"),
    "social-tall": gettext_lazy("Social networks: upright (9:16)"),
    "thumbnail": gettext_lazy("Small preview"),
    "cover": gettext_lazy("Cover picture"),
    "video": gettext_lazy("Film, one file"),
    "sound": gettext_lazy("Sound"),
    "sound-light": gettext_lazy("Sound, light copy"),
    "sound-broadcast": gettext_lazy("Sound for radio and loudspeakers (−23 LUFS)"),
    "document": gettext_lazy("Document"),
    "captions": gettext_lazy("Captions"),
    "transcript": gettext_lazy("What is said"),
    "article": gettext_lazy("Text of the article"),
}
_SHORT: dict[str, str | Promise] = {
    "print": gettext_lazy("print"),
    "broadcast": gettext_lazy("television"),
    "web": gettext_lazy("web"),
    "social": gettext_lazy("social card"),
    "social-square": gettext_lazy("square"),
    "social-tall": gettext_lazy("upright"),
    "thumbnail": gettext_lazy("preview"),
    "cover": gettext_lazy("cover"),
    "video": gettext_lazy("film"),
    "sound": gettext_lazy("sound"),
    "sound-light": gettext_lazy("sound, light"),
    "sound-broadcast": gettext_lazy("for radio"),
    "document": gettext_lazy("document"),
    "captions": gettext_lazy("captions"),
    "transcript": gettext_lazy("transcript"),
    "article": gettext_lazy("article"),
    "attachment": gettext_lazy("attachment"),
}


def label(key: str, *, copy: Rendition | None = None, lang: str = "") -> str:
    """What the offer ``key`` is for, in the active language."""
    if key.startswith("video-"):
        return _("Film, %(lines)s lines") % {"lines": key.removeprefix("video-")}
    told = str(_LABELS.get(key, key))
    if key == "print" and copy is not None and copy.width and copy.height:
        return _("%(use)s: %(width)s × %(height)s cm at 300 dpi") % {
            "use": told,
            "width": _centimetres(copy.width),
            "height": _centimetres(copy.height),
        }
    return f"{told}: {_(_LANGUAGES[lang])}" if lang in _LANGUAGES else told


def _centimetres(pixels: int) -> str:
    """At 300 dots to the inch (25.4 mm), as tenths."""
    return number_format(round(pixels / PRINT_DPI * 2.54, 1), 1)


def file_name(
    resource: Resource, *, key: str, media_type: str, width: int | None = None, height: int | None = None
) -> str:
    """Title, use, size and identifier, in the resource's language, without signs a file system forbids.

    For example ``Cầu Trường Tiền - web 1280x853 - k57-7f3q-28mv.jpg``; at most 120 letters.
    """
    size = f" {width}x{height}" if width and height else ""
    with translation.override(resource.language):
        use = f"{_use(key)}{size}"
    words = re.sub(r'[\x00-\x1f\x7f<>:"/\\|?*]+', " ", resource.title).split()
    stem = " ".join(words)[:70].strip(" .") or "kho57"
    return f"{stem} - {use} - {resource.public_id}{ending_of(media_type)}"


def _use(key: str) -> str:
    if key in _SHORT:
        return str(_SHORT[key])
    first, _dash, rest = key.partition("-")
    rest = re.sub(r"-(vtt|srt|txt|docx)$|^(html|txt|docx)$", "", rest)
    return f"{_SHORT.get(first, first)} {rest}".strip()


def ending_of(media_type: str) -> str:
    """``.jpg`` for ``image/jpeg``; empty for a type that is not known."""
    known = EXTENSIONS.get(media_type)
    return known[0] if known else _ENDINGS.get(media_type, "")
