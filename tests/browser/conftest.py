"""Sites to look at: an empty one with people, and the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.demo_site import demo
from tests.browser.running import PASSWORD, Running, running

__all__ = ["demo", "site"]

PEOPLE = f"""
from tests.factories import *
from media_library.models import *
from cms.sections.models import Section
commune = make_agency("UBND xã A Lưới 1", code="XA-20056", type="commune")
other = make_agency("Sở khác", code="SO-99")
for user in (make_communicator(commune, "truyenthong"), make_editor(commune, "bientap"), make_lead("chutri")):
    user.set_password({PASSWORD!r})
    user.save()
audience("students", "Học sinh, sinh viên", "Students")
citizens = audience("citizens", "Người dân", "Citizens")
topic("ky-nang-so", "Kỹ năng số", "Digital skills")
section = Section.objects.create(agency=commune, slug="ban-tin-xa", title="Bản tin của xã", limit=6)
section.audiences.add(citizens)
section.save()
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("site")
    with running(folder, populate=PEOPLE) as started:
        yield started
