"""Sites that may show a section: how they are written, and the header that holds browsers to it.

CSP Level 3, 6.4.2 (frame-ancestors): a source without a scheme would not match a site still on http, so
both schemes are named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_HOST = re.compile(
    r"(\*\.)?(?=[^:]{1,253}(:|$))([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
    r"(:(\d{1,5}|\*))?"
)
MAX_HOSTS = 40


def parse(text: str) -> list[str]:
    """Sites from lines as people paste them (whole addresses, any case); each once, in order.

    Raises :class:`ValidationError` naming every line that is not a site.
    """
    found: dict[str, None] = {}
    wrong = []
    for line in filter(None, (each.strip() for each in re.split(r"[\n,;]", text))):
        host = _host_in(line)
        if host is None:
            wrong.append(line)
        else:
            found[host] = None
    if wrong:
        raise ValidationError(
            _("This is not the address of a site: %(lines)s. Write it like skhcn.hue.gov.vn, one a line.")
            % {"lines": ", ".join(each[:80] for each in wrong[:5])}
        )
    if len(found) > MAX_HOSTS:
        raise ValidationError(_("At most %(count)d sites.") % {"count": MAX_HOSTS})
    return list(found)


def _host_in(line: str) -> str | None:
    bare = re.sub(r"^https?://", "", line, flags=re.IGNORECASE).split("/", 1)[0].lower()
    try:
        bare = bare.encode("ascii").decode() if bare.isascii() else bare.encode("idna").decode()
    except UnicodeError:
        return None
    return bare if _HOST.fullmatch(bare) else None


def frame_ancestors(hosts: Iterable[str]) -> str:
    """The value of ``frame-ancestors``; every site where ``hosts`` is empty."""
    listed = [f"{scheme}://{host}" for host in hosts for scheme in ("https", "http")]
    return " ".join(["'self'", *listed]) if listed else "*"
