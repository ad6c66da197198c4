"""A journalist asks: with an account, or with a work address that a signed link confirms first.

Until the link is opened there is no account and nothing for anyone to read; whether an address is known to the
library is told to nobody but to who opens a letter sent there.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction

from cms.newsroom.accreditation import letters
from cms.newsroom.models import Accreditation
from media_library.models import User

CONFIRM_WITHIN = timedelta(days=2)
_SALT = "kho57.newsroom.accreditation"
_STATE = Accreditation.State


class Waiting(Exception):
    """A request of this person waits already."""


class Taken(Exception):
    """Somebody has taken this address as their login name in the meantime."""


class LinkEnded(ValueError):
    """Not a link of ours, too old, or its request is gone."""


def ask(given: dict[str, Any], *, user: Any, lang: str, at: datetime) -> Accreditation:
    """Keep a request: of ``user`` it waits at once, of anybody else until the address is confirmed.

    ``given``: of a valid form. Raises :class:`Waiting`.
    """
    known = user if user.is_authenticated else None
    state = _STATE.WAITING if known else _STATE.UNCONFIRMED
    row = Accreditation(user=known, state=state, language=lang, asked_at=at, **given)
    if known is None:
        row.save()
        letters.to_confirm(row, token=signing.dumps(row.pk, salt=_SALT))
    else:
        row.email = row.email or known.email
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise Waiting from error
        letters.to_the_lead(row)
    return row


def asked_by(token: str) -> Accreditation:
    """The request whose address the holder of ``token`` reads. Raises :class:`LinkEnded`."""
    try:
        key = signing.loads(token, salt=_SALT, max_age=CONFIRM_WITHIN)
        return Accreditation.objects.get(pk=key)
    except (signing.BadSignature, Accreditation.DoesNotExist) as error:
        raise LinkEnded from error


def holder_of(email: str) -> User | None:
    """Whose account has this address."""
    found = User.objects.filter(email__iexact=email).order_by("-is_active", "pk").first()
    return found or User.objects.filter(username__iexact=email).first()


def confirm(row: Accreditation, *, user: User) -> None:
    """Let the request of a confirmed address wait, as that of ``user``, once. Raises :class:`Waiting`."""
    unconfirmed = Accreditation.objects.filter(pk=row.pk, state=_STATE.UNCONFIRMED)
    try:
        with transaction.atomic():
            changed = unconfirmed.update(user=user, state=_STATE.WAITING)
    except IntegrityError as error:
        raise Waiting from error
    row.refresh_from_db()
    if changed:
        letters.to_the_lead(row)


def open_account(row: Accreditation, *, password: str) -> User:
    """An account whose login name is the confirmed address. Raises :class:`Taken`, :class:`Waiting`."""
    family, _space, given = row.name.partition(" ")
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                row.email, row.email, password, last_name=family if given else "", first_name=given or family
            )
    except IntegrityError as error:
        raise Taken from error
    confirm(row, user=user)
    return user
