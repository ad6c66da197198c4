"""Plugin of pytest for runs in which SlipCover counts: probes stay where they are in a test process.

SlipCover takes passed probes out again when one of them was hit 50 times more, and goes through every function
of every module for that; pytest-xdist's processes are not told ``--threshold``. To hit a probe again costs less.
Read before the product is imported: each probe is told the threshold when it is made.
"""

from __future__ import annotations

from slipcover import pytest_plugin

NEVER = 10**9

if pytest_plugin._slipcover_instance is not None:
    pytest_plugin._slipcover_instance.d_miss_threshold = NEVER
