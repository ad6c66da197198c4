"""How to name a resource as a source: a sentence, BibTeX, RIS."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from media_library.models import Resource


@dataclass(frozen=True, slots=True)
class Citation:
    """What every form of citation is made of. ``year`` is that of the first publication."""

    resource: Resource
    agency: str
    url: str

    @property
    def date(self) -> str:
        """First publication as an ISO date in local time, or empty for a draft."""
        moment = self.resource.published_at
        return timezone.localtime(moment).date().isoformat() if moment else ""

    def plain(self) -> str:
        day = "/".join(reversed(self.date.split("-")))
        told = _("%(agency)s (%(day)s). %(title)s. Kho 57. %(url)s")
        return told % {"agency": self.agency, "day": day, "title": self.resource.title, "url": self.url}

    def bibtex(self) -> str:
        """A ``@misc`` entry; braces and backslashes of the data are taken out."""
        fields = {
            "title": self.resource.title,
            "author": f"{{{_braceless(self.agency)}}}",
            "year": self.date[:4],
            "date": self.date,
            "publisher": "Kho 57",
            "url": self.url,
            "language": self.resource.language,
        }
        lines = [
            f"  {name} = {{{value if name == 'author' else _braceless(value)}}},"
            for name, value in fields.items()
            if value
        ]
        return "\n".join([f"@misc{{{self.resource.public_id},", *lines, "}", ""])

    def ris(self) -> str:
        """RIS, lines ended with CR LF as its specification asks."""
        types = {"video": "VIDEO", "podcast": "SOUND", "infographic": "FIGURE", "photo": "ART"}
        fields = [
            ("TY", types.get(self.resource.kind, "ELEC")),
            ("TI", self.resource.title),
            ("AU", self.agency),
            ("PY", self.date[:4]),
            ("DA", self.date.replace("-", "/")),
            ("PB", "Kho 57"),
            ("LA", self.resource.language),
            ("AB", self.resource.summary),
            ("UR", self.url),
            ("ER", ""),
        ]
        return "".join(f"{name}  - {' '.join(value.split())}\r\n" for name, value in fields)


def _braceless(text: str) -> str:
    return re.sub(r"[{}\\]", "", text)
