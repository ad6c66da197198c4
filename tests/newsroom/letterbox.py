"""A real mail server on loopback that fails as mail servers do, and remembers what it took."""

from __future__ import annotations

import asyncio
import contextlib
import email
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Letterbox:
    """``trouble``: share of commands that go wrong; ``late``: of answers that come too late for who waits
    ``patience`` seconds; ``nobody``: addresses that are refused for ever.
    """

    trouble: float = 0.0
    late: float = 0.0
    patience: float = 10.0
    nobody: set[str] = field(default_factory=set)
    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    """Address and letter, in the order in which they came, repetitions included."""
    unanswered: set[str] = field(default_factory=set)
    """``Message-ID`` of what was taken although the answer never came."""
    happened: Counter[str] = field(default_factory=Counter)
    chance: random.Random = field(default_factory=lambda: random.Random(57))
    keeps: bool = True
    """Whether whole letters are kept, or only what names them."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.nobody:
            return f"550 5.1.1 <{address}>: there is nobody of this name"
        if self._strikes("refused for now"):
            return "451 4.7.1 Greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        letter = email.message_from_bytes(
            content if isinstance(content, bytes) else content.encode(), policy=default
        )
        if self._strikes("no room"):
            return "452 4.3.1 Out of room"
        if self._strikes("lost before it was kept"):
            return self._hang_up(server)
        taken = self._take(envelope.rcpt_tos[0], letter)
        if self._strikes("answer lost"):
            self.unanswered.add(taken)
            return self._hang_up(server)
        if self.chance.random() < self.late:
            self.happened["answer too late"] += 1
            self.unanswered.add(taken)
            await asyncio.sleep(self.patience * 1.5)
        return "250 2.0.0 Taken"

    def _take(self, address: str, letter: EmailMessage) -> str:
        named = str(letter["Message-ID"])
        if not self.keeps:
            letter = EmailMessage()
            letter["Message-ID"] = named
        self.taken.append((address, letter))
        return named

    def _strikes(self, what: str) -> bool:
        struck = self.chance.random() < self.trouble
        self.happened[what] += struck
        return struck

    @staticmethod
    def _hang_up(server: SMTP) -> str:
        if server.transport is not None:
            server.transport.close()
        return "421 4.4.2 Gone"

    def letters_to(self, address: str) -> list[EmailMessage]:
        """Each once, as a mailbox shows what came twice under one ``Message-ID``."""
        return list({str(one["Message-ID"]): one for to, one in self.taken if to == address}.values())

    @property
    def named(self) -> Counter[str]:
        """How often each letter came."""
        return Counter(str(letter["Message-ID"]) for _to, letter in self.taken)


class _Plain(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="mail.example.org", enable_SMTPUTF8=True, timeout=30)

    def _trigger_server(self) -> None:
        """The system chose the port."""
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextlib.contextmanager
def serving(letterbox: Letterbox) -> Iterator[Letterbox]:
    controller = _Plain(letterbox, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        letterbox.port = controller.port
        yield letterbox
    finally:
        controller.stop()


def send_there(settings: Any, letterbox: Letterbox) -> None:
    """Let the site hand its mail to ``letterbox``."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", letterbox.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.LETTER_TIMEOUT = letterbox.patience
