"""What is taken is counted once, with the purpose that was declared for it.

The form gives a ticket: a signed address that carries what was declared, for a day, so that a download may break
off and go on with any program. Without a ticket a use is counted where a file is fetched from its beginning.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from cms.newsroom.models import Use
from cms.newsroom.models.use import new_ticket
from media_library.models import Resource
from media_library.reuse import Purpose

VALID = 24 * 3600
"""Seconds in which a download may be begun and resumed."""
_SALT = "kho57.newsroom.ticket"


class NoTicket(ValueError):
    """The ticket is not ours, too old, or for something else."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """What somebody declared: ``user`` is a key or None, ``code`` makes it one use."""

    public_id: str
    offer: str
    purpose: str
    outlet: str
    user: int | None
    code: str

    def signed(self) -> str:
        return signing.dumps(asdict(self), salt=_SALT, compress=True)


def declare(*, resource: Resource, offer: str, purpose: Purpose, outlet: str, user: Any) -> Ticket:
    pk = user.pk if user is not None and user.is_authenticated else None
    return Ticket(resource.public_id, offer, purpose.value, outlet, pk, new_ticket())


def read(text: str, *, resource: Resource, offer: str) -> Ticket:
    """The ticket in ``text`` for this offer. Raises :class:`NoTicket`."""
    try:
        ticket = Ticket(**signing.loads(text, salt=_SALT, max_age=VALID))
    except (signing.BadSignature, TypeError) as error:
        raise NoTicket from error
    if (ticket.public_id, ticket.offer) != (resource.public_id, offer):
        raise NoTicket
    return ticket


def count(
    *, resource: Resource, offer: str, at: datetime, user: Any = None, ticket: Ticket | None = None
) -> None:
    """Note a use; of the same ticket none but the first, whichever part comes first."""
    known = user is not None and user.is_authenticated
    row = Use(resource=resource, offer=offer[:60], at=at, user_id=user.pk if known else None)
    if ticket is not None:
        row.purpose, row.outlet, row.ticket = ticket.purpose, ticket.outlet, ticket.code
    Use.objects.bulk_create([row], ignore_conflicts=True)


def begins(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether ``response`` gives a file from its beginning: a part further on belongs to an earlier use."""
    if request.method != "GET":
        return False
    if response.status_code == HTTPStatus.OK:
        return True
    part = response.get("Content-Range", "")
    return response.status_code == HTTPStatus.PARTIAL_CONTENT and part.startswith("bytes 0-")


def sends(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether ``response`` gives any part of a file."""
    return request.method == "GET" and response.status_code in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT)
