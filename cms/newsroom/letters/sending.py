"""Handing letters to the mail server, one connection for many, each exactly once as far as SMTP can say so.

A server may take a letter and its answer be lost; then it is sent once more under the same ``Message-ID``, for to
lose one is worse than to repeat it (RFC 5321, 4.5.4.1, 6.1). What is refused for ever (5yz) is kept for the lead
department; what is refused for now (4yz), or not answered, is tried again after growing pauses.
"""

from __future__ import annotations

import logging
import re
import smtplib
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from cms.newsroom.letters import outbox, writing
from cms.newsroom.models import Letter, LetterState

logger = logging.getLogger(__name__)
_ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_PERMANENT = range(500, 600)


class NoServer(OSError):
    """Nobody takes mail at the address in EMAIL_URL, or it does not let us in."""


@dataclass(frozen=True)
class Refusal:
    """Why a letter was not taken: ``for_ever``, or for now; ``lost``: the connection is of no use any more."""

    problem: str
    for_ever: bool = False
    lost: bool = True


class Line:
    """A connection to the mail server that is opened when it is needed, and anew after it broke."""

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> Line:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def hand_over(self, mail: EmailMessage) -> Refusal | None:
        """None where it was taken. Raises :class:`NoServer`."""
        self._open()
        try:
            self._connection.send_messages([mail])
        except (smtplib.SMTPException, OSError) as error:
            refusal = refusal_of(error)
            if refusal.lost:
                self._close()
            return refusal
        return None

    def _open(self) -> None:
        if self._connection is None:
            connection = get_connection(timeout=settings.LETTER_TIMEOUT)
            try:
                connection.open()
            except (smtplib.SMTPException, OSError) as error:
                raise NoServer(type(error).__name__) from error
            self._connection = connection

    def _close(self) -> None:
        if self._connection is not None:
            try:
                self._connection.close()
            except (smtplib.SMTPException, OSError):
                logger.info("mail_line_broke_at_its_end")
            self._connection = None


def drain(at: datetime) -> int:
    """Send the next letters that are due at ``at``; returns how many were taken up."""
    letters = outbox.claim(at)
    if letters:
        with Line() as line:
            _send(line, letters, at=at)
    return len(letters)


def _send(line: Line, letters: list[Letter], *, at: datetime) -> None:
    """What is written and whether its reader wants it is looked up for each, right before it goes."""
    for place, letter in enumerate(letters):
        try:
            mail = writing.written(letter, at=at)
        except Exception:  # one that cannot be written holds no other up
            logger.exception("letter_not_written", extra={"letter": letter.pk})
            outbox.later(letter, at=at, problem="unwritten")
            continue
        if mail is None:
            outbox.end(letter, LetterState.DROPPED, at=at)
            continue
        try:
            refusal = line.hand_over(mail)
        except NoServer as error:
            logger.warning("no_mail_server", extra={"problem": str(error), "waiting": len(letters) - place})
            outbox.put_back(letters[place:], at=at)
            return
        _keep(letter, refusal, at=at)


def _keep(letter: Letter, refusal: Refusal | None, *, at: datetime) -> None:
    if refusal is None:
        outbox.end(letter, LetterState.SENT, at=at)
    elif refusal.for_ever:
        outbox.end(letter, LetterState.REFUSED, at=at, problem=refusal.problem)
    else:
        outbox.later(letter, at=at, problem=refusal.problem)


def refusal_of(error: Exception) -> Refusal:
    """What an answer of the mail server means for this one letter.

    Only an answer about the reader or the letter itself is final; one about us (sender, login) will be mended.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, said = next(iter(error.recipients.values()))
        return Refusal(_codes(code, said), for_ever=code in _PERMANENT, lost=code == 421)
    if isinstance(error, smtplib.SMTPDataError):
        code = error.smtp_code
        return Refusal(_codes(code, error.smtp_error), for_ever=code in _PERMANENT, lost=code == 421)
    if isinstance(error, smtplib.SMTPResponseException):
        return Refusal(_codes(error.smtp_code, error.smtp_error))
    return Refusal(type(error).__name__)


def _codes(code: int, said: bytes | str) -> str:
    """``550 5.1.1`` of an answer; its words may hold an address, and are left aside."""
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    enhanced = _ENHANCED.search(text)
    return f"{code} {enhanced[0]}" if enhanced else str(code)
