"""An article of the manifest as the blocks of a resource's body."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.html import format_html

from media_library.models import Resource

Block = tuple[str, Any]


def blocks(rows: tuple[dict[str, Any], ...], *, shown_by: Callable[[str], Resource | None]) -> list[Block]:
    """The body; ``shown_by`` gives the published resource whose main file has a path of the manifest.

    A picture whose resource is not there is left out: an article never shows a file of its own.
    """
    return [block for row in rows for block in _block(row["type"], row["value"], shown_by)]


def _block(kind: str, value: Any, shown_by: Callable[[str], Resource | None]) -> Iterator[Block]:
    if kind == "paragraph":
        yield "paragraph", format_html("<p>{}</p>", value)
    elif kind == "list":
        entries = {"ordered": value["ordered"], "start": value.get("start"), "entries": value["items"]}
        yield "list", entries
    elif kind == "image":
        if resource := shown_by(value["path"]):
            yield "picture", {"resource": resource, "alt": value["alt"], "caption": value["caption"]}
    else:
        yield kind, value
