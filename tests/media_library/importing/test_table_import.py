from __future__ import annotations
import pytest
from media_library.models import *
from media_library.models import Identifier
from wagtail.models import Revision
from tests.media_library.importing.tables import *

pytestmark = pytest.mark.django_db

def test_rows_become_drafts() -> None:
    agency, by = somebody()
    run = imported(csv_bytes(HEAD, *(line(n) for n in range(5))), agency=agency, by=by)
    print(run.state, run.problem, run.counts(), list(run.rows.values("problems")), jobs.Job.objects.values("kind","state","error"))
    assert run.counts()["created"] == 5
    r = Resource.objects.first()
    print(r.latest_revision.content)
    print(Identifier.objects.values_list())
    assert False
