"""The code a webmaster pastes, and the choices it is made of.

What is pasted stays pasted: an address or a parameter that was ever given out must keep working.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from urllib.parse import urlencode

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cms.sections import accent
from cms.sections.entries import absolute
from cms.sections.models import Layout

THEMES = ("light", "dark", "auto")
DEFAULT_ACCENT = "4f2a80"
HEIGHTS = {"list": 640, "cards": 560, "feature": 720, "resource": 420}
"""Pixels to reserve before the frame says how tall it is; measured at a width of 480."""


@dataclass(frozen=True)
class Choices:
    """What was chosen in the builder; anything unknown has become the default."""

    language: str
    layout: str
    theme: str
    accent: accent.Accent
    with_title: bool = True
    limit: int | None = None
    wrong_colour: str = ""

    @classmethod
    def parse(cls, query: Mapping[str, str], *, language: str, layout: str) -> Choices:
        """From the query of the builder. Bad values give the default, never an error."""
        theme = query.get("theme", "")
        theme = theme if theme in THEMES else "light"
        typed = query.get("accent_other", "").strip() if query.get("accent") == "other" else ""
        wished = typed or query.get("accent", "")
        colour = accent.parse(wished)
        shown = query.get("language", "")
        return cls(
            language=shown if shown in ("vi", "en") else language,
            layout=query["layout"] if query.get("layout") in Layout.values else layout,
            theme=theme,
            accent=accent.choose(colour or DEFAULT_ACCENT, theme=theme),
            with_title=query.get("title") != "0",
            limit=_limit(query.get("limit", "")),
            wrong_colour=typed[:20] if typed and not colour else "",
        )

    def query(self, *, own_layout: str) -> str:
        """The parameters of the frame's address; what is the default is left out."""
        chosen: dict[str, str] = {}
        if self.layout != own_layout:
            chosen["layout"] = self.layout
        if self.theme != "light":
            chosen["theme"] = self.theme
        if self.accent.asked != DEFAULT_ACCENT:
            chosen |= {"accent": self.accent.light, "dark": self.accent.dark}
        if self.limit:
            chosen["limit"] = str(self.limit)
        if not self.with_title:
            chosen["title"] = "0"
        return urlencode(chosen)


def _limit(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= 50 else None


def section_frame_url(address: str, *, choices: Choices, own_layout: str, asked: str = "") -> str:
    """Address of the frame of a section or another selection; ``asked`` is the query of a search."""
    folder = "" if choices.language == "vi" else f"{choices.language}/"
    query = "&".join(filter(None, (asked, choices.query(own_layout=own_layout))))
    return absolute(f"/embed/{address}/{folder}") + (f"?{query}" if query else "")


def resource_frame_url(public_id: str, *, choices: Choices) -> str:
    folder = "" if choices.language == "vi" else f"{choices.language}/"
    query = choices.query(own_layout=choices.layout)
    return absolute(f"/embed/r/{public_id}/{folder}") + (f"?{query}" if query else "")


def component_height(*, layout: str, number: int) -> int:
    """Pixels to reserve for the component with ``number`` resources, at a width of 480; what is more waits
    behind a button."""
    if layout == Layout.CARDS:
        return 110 + 230 * ceil(number / 2)
    lead = 330 if layout == Layout.FEATURE else 0
    return 100 + lead + 112 * number


_PLACE = "display:block;contain:inline-size;contain-intrinsic-width:240px"
"""So that the column of a table is as wide before the script has come as after."""


def component_code(
    *,
    address: str,
    frame_url: str,
    page_url: str,
    title: str,
    choices: Choices,
    height: int,
    integrity: tuple[str, str] | None = None,
) -> SafeString:
    """The lines to paste for the web component; ``integrity`` is path and sum of a version that stays.

    Inside stands what is shown until there is a list: a link, and the frame where no script may run.
    """
    dress = f"{_PLACE};min-height:{height}px"
    if choices.accent.asked != DEFAULT_ACCENT:
        dress += f";--k57-accent:#{choices.accent.light};--k57-accent-dark:#{choices.accent.dark}"
    wished = {
        "lang": choices.language,
        "layout": choices.layout,
        "theme": choices.theme if choices.theme != "light" else "",
        "limit": str(choices.limit or ""),
    }
    attributes = format_html_join("", ' {}="{}"', ((name, value) for name, value in wished.items() if value))
    return format_html(
        '<kho57-section section="{}"{}{} style="{}">\n<a href="{}">{}</a>\n'
        '<noscript><iframe src="{}" title="{}" style="width:100%;height:{}px;border:0"></iframe></noscript>\n'
        "</kho57-section>\n{}",
        address,
        attributes,
        SafeString("" if choices.with_title else " untitled"),
        dress,
        page_url,
        title,
        frame_url,
        title,
        height,
        _script(integrity),
    )


def _script(integrity: tuple[str, str] | None) -> SafeString:
    if integrity is None:
        return format_html('<script src="{}" async></script>', absolute("/embed/kho57-section.js"))
    path, checksum = integrity
    line = '<script src="{}" integrity="{}" crossorigin="anonymous" async></script>'
    return format_html(line, absolute(path), checksum)


def code(*, url: str, title: str, height: int) -> SafeString:
    """The lines to paste: a frame that works alone, and the script that lets it grow."""
    return format_html(
        '<iframe src="{}" title="{}" loading="lazy" style="width:100%;height:{}px;border:0"></iframe>\n'
        '<script src="{}" async></script>',
        url,
        title,
        height,
        absolute("/embed/kho57-frame.js"),
    )
