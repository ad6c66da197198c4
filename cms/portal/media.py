"""What is played, read along, looked at and downloaded of one resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from cms.portal.pictures import Address
from media_library.kinds import PAGED, Role
from media_library.models import Asset, Rendition, Resource, StoredFile
from media_library.models.asset import Purpose
from media_library.speech import languages_of

PLAYLIST = "application/vnd.apple.mpegurl"
LANGUAGE_NAMES = dict(settings.LANGUAGES)
_PLAYED = ("video/", "audio/")
_FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "video/mp4": "MP4",
    "video/webm": "WebM",
    "audio/mpeg": "MP3",
    "audio/mp4": "M4A",
    "application/pdf": "PDF",
    "text/vtt": "VTT",
    "text/plain": "TXT",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file that a player plays."""

    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Point:
    """A chapter: its second and its name."""

    start: float
    title: str


@dataclass(frozen=True, slots=True)
class Track:
    """Words for a player; ``lang`` is ``vi`` or ``en``.

    ``kind`` as HTML has it: captions of what is said, subtitles where they translate it.
    """

    url: str
    lang: str
    label: str
    kind: str = "captions"


@dataclass(frozen=True, slots=True)
class Line:
    """Words and the second at which they are said, where the transcript tells it."""

    start: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    lang: str
    label: str
    lines: list[Line]
    url: str

    @property
    def timed(self) -> bool:
        return any(line.start is not None for line in self.lines)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of a document as a picture, and what is written on it."""

    number: int
    src: str
    width: int
    height: int
    text: str


@dataclass(frozen=True, slots=True)
class Download:
    """A public copy: what it is for, what it is, and where."""

    label: str
    detail: str
    url: str


def source_of(resource: Resource, *, address: Address) -> Source | None:
    """What the player plays, or None for other kinds and for files still being prepared."""
    for rendition in _renditions(resource.original):
        if rendition.purpose == "download" and rendition.media_type.startswith(_PLAYED):
            return Source(address(resource, rendition), rendition.media_type)
    return None


def stream_of(resource: Resource, *, address: Address) -> str:
    """Address of the playlist of a film's ladder, or an empty string."""
    found = (one for one in _renditions(resource.original) if one.media_type == PLAYLIST)
    return next((address(resource, one) for one in found if one.purpose == "stream"), "")


def light_of(resource: Resource, *, address: Address) -> Source | None:
    """The light copy of a sound (Opus), for players that know it."""
    for one in _renditions(resource.original):
        if one.purpose == "stream" and one.media_type == "audio/ogg":
            return Source(address(resource, one), 'audio/ogg; codecs="opus"')
    return None


def chapters_of(resource: Resource) -> list[Point]:
    """Those that were written, else those that the file itself carries (ID3, MP4)."""
    written = [Point(chapter.start, chapter.title) for chapter in resource.chapters.all()]
    if written or resource.original is None:
        return written
    carried = resource.original.file.properties.get("chapters") or []
    return [Point(chapter["start"], chapter["title"]) for chapter in carried if chapter["title"].strip()]


def waveform_of(resource: Resource) -> str:
    """The loudness of a sound as the path of a drawing: a stroke for each part, 100 high about its middle."""
    peaks = resource.original.file.properties.get("peaks") if resource.original else None
    if not peaks:
        return ""
    strokes = []
    for place, peak in enumerate(peaks):
        height = max(2, int(peak))
        strokes.append(f"M{2 * place + 1} {50 - height / 2:g}v{height}")
    return "".join(strokes)


def document_of(resource: Resource, *, address: Address) -> Source | None:
    """The public copy of a PDF."""
    for rendition in _renditions(resource.original):
        if rendition.media_type == "application/pdf":
            return Source(address(resource, rendition), rendition.media_type)
    return None


def leaves_of(resource: Resource, *, pages: list[str], address: Address) -> list[Leaf]:
    """The pictured pages of a PDF with their words (``pages``); one query, none for other kinds."""
    original = resource.original
    if original is None or original.file.media_type not in PAGED:
        return []
    shown = Rendition.objects.filter(file=original.file_id, purpose=Purpose.PAGE).order_by("name")
    return [
        Leaf(
            number=number,
            src=address(resource, one),
            width=one.width or 0,
            height=one.height or 0,
            text=pages[number - 1] if number <= len(pages) else "",
        )
        for number, one in enumerate(shown, start=1)
    ]


def tracks_of(resource: Resource, *, address: Address, lang: str = "") -> list[Track]:
    """The first is shown unless the reader chooses another: in ``lang``, that of the interface, else in that of
    the resource."""
    spoken = languages_of(resource)
    found = []
    for asset in resource.words:
        if asset.role == Role.CAPTION and (rendition := _caption(asset)):
            code = asset.language or resource.language
            kind = "subtitles" if spoken and code not in spoken else "captions"
            found.append(Track(address(resource, rendition), code, LANGUAGE_NAMES.get(code, code), kind))
    wanted = (lang, resource.language)
    return sorted(found, key=lambda track: wanted.index(track.lang) if track.lang in wanted else len(wanted))


