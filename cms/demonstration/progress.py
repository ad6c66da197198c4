"""How a long load tells where it stands."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    def begin(self, label: str, total: int) -> None:
        """A part with ``total`` steps begins."""

    def step(self) -> None:
        """One step of the part is done."""


class Silent:
    """Tells nobody; for tests and scripts."""

    def begin(self, label: str, total: int) -> None:
        return

    def step(self) -> None:
        return
