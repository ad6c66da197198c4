"""Stopping all letters without signing in: an address that only the letter names.

RFC 8058: the address in ``List-Unsubscribe`` takes a POST without cookie, form or redirection; whoever only looks
(a GET, as by a program that tries links) stops nothing.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import override

_SALT = "kho57.newsroom.stop"
ONE_CLICK = "List-Unsubscribe=One-Click"


def _signer() -> signing.Signer:
    return signing.Signer(sep=".", salt=_SALT)


class NotOurs(ValueError):
    """The token was not made here."""


def token_of(person_id: int) -> str:
    """Valid for ever: a letter may be opened years later."""
    return _signer().sign(str(person_id))


def read(token: str) -> int:
    """The key of the person. Raises :class:`NotOurs`."""
    try:
        return int(_signer().unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise NotOurs from error


def address(person_id: int, *, language: str) -> str:
    with override(language):
        path = reverse("newsroom:stop", kwargs={"token": token_of(person_id)})
    return f"{settings.PUBLIC_BASE_URL}{path}"


def headers(person_id: int, *, language: str) -> dict[str, str]:
    """What a letter carries so that programs for mail offer to stop it (RFC 2369, RFC 8058)."""
    ways = [f"<{address(person_id, language=language)}>"]
    if settings.UNSUBSCRIBE_MAIL:
        ways.append(f"<mailto:{settings.UNSUBSCRIBE_MAIL}?subject={token_of(person_id)}>")
    return {"List-Unsubscribe": ", ".join(ways), "List-Unsubscribe-Post": ONE_CLICK}
