"""Numbers in square brackets within an article, and the numbered sources they stand for, linked both ways."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

_TAG = re.compile(r"(<[^>]*>)")
_NUMBER = re.compile(r"\[(\d{1,3})\]")


@dataclass(slots=True)
class Numbers:
    """``known`` sources of one article, and which of them the text has named so far."""

    known: int
    named: set[int] = field(default_factory=set)

    def linked(self, markup: str) -> SafeString:
        """``markup`` (safe HTML) with ``[1]`` as a link to the first source; not within other links.

        A number without a source stays as it is written. The first link of each is where the source leads
        back to.
        """
        out, depth = [], 0
        for part in _TAG.split(markup):
            if part.startswith("<"):
                depth += part.startswith("<a ") - part.startswith("</a")
                out.append(part)
            else:
                out.append(part if depth > 0 else _NUMBER.sub(self._link, part))
        return mark_safe("".join(out))

    def _link(self, found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= self.known:
            return found[0]
        mark = "" if number in self.named else format_html(' id="{}"', f"trich-{number}")
        self.named.add(number)
        return format_html('<sup><a{} href="#{}">[{}]</a></sup>', mark, f"nguon-{number}", number)
