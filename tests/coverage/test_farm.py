"""63 agencies' sites, each of another kind: every verdict, and the figures of the page by hand."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jsonschema import Draft202012Validator

from cms.coverage import judging, visiting
from cms.coverage.models import Place, Standing, Verdict
from cms.coverage.serving import serving
from cms.notifying import serving as witnesses
from cms.sections.models import SectionShown
from media_library.intake.fetching import Manners
from media_library.models import Agency, Resource
from media_library.processing import jobs
from tests import factories as make
from tests.media_library.intake.sites import Answer, Site, leading_to, plain, site
from tests.sections.making import make_section

pytestmark = pytest.mark.django_db
US = "https://kho57.example"
BEFORE = "http://kho.hue.example/thu-vien"


class Farm(dict[str, Answer]):
    """One server, many sites: answers stand under host and path, whatever the port."""

    told: Site

    def get(self, path: str, default: Any = None) -> Any:
        asked = next(one for one in reversed(self.told.asked) if one.split(b" ")[1:2] == [path.encode()])
        head = asked.decode("latin-1").lower()
        host = head.partition("\r\nhost: ")[2].partition("\r\n")[0].partition(":")[0]
        return super().get(host + path, default)


@pytest.fixture(scope="module")
def _served() -> Iterator[Site]:
    with site() as one:
        yield one


@pytest.fixture
def farm(_served: Site, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> Farm:
    settings.DATA_DIR, settings.PUBLIC_BASE_URL = tmp_path, US
    settings.EARLIER_BASE_URLS, settings.FETCH_PORTS = [BEFORE], [_served.port]
    asking = Manners(
        agent="Kho57 (+test)",
        ports=frozenset({80, 443, _served.port}),
        idle=0.5,
        allowed=frozenset({"127.0.0.1"}),
        resolve=lambda _host: ["127.0.0.1"],
    )
    monkeypatch.setattr(visiting, "asking", lambda: asking)
    monkeypatch.setattr(visiting, "SECONDS", 1)
    _served.answers = farm = Farm()
    farm.told = _served
    _served.asked.clear()
    return farm


def page(inside: str, *headers: str) -> bytes:
    return plain(f"<!doctype html><title>57</title><p>{inside}</p>".encode(), *headers)


def keep_silent(line: socket.socket) -> None:
    time.sleep(0.8)


def place(farm: Farm, host: str, answer: Answer | None, **fields: Any) -> Place:
    if answer is not None:
        farm[f"{host}/57"] = answer
    url = f"http://{host}:{farm.told.port}/57"
    agency = fields.pop("agency", None) or make.make_agency(type=fields.pop("type", "ward"))
    return Place.objects.create(agency=agency, url=url, **fields)


def visit_all() -> None:
    at = timezone.now()
    visiting.order_due(at)
    jobs.Job.objects.exclude(kind=visiting.VISIT).delete()
    jobs.run_all_due(at=at)


def serving_places(public_id: str) -> list[Place]:
    return [one.place for one in serving(public_id, at=timezone.now()) if one.place]


def resource(days_old: int) -> Resource:
    made = make.make_published()
    Resource.objects.filter(pk=made.pk).update(first_published_at=timezone.now() - timedelta(days=days_old))
    return made


def kinds_of_sites(fresh: Resource, old: Resource, full: str, bare: str) -> dict[str, tuple[Answer, str]]:
    """What a site answers, and the verdict that a person would give."""
    gone = f"{US}/vi/r/k57-0000-0000/x/"
    return {
        "frame": (page(f'<iframe src="{US}/embed/{full}/?layout=cards"></iframe>'), "live"),
        "lazy": (page(f'<iframe data-src="{US}/embed/{full}/en/"></iframe>'), "live"),
        "component": (page(f'<kho57-section section="{full}"></kho57-section>'), "live"),
        "link": (page(f'<a href="{US}/vi/r/{fresh.public_id}/x/">x</a>'), "live"),
        "feed": (page(f'<link rel=alternate href="{US}/feeds/{full}/rss.xml">'), "live"),
        "page": (page(f"<a href='{US}/vi/s/{full}/'>x</a>"), "live"),
        "earlier": (page(f'<a href="{BEFORE}/vi/r/{fresh.public_id}/x/">x</a>'), "live"),
        "broken": (
            plain(b"\xff\x00<a <b href=" + f"{US}/embed/r/{fresh.public_id}/".encode() + b">"),
            "live",
        ),
        "stale": (page(f'<a href="{US}/en/r/{old.public_id}/x/">x</a>'), "stale"),
        "empty": (page(f'<iframe src="{US}/embed/{bare}/"></iframe>'), "empty"),
        "withdrawn": (page(f'<a href="{gone}">x</a>'), "empty"),
        "bare": (page("Chưa có gì"), "missing"),
        "script": (page('<div id="app"></div><script src="/app.js"></script>'), "missing"),
        "comment": (page(f"<!-- {US}/embed/{full}/ --> {US}/embed/{full}/"), "missing"),
        "lookalike": (page(f'<a href="{US}.evil.example/embed/{full}/">x</a>'), "missing"),
        "gone": (plain(b"", status="404 Not Found"), "unreachable"),
        "failing": (plain(b"", status="503 Busy"), "unreachable"),
        "huge": (page("x" * 1_100_000), "unreachable"),
        "inward": (leading_to("http://169.254.169.254/latest/"), "unreachable"),
        "nonsense": (b"\x00\x01\x02\r\n\r\n", "unreachable"),
        "deep": (page("<div>" * 150_000), "missing"),
    }


def test_every_verdict_and_every_figure(farm: Farm, settings: Any) -> None:
    Agency.objects.all().delete()
    host_agency = make.make_agency(type="department")
    fresh, old = resource(3), resource(31)
    Agency.objects.exclude(pk=host_agency.pk).update(successor=host_agency)
    full, bare = (make_section(agency=host_agency, slug=slug).address for slug in ("day", "rong"))
    for address, keys in ((full, [fresh.pk, old.pk]), (bare, [])):
        SectionShown.objects.update_or_create(
            address=address, defaults={"resource_ids": keys, "rendered_at": timezone.now()}
        )
    kinds = kinds_of_sites(fresh, old, full, bare)
    wanted: dict[int, str] = {host_agency.pk: "missing"}  # has named no page
    for number in (1, 2):
        for name, (answer, verdict) in kinds.items():
            wanted[place(farm, f"{name}-{number}.example", answer).agency_id] = verdict
    slow = place(farm, "slow.example", keep_silent)
    moved = place(farm, "moved.example", leading_to("/moi"))
    farm["moved.example/moi"] = kinds["frame"][0]
    shy = place(farm, "shy.example", kinds["frame"][0])
    farm["shy.example/robots.txt"] = plain(b"User-agent: Kho57\nDisallow: /")
    wanted |= {slow.agency_id: "unreachable", moved.agency_id: "live", shy.agency_id: "unreachable"}
    patient = place(farm, "patient.example", kinds["stale"][0], days=60)
    second = place(farm, "second.example", kinds["gone"][0])
    place(farm, "second-b.example", kinds["link"][0], agency=second.agency)
    wanted |= {patient.agency_id: "live", second.agency_id: "live"}
    while len(wanted) < 63:
        wanted[make.make_agency(type="commune").pk] = "missing"
    visit_all()

    found = judging.lines()
    assert {line.agency.pk: line.verdict.value for line in found} == wanted
    by_hand = {"live": 2 * 8 + 3, "stale": 2, "empty": 4, "unreachable": 10 + 2, "missing": 10 + 16}
    assert sum(by_hand.values()) == 63
    assert {verdict: list(wanted.values()).count(verdict) for verdict in by_hand} == by_hand

    told = Client().get("/vi/coverage/coverage.json").json()
    schema = json.loads((Path(settings.BASE_DIR) / "docs/schemas/coverage.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(told)
    assert (told["live"], told["total"], len(told["agencies"])) == (19, 63, 63)
    body = Client().get("/vi/coverage/").content.decode()
    assert '<b class="num">19/63</b>' in body
    assert body.count("state state--live") == 19 and body.count("state state--stale") == 2
    assert len(Client().get("/vi/coverage/coverage.csv").content.decode().strip().splitlines()) == 64
    assert not [path for path in farm.told.paths if "latest" in path]
    assert "shy.example" not in "".join(
        asked.decode("latin-1") for asked in farm.told.asked if b"GET /57" in asked
    )
    assert Place.objects.get(pk=shy.pk).problem and Place.objects.get(pk=slow.pk).problem
    assert {one.host for one in serving_places(old.public_id)} >= {"stale-1.example", "frame-1.example"}
    assert "bare-1.example" not in {one.host for one in serving_places(old.public_id)}


def test_one_host_is_asked_once_at_a_time_and_a_lost_visit_is_made_again(farm: Farm) -> None:
    agency = make.make_agency()
    for path in ("a", "b"):
        Place.objects.create(agency=agency, url=f"http://one.example:{farm.told.port}/{path}")
    Place.objects.create(agency=agency, url=f"http://two.example:{farm.told.port}/")
    at = timezone.now()
    assert visiting.order_due(at) == 2
    assert visiting.order_due(at) == 0, "one host is busy, the other waits for its worker"
    later = at + visiting.CLAIM
    assert visiting.order_due(later) == 1, "what is in the queue stays there once: the other page of one host"
    jobs.Job.objects.filter(kind=visiting.VISIT).update(state="failed")
    assert visiting.order_due(later + visiting.CLAIM) == 2, "nobody came back"


def test_a_page_that_was_looked_at_meanwhile_is_not_asked_again(farm: Farm) -> None:
    one = place(farm, "a.example", page("57"))
    visiting.order_due(timezone.now())
    Place.objects.filter(pk=one.pk).update(due_at=timezone.now() + timedelta(hours=20))
    jobs.run_all_due(at=timezone.now())
    assert not farm.told.asked


@pytest.mark.contract
def test_what_a_page_showed_is_kept_while_it_does_not_answer(farm: Farm) -> None:
    made = resource(1)
    one = place(farm, "a.example", page(f'<a href="{US}/vi/r/{made.public_id}/x/">x</a>'))
    visit_all()
    first = Place.objects.get(pk=one.pk)
    assert first.verdict == Verdict.LIVE and first.due_at > timezone.now()
    farm["a.example/57"] = plain(b"", status="500 Broken")
    first.save()
    Place.objects.update(visited_at=None)
    visit_all()
    again = Place.objects.get(pk=one.pk)
    assert again.verdict == Verdict.UNREACHABLE and again.since > first.since
    assert [seen.pk for seen in serving_places(made.public_id)] == [one.pk]


def test_a_page_that_still_names_what_was_withdrawn_is_told_to_who_withdrew_it(farm: Farm) -> None:
    made = resource(1)
    one = place(farm, "a.example", page(f'<a href="{US}/vi/r/{made.public_id}/x/">x</a>'))
    visit_all()
    withdrawn_at = timezone.now()
    Resource.objects.filter(pk=made.pk).update(
        live=False, withdrawn_at=withdrawn_at, withdrawn_reason="sai số liệu"
    )
    told = witnesses.testimony(made.public_id, withdrawn_at=withdrawn_at)
    assert [(each.url, each.agency_id, each.since_then) for each in told.pages] == [
        (one.url, one.agency_id, False)
    ]
    one.save()
    Place.objects.update(visited_at=None)
    visit_all()
    told = witnesses.testimony(made.public_id, withdrawn_at=withdrawn_at)
    assert [each.since_then for each in told.pages] == [True] and told.asked and told.whole
    farm["a.example/57"] = page("57")
    one.save()
    Place.objects.update(visited_at=None)
    visit_all()
    assert witnesses.testimony(made.public_id, withdrawn_at=withdrawn_at).pages == ()


def test_a_merged_agency_counts_with_its_successor(farm: Farm) -> None:
    made, heir = resource(1), make.make_agency()
    one = place(farm, "a.example", page(f'<a href="{US}/vi/r/{made.public_id}/x/">x</a>'))
    Agency.objects.filter(pk=one.agency_id).update(successor=heir)
    visit_all()
    stands = {line.agency.pk: line.verdict for line in judging.lines()}
    assert stands[heir.pk] == Verdict.LIVE and one.agency_id not in stands


@pytest.mark.contract
def test_a_day_keeps_its_last_judgement() -> None:
    agency, at = make.make_agency(), timezone.now()
    assert judging.record(at) == 1 and judging.record(at) == 0
    assert Standing.objects.get(agency=agency).verdict == Verdict.MISSING
    Place.objects.create(agency=agency, url="https://a.example/", verdict="live", visited_at=at, since=at)
    assert judging.record(at) == 1
    assert Standing.objects.get(agency=agency).verdict == Verdict.LIVE
    assert judging.record(at + timedelta(days=1)) == 1
    assert Standing.objects.filter(agency=agency).count() == 2
    assert b'class="bar"' in Client().get("/en/coverage/").content


@pytest.mark.parametrize("path", ["", "coverage.csv", "coverage.json"])
def test_the_number_of_queries_does_not_grow(path: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert Client().get(f"/vi/coverage/{path}").status_code == 200
        return len(counted)

    def more(number: int) -> None:
        for one in range(number):
            Place.objects.create(
                agency=make.make_agency(),
                url=f"https://{one}.example/",
                verdict="live",
                visited_at=timezone.now(),
            )

    more(1)
    few = queries()
    more(5)
    assert queries() == few <= 5


def test_a_cell_of_the_table_is_never_a_formula() -> None:
    make.make_agency("=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in Client().get("/vi/coverage/coverage.csv").content.decode()
