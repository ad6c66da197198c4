"""Files of other sites become drafts, once for each address; what is refused is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from media_library.importing import addresses, running, writing
from media_library.importing.problems import told
from media_library.intake.fetching import Manners
from media_library.models import Agency, ImportRun, Resource, StoredFile, User
from media_library.processing import jobs
from tests.factories import make_agency, make_communicator, picture_bytes
from tests.media_library.importing.tables import csv_bytes, imported, somebody
from tests.media_library.intake.sites import Site, plain, site

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def _served() -> Iterator[Site]:
    with site() as one:
        yield one


@pytest.fixture
def other(_served: Site, monkeypatch: pytest.MonkeyPatch, settings: Any, data_folder: Path) -> Site:
    """A site on loopback that the library may ask, by tests alone."""
    _served.asked.clear()
    _served.answers.clear()
    ports = frozenset({80, 443, _served.port})
    settings.FETCH_PORTS = [_served.port]
    asking = Manners(agent="Kho57-test", ports=ports, idle=2, allowed=frozenset({"127.0.0.1"}))
    monkeypatch.setattr(writing, "asking", lambda: asking)
    return _served


def fetched(lines: list[str], *, agency: Agency, by: User, kind: str = "") -> ImportRun:
    run = addresses.begin(lines=lines, kind=kind, agency=agency, by=by, at=timezone.now())
    for _attempt in range(10):
        jobs.Job.objects.exclude(kind__startswith="import_").delete()
        jobs.Job.objects.filter(state="queued").update(run_at=timezone.now())
        if not jobs.run_next(worker="test", at=timezone.now()):
            break
    return ImportRun.objects.get(pk=run.pk)


def told_of(run: ImportRun) -> list[tuple[str, str]]:
    """State and code of the first problem, row by row."""
    return [
        (row.state, row.problems[0]["code"] if row.problems else "") for row in run.rows.order_by("number")
    ]


def test_a_file_becomes_a_draft_that_knows_where_it_came_from(other: Site) -> None:
    agency, by = somebody()
    other.answers["/anh/cau-truong-tien.png?key=secret"] = plain(picture_bytes())
    other.answers["/x"] = plain(picture_bytes(), "Content-Disposition: attachment; filename=ngo-mon.png")
    lines = [other.address("/anh/cau-truong-tien.png?key=secret"), other.address("/x")]
    run = fetched(lines, agency=agency, by=by)
    assert run.state == "done" and told_of(run) == [("created", ""), ("created", "")]
    first, second = Resource.objects.order_by("pk")
    assert (first.title, first.kind, first.agency, first.live) == ("Cau truong tien", "photo", agency, False)
    assert (second.title, second.original.file.original_name) == ("Ngo mon", "ngo-mon.png")
    assert first.original.file.uploaded_by == by
    named = first.identifiers.get()
    assert named.scheme == f"{agency.code}:url" and named.value.startswith(other.address("/anh/"))
    assert "secret" not in named.value, "identifiers are public"


def test_the_same_address_counts_once_within_an_agency(other: Site) -> None:
    agency, by = somebody()
    other.answers["/a.png"] = plain(picture_bytes())
    url = other.address("/a.png")
    fetched([url], agency=agency, by=by)
    again = fetched(
        [f"{url}#part", url, url.replace("http", "HTTP")], agency=agency, by=by, kind="infographic"
    )
    assert told_of(again) == [("unchanged", ""), ("wrong", "same_row"), ("wrong", "same_row")]
    assert again.rows.first().resource == Resource.objects.get() and len(other.asked) == 1
    neighbour = make_agency()
    mine = fetched([url], agency=neighbour, by=make_communicator(neighbour))
    assert told_of(mine) == [("created", "")], "nobody learns what another agency keeps"


def test_each_line_that_is_refused_says_why_and_costs_no_other(other: Site) -> None:
    agency, by = somebody()
    other.answers |= {
        "/good.png": plain(picture_bytes()),
        "/page": plain(b"<!doctype html><html><body>x</body></html>"),
        "/private": plain(b"", "Location: http://169.254.169.254/latest/", status="302 Found"),
        "/short.png": plain(picture_bytes()[:100]),
    }
    lines = ["http://10.0.0.1/", "xin chào", "file:///etc/passwd", *map(other.address, other.answers)]
    run = fetched([*lines, other.address("/none.png")], agency=agency, by=by)
    assert told_of(run) == [
        ("refused", "host_private"),
        ("wrong", "address_signs"),
        ("wrong", "address_scheme"),
        ("created", ""),
        ("refused", "unknown"),
        ("refused", "host_private"),
        ("refused", "truncated"),
        ("refused", "gone"),
    ]
    assert Resource.objects.count() == StoredFile.objects.count() == 1
    assert all(told(row.problems[0]) for row in run.rows.exclude(problems=[]))


def test_a_site_that_is_away_is_asked_three_times_and_can_be_tried_again(other: Site) -> None:
    agency, by = somebody()
    other.answers["/a.png"] = plain(b"", status="503 Service Unavailable")
    run = fetched([other.address("/a.png")], agency=agency, by=by)
    assert told_of(run) == [("refused", "status")] and len(other.asked) == 3
    other.answers["/a.png"] = plain(picture_bytes())
    assert running.again(run, at=timezone.now()) == 1
    jobs.run_all_due()
    assert told_of(run) == [("created", "")]


def test_the_library_asks_no_private_address_by_itself(data_folder: Path, settings: Any) -> None:
    """As it runs: with the manners of the settings, not those of a test."""
    agency, by = somebody()
    with site() as trap:
        settings.FETCH_PORTS = [trap.port]
        run = fetched([trap.address("/a.png"), trap.address("/a.png", host="[::1]")], agency=agency, by=by)
        assert told_of(run) == [("refused", "host_private")] * 2 and trap.asked == []


def test_a_table_names_files_by_address(other: Site) -> None:
    agency, by = somebody()
    other.answers["/a.png"] = plain(picture_bytes())
    table = csv_bytes(
        ["ID", "Kind", "Title", "File"],
        ["1", "infographic", "Từ xa", other.address("/a.png")],
        ["2", "infographic", "Lạ", "http://user@example.vn/a.png"],
    )
    run = imported(table, agency=agency, by=by)
    assert told_of(run) == [("created", ""), ("wrong", "address_user")]
    assert Resource.objects.get().kind == "infographic"
    imported(table, agency=agency, by=by)
    assert len(other.asked) == 1, "what is unchanged is not fetched again"
