from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from media_library.models import Agency
from tests.factories import make_agency, make_communicator
from tests.media_library.conftest import data_folder

__all__ = ["data_folder"]


@pytest.fixture
def agency(data_folder: Path) -> Agency:
    """An agency whose files lie in the test's own folder."""
    return make_agency()


@pytest.fixture
def ours(client: Client, agency: Agency) -> Client:
    """Signed in as its communicator."""
    client.force_login(make_communicator(agency))
    return client
