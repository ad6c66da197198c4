"""Plugin of pytest for runs in which SlipCover counts: it counts where tests run, and its probes stay there.

SlipCover takes passed probes out again when one of them was hit 50 times more, and goes through every function
of every module for that; pytest-xdist's processes are not told ``--threshold``. To hit a probe again costs less.
Read before the product is imported: each probe is told the threshold when it is made.

The process that hands the tests out runs none: it puts no probes into the product (seven seconds in which
nobody tests). Modules that nothing imports are added by one process of the tests.
"""

from __future__ import annotations

import os
import sys

import pytest
from slipcover import pytest_plugin
from slipcover.importer import SlipcoverMetaPathFinder

NEVER = 10**9
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if pytest_plugin._slipcover_instance is not None:
    pytest_plugin._slipcover_instance.d_miss_threshold = NEVER
    if WORKER != "gw0":
        pytest_plugin._slipcover_instance.source = None


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Before pytest-django imports the product."""
    if early_config.known_args_namespace.numprocesses and not WORKER:
        for finder in [each for each in sys.meta_path if isinstance(each, SlipcoverMetaPathFinder)]:
            finder.sci.source = None
            sys.meta_path.remove(finder)