def transcripts_of(
    resource: Resource, *, address: Address, extracted: dict[int, dict[str, Any]]
) -> list[Transcript]:
    """One for each language: the transcript, or else the captions; the resource's own language first."""
    chosen = words_by_language(resource)
    found = [_transcript(resource, asset, lang, address, extracted) for lang, asset in chosen]
    return [transcript for transcript in found if transcript.lines]


def words_by_language(resource: Resource) -> list[tuple[str, Asset]]:
    """Of each language the transcript, or else the captions; the resource's own language first.

    Words with times, which lead into the recording, before those without.
    """
    by_lang: dict[str, Asset] = {}
    for asset in sorted(resource.words, key=lambda one: (one.file.untimed, one.role != Role.TRANSCRIPT)):
        by_lang.setdefault(asset.language or resource.language, asset)
    return sorted(by_lang.items(), key=lambda pair: pair[0] != resource.language)


def _transcript(
    resource: Resource, asset: Asset, lang: str, address: Address, extracted: dict[int, dict[str, Any]]
) -> Transcript:
    told = extracted.get(asset.file_id, {})
    cues = told.get("cues", [])
    rendition = _caption(asset)
    return Transcript(
        lang=lang,
        label=LANGUAGE_NAMES.get(lang, lang),
        lines=[Line(int(cue["start"]), cue["text"]) for cue in cues]
        or [Line(None, text) for text in told.get("paragraphs", [])],
        url=address(resource, rendition) if rendition else "",
    )


def extracted_of(resource: Resource) -> dict[int, dict[str, Any]]:
    """Words taken from captions and from a PDF, by stored file; one query, none where there are none."""
    assets = [*resource.words]
    if resource.original and resource.original.file.media_type in PAGED:
        assets.append(resource.original)
    ids = [asset.file_id for asset in assets]
    return dict(StoredFile.objects.filter(pk__in=ids).values_list("pk", "extracted")) if ids else {}


def downloads_of(resource: Resource, *, address: Address) -> list[Download]:
    """Every public copy: full size first, then smaller pictures, then attachments and words."""
    found = []
    for asset in resource.assets.all():
        if asset.role in (Role.ORIGINAL, Role.ATTACHMENT):
            found += [_download(resource, asset, one, address) for one in _copies(asset)]
        elif asset.role in (Role.CAPTION, Role.TRANSCRIPT) and (rendition := _caption(asset)):
            found.append(_words_download(resource, asset, rendition, address))
    return found


def _copies(asset: Asset) -> list[Rendition]:
    full = [one for one in _renditions(asset) if one.purpose == "download"]
    smaller = [
        one
        for one in _renditions(asset)
        if one.purpose == "picture" and one.media_type == "image/jpeg" and one.width != asset.file.width
    ]
    cut = [one for one in _renditions(asset) if one.purpose == "crop" and asset.role == Role.ORIGINAL]
    return [*full, *sorted(smaller, key=lambda one: -(one.width or 0)), *cut]


def _download(resource: Resource, asset: Asset, rendition: Rendition, address: Address) -> Download:
    label = _label(asset, rendition)
    size = f"{rendition.width} × {rendition.height}" if rendition.width and rendition.height else ""
    parts = [_FORMATS.get(rendition.media_type, rendition.media_type), size, filesizeformat(rendition.size)]
    return Download(label, ", ".join(filter(None, parts)), f"{address(resource, rendition)}?download=1")


def _label(asset: Asset, rendition: Rendition) -> str:
    if asset.role == Role.ATTACHMENT:
        return asset.file.original_name
    if rendition.purpose == "download":
        return _("Full quality")
    if rendition.purpose == "crop":
        return _cut_for(rendition.name)
    width = rendition.width or 0
    if width >= 1280:
        return _("Web page, screen")
    return _("Social networks, messages") if width >= 640 else _("Small preview")


def _cut_for(name: str) -> str:
    shapes = {
        "social": _("Cut for a link in social networks"),
        "square": _("Cut to a square"),
        "tall": _("Cut for an upright screen (9:16)"),
    }
    return shapes.get(name.partition(".")[0], name)


def _words_download(resource: Resource, asset: Asset, rendition: Rendition, address: Address) -> Download:
    lang = asset.language or resource.language
    label = _("Transcript: %(language)s") if asset.file.untimed else _("Captions: %(language)s")
    label %= {"language": LANGUAGE_NAMES.get(lang, lang)}
    detail = f"{_FORMATS[rendition.media_type]}, {filesizeformat(rendition.size)}"
    return Download(label, detail, f"{address(resource, rendition)}?download=1")


def _renditions(asset: Asset | None) -> list[Rendition]:
    return list(asset.file.renditions.all()) if asset else []


def _caption(asset: Asset) -> Rendition | None:
    return next((one for one in _renditions(asset) if one.purpose == "caption"), None)
