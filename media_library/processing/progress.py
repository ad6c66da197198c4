"""How far a call in the sandbox has come: its child says it, :func:`sandbox.run` reads it. Needs no Django."""

from __future__ import annotations

from pathlib import Path

FILE = ".progress"
_place: list[Path] = []


def tell_in(folder: Path) -> None:
    """From now on this process writes its shares into ``folder``; without it they go nowhere."""
    _place[:] = [folder / FILE]


def say(share: float) -> None:
    """``share`` of the whole, 0 to 1."""
    for path in _place:
        path.write_text(f"{share:.3f}", encoding="ascii")


def heard(folder: Path) -> float | None:
    """What was last said in ``folder``; None for nothing, or for what is being written at this moment."""
    try:
        return float((folder / FILE).read_text("ascii"))
    except (OSError, ValueError):
        return None
