"""What is done first: the lower the number, the sooner. Needs no Django.

What people wait for comes before what only makes it better, and of that the small before the large: two
hundred pictures are not held up by one long film. What comes :data:`LATER` has a worker's thread of its own, so
that it neither holds up the rest nor waits for ever.
"""

from __future__ import annotations

FIRST = 10
"""From here on: everything that a file needs before it can be shown and published."""
ORDINARY = 50
AFTERWARDS = 80
"""From here on: the ladder of a film, even loudness of a sound."""
LAST = 90
"""From here on, of that: what few take, the copy of a sound for radio stations."""
BACKLOG = 100
"""From here on: the same for what was stored before it was made."""
LATER = range(AFTERWARDS, 1 << 15)
PROMPT = range(AFTERWARDS)
_SMALL = 64 * 1024
_CLASSES = 10


def for_size(base: int, size: int) -> int:
    """``base`` to ``base + 9`` for a file of ``size`` bytes: a step for each fourfold, from 64 KiB to 4 GiB."""
    steps = max(0, (size // _SMALL).bit_length() // 2)
    return base + min(steps, _CLASSES - 1)
