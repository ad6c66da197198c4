"""Why a file is not taken, in sentences that say what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

MESSAGES = {
    "archive": noop(
        "This is an archive (ZIP, RAR, 7z), whatever its name says. Unpack it and upload the files."
    ),
    "busy": noop("The file took too long to check. Try again; if it happens twice, export it again."),
    "caption_empty": noop("There is no line with a time in this file. Save the captions as WebVTT or SRT."),
    "caption_encoding": noop(
        "The letters of this file cannot be read. Save it again with the encoding UTF-8."
    ),
    "damaged": noop(
        "The file is damaged and cannot be opened. Export it again from the program it was made with."
    ),
    "empty": noop("The file is empty (0 bytes). Choose it again, or copy it anew from where it came."),
    "encrypted": noop("The PDF is locked with a password. Save a copy without a password and upload that."),
    "executable": noop("This is a program, not a file that can be published. It was not kept."),
    "linked": noop(
        "The document takes in parts of other files or sites (linked fields). Put their text or picture in its"
        " place, save it, or save it as PDF, and upload that."
    ),
    "locked": noop("The document is locked with a password. Save a copy without a password and upload that."),
    "macro": noop("The document carries macros (programs). Save it without them (.docx, .pptx, .xlsx)."),
    "name_control": noop(
        "The file name holds characters that cannot be shown. Rename the file and try again."
    ),
    "name_direction": noop(
        "The file name holds hidden signs that turn the direction of writing, so that another ending seems"
        " to stand there. Rename the file and try again."
    ),
    "name_empty": noop("The file has no name. Give it one and try again."),
    "name_long": noop("The file name has %(length)s characters; at most %(limit)s are taken. Shorten it."),
    "name_path": noop("The file name holds folder signs (“/” or “\\”). Rename the file and try again."),
    "no_converter": noop(
        "Slides and texts cannot be turned into a PDF here. Save it as PDF in the program it was made with, and"
        " upload that."
    ),
    "no_picture": noop("There is no moving picture in this file. If it is sound only, add it as a podcast."),
    "no_sound": noop("There is no sound in this file. Choose another."),
    "not_taken_here": noop("No file is taken in this place."),
    "stopped": noop("Its preparation was stopped. Choose “Try again”, or replace the file."),
    "storage_full": noop("The store of the library is full. Nothing was kept; tell the administrator."),
    "svg": noop("This SVG drawing cannot be turned into a picture. Export it as PNG and upload that."),
    "too_large": noop("The file is larger than %(limit)s. Make it smaller, or ask the lead department."),
    "too_long": noop("It lasts longer than %(limit)s hours. Cut it into parts."),
    "too_many_pages": noop("The document has %(pages)s pages; at most %(limit)s are taken. Split it."),
    "too_many_pixels": noop(
        "The picture measures %(width)s × %(height)s pixels; at most %(limit)s million pixels are taken."
        " Make it smaller and try again."
    ),
    "too_much": noop("The file wants more memory than a file of its kind should. Export it again, smaller."),
    "transcript_empty": noop(
        "There are no words in this file. Save the transcript again, or choose another."
    ),
    "truncated": noop("The file ends too early: it was not copied whole. Copy or upload it again."),
    "unconverted": noop(
        "The document could not be turned into a PDF. Save it as PDF in the program it was made with, and upload"
        " that."
    ),
    "unknown": noop("What kind of file this is cannot be told from its content. Taken here: %(accepted)s."),
    "wrong_type": noop("By its content this file is %(found)s. Taken here: %(accepted)s."),
}

NAMES = {
    "application/msword": noop("an old Office document, or one with a password"),
    "application/pdf": noop("a PDF"),
    "application/vnd.oasis.opendocument.presentation": noop("an ODP presentation"),
    "application/vnd.oasis.opendocument.text": noop("an ODT document"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": noop("a PPTX presentation"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": noop("an XLSX spreadsheet"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": noop("a DOCX document"),
    "application/x-subrip": noop("SRT captions"),
    "audio/flac": noop("FLAC sound"),
    "audio/mp4": noop("M4A sound"),
    "audio/mpeg": noop("MP3 sound"),
    "audio/ogg": noop("OGG sound"),
    "audio/wav": noop("WAV sound"),
    "image/avif": noop("an AVIF picture"),
    "image/bmp": noop("a BMP picture"),
    "image/gif": noop("a GIF picture"),
    "image/heic": noop("a HEIC picture"),
    "image/jpeg": noop("a JPEG picture"),
    "image/png": noop("a PNG picture"),
    "image/svg+xml": noop("an SVG drawing"),
    "image/tiff": noop("a TIFF picture"),
    "image/webp": noop("a WebP picture"),
    "text/html": noop("a web page"),
    "text/plain": noop("plain text"),
    "text/vtt": noop("WebVTT captions"),
    "video/mp4": noop("an MP4 video"),
    "video/quicktime": noop("a MOV video"),
    "video/webm": noop("a WebM video"),
    "video/x-matroska": noop("an MKV video"),
    "video/x-msvideo": noop("an AVI video"),
}


class Rejected(Exception):
    """A file that is not taken. ``code`` is a key of :data:`MESSAGES`; ``message`` is for the person."""

    def __init__(self, code: str, **facts: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    @property
    def message(self) -> str:
        """In the language of the moment: what is wrong and what to do."""
        return _(MESSAGES[self.code]) % self.facts

    def __str__(self) -> str:
        return self.message


def name_of(media_type: str) -> str:
    """What people call a file of ``media_type``, in the language of the moment."""
    return _(NAMES[media_type]) if media_type in NAMES else media_type


def names_of(media_types: tuple[str, ...]) -> str:
    """The same for a list."""
    return ", ".join(name_of(media_type) for media_type in media_types)
