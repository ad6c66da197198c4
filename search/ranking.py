"""What besides the words decides the order: every boost, named once. Figures: docs/decisions/0070.

The score of the words is multiplied by ``1 + FRESHNESS·f + COMPLETENESS·c + USE·u``, each of f, c and u
between 0 and 1: together they never lift a resource over one that fits half as well again.
"""

from __future__ import annotations

from datetime import datetime

FRESHNESS = 0.08
"""Of something published today; half of it after :data:`HALF_LIFE` days."""
HALF_LIFE = 365
"""f = 1 / (1 + age in days / HALF_LIFE): gentle, and the same arithmetic in SQL and in Elasticsearch."""
COMPLETENESS = 0.06
"""c is :attr:`search.engines.contract.Document.worth`."""
USE = 0.06
MOST_USES = 1_000
"""u = min(uses, MOST_USES) / (min(uses, MOST_USES) + HALF_USES): bounded, so that fame does not feed itself."""
HALF_USES = 50
PICKED = 1_000_000.0
"""Score of the first of :attr:`search.engines.contract.Ask.first`; each further one has STEP less."""
STEP = 2_000.0
MOST_FIRST = 120
"""Keys that may be put first: the last of them is still far above any score of words."""


def today(at: datetime) -> int:
    """Milliseconds of 1970 of the day of ``at``: freshness stands still within a day, so pages fit together."""
    return int(at.timestamp()) // 86_400 * 86_400_000


def freshness(published: datetime, at: datetime) -> float:
    """f of something published at ``published``, as the engines reckon it on the day of ``at``."""
    days = max(0.0, (today(at) - published.timestamp() * 1000) / 86_400_000)
    return HALF_LIFE / (HALF_LIFE + days)


def usefulness(uses: int) -> float:
    """u of something used ``uses`` times."""
    bounded = min(uses, MOST_USES)
    return bounded / (bounded + HALF_USES)
