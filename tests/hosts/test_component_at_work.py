"""The web component at work: plays, finds no room, loses the library, looks again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from cms.sections import embed_code, scripts
from cms.sections.models import Section
from media_library import publishing
from media_library.models import Resource
from tests import factories as make
from tests.hosts.web import FOREIGN, SITE, Web
from tests.sections.making import drain, make_section
from tests.sections.rich import episode

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
LOOK = "document.querySelector('kho57-section').look()"
LATER = "Date.now = (now => () => now() + 6e5)(Date.now)"


@pytest.fixture
def section() -> Section:
    found = make_section(slug="ban-tin", title="Bản tin")
    for number in range(4):
        make.make_published("article", title=f"Bài số {number}")
    drain()
    return found


def code(section: Section, *, height: int = 704, integrity: tuple[str, str] | None = None) -> bytes:
    choices = embed_code.Choices.parse({}, language="vi", layout="list")
    given = embed_code.component_code(
        address=section.address,
        frame_url=f"{SITE}/embed/{section.address}/",
        page_url=f"{SITE}/vi/",
        title="Bản tin",
        choices=choices,
        height=height,
        integrity=integrity,
    )
    return f"<!doctype html><meta charset=utf-8><title>x</title>{given}<p id=after>Sau".encode()


def shown(web: Web, given: bytes) -> Page:
    web.foreign = given
    page = web.open(FOREIGN)
    expect(page.locator("kho57-section li").first).to_be_visible()
    return page


def test_a_sound_is_loaded_only_when_it_is_played(web: Web) -> None:
    section = make_section(slug="phat-thanh", pins=[episode(title="Bản tin tuần")])
    drain()
    page = shown(web, code(section))
    assert page.locator("kho57-section audio").count() == 0
    assert not any("128k" in path for path in web.asked), "loaded before anybody asked"
    page.get_by_role("button", name="Phát").press("Enter")
    player = page.locator("kho57-section audio")
    expect(player).to_be_focused()
    expect(player.locator("track[srclang=vi]")).to_have_count(1)
    page.wait_for_function("document.querySelector('kho57-section').shadowRoot.querySelector('audio').error")
    assert any("128k" in path for path in web.asked)


def test_what_finds_no_room_waits_for_the_reader_and_nothing_moves(web: Web, section: Section) -> None:
    page = shown(web, code(section, height=330))
    component = page.locator("kho57-section")
    assert component.evaluate("one => one.offsetHeight") == 330
    assert 0 < component.locator("li:visible").count() < 4
    more = component.get_by_role("button", name="Xem thêm")
    more.press("Enter")
    expect(component.locator("li:visible")).to_have_count(4)
    assert component.evaluate("one => one.shadowRoot.activeElement.tagName") == "A"
    expect(more).to_be_hidden()
    assert page.evaluate("window.shifts") == 0


_GONE: list[Callable[[Page], None]] = [
    lambda page: page.route("**/feed.json", lambda route: route.abort()),
    lambda page: page.route("**/feed.json", lambda route: route.fulfill(body="<p>", headers=_ANYONE)),
    lambda page: page.route(
        "**/feed.json", lambda route: route.fulfill(body='{"items":[{}]}', headers=_ANYONE)
    ),
    lambda page: page.route("**/feed.json", lambda route: route.fulfill(status=500, headers=_ANYONE)),
]
_ANYONE = {"Access-Control-Allow-Origin": "*", "Content-Type": "application/feed+json"}


def test_when_the_library_fails_what_stood_there_stays(web: Web, section: Section) -> None:
    page = shown(web, code(section))
    page.evaluate(
        "window.told = []; fetch = (ask => (...all) => (told.push(all[1].cache), ask(...all)))(fetch); 0"
    )
    for fail in _GONE:
        fail(page)
        page.evaluate(LATER)
        page.evaluate(LOOK)
        page.wait_for_timeout(50)
        assert page.locator("kho57-section li").count() == 4
    assert page.evaluate("told").count("force-cache") == 2, "what the browser kept is asked for"
    web.broken = True
    fallback = web.open(FOREIGN)
    expect(fallback.locator("kho57-section > a")).to_be_visible()


def test_what_was_withdrawn_leaves_at_the_next_look(web: Web, section: Section) -> None:
    page = shown(web, code(section))
    rows = page.locator("kho57-section li")
    lead = make.make_lead()
    for row in Resource.objects.all():
        publishing.withdraw(resource=row, by=lead, reason="Sai.", at=timezone.now())
        if row.title == "Bài số 0":
            drain()
            page.evaluate(LATER)
            page.evaluate(LOOK)
            expect(rows).to_have_count(3)
    drain()
    page.evaluate(LATER)
    page.evaluate(LOOK)
    expect(page.locator("kho57-section > a")).to_be_visible()
    assert rows.count() == 0


def test_the_sum_that_is_given_out_is_that_of_the_file(web: Web, section: Section) -> None:
    page = shown(web, code(section, integrity=(scripts.version_path(), scripts.integrity())))
    assert web.complaints == []
    frame = page.evaluate("document.querySelector('script').integrity")
    assert frame == scripts.integrity()


def test_twice_pasted_it_works_and_is_counted_once(web: Web, section: Section) -> None:
    page = shown(web, code(section) + code(section))
    expect(page.locator("kho57-section ul")).to_have_count(2)
    page.locator("kho57-section").last.scroll_into_view_if_needed()
    page.wait_for_timeout(100)
    assert len(web.beacons) == 1 and web.complaints == []


def test_a_frame_in_a_sandbox_grows_and_its_links_open_pages_of_their_own(web: Web, section: Section) -> None:
    given = str(embed_code.code(url=f"{SITE}/embed/{section.address}/", title="Bản tin", height=100))
    sandbox = 'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"'
    web.foreign = (
        "<!doctype html><meta charset=utf-8>" + given.replace("<iframe", f"<iframe {sandbox}")
    ).encode()
    page = web.open(FOREIGN)
    page.wait_for_function("document.querySelector('iframe').clientHeight > 300")
    link = page.frames[-1].locator(".k57-item a").first
    assert (link.get_attribute("target"), link.get_attribute("rel")) == ("_blank", "noopener")
    page.evaluate("window.postMessage({'kho57-height': 5000}, '*')")
    page.wait_for_timeout(100)
    assert page.evaluate("document.querySelector('iframe').clientHeight") < 1000
    assert web.complaints == []
