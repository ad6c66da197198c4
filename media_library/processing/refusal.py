"""How code that opens untrusted media says that it will not take a file. Needs no Django."""

from __future__ import annotations


class Refusal(Exception):
    """The file itself is at fault: opening it again will end the same way.

    ``code`` is a word that :mod:`media_library.intake.rejection` turns into a sentence; ``facts`` are its
    figures (JSON values).
    """

    def __init__(self, code: str, **facts: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
