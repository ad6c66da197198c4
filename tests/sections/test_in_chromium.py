"""Frame, page, builder and the foreign site in Chromium: grows, works without script, no barrier, no cookie.

Requests of the browser are answered by Django's test client from what the test has committed; the foreign
site is another origin, with what its webmaster pasted.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from django.conf import settings as project
from playwright.sync_api import expect

from cms.sections.models import Section
from tests import axe
from tests import factories as make
from tests.hosts.web import FOREIGN, SITE, Web
from tests.sections.making import drain, make_section

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.fixture
def section() -> Section:
    commune = make.make_agency("UBND xã A Lưới 1", code="XA-20056", name_en="A Luoi 1 Commune")
    pinned = make.make_published("infographic", title="Năm kỹ năng số cơ bản")
    for kind in ("video", "podcast", "article", "document", "photo"):
        make.make_published(kind, title=f"Một {kind} trong kho")
    found = make_section(
        agency=commune, slug="ban-tin-xa", title="Bản tin của xã", title_en="Commune bulletin", pins=[pinned]
    )
    drain()
    return found


def foreign_page() -> bytes:
    """What the example site's own server gives."""
    path = Path(project.BASE_DIR) / "examples/agency-site/serve.py"
    spec = importlib.util.spec_from_file_location("agency_site", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written: bytes = module.page(SITE)
    return written


@pytest.mark.parametrize("width", [390, 1280])
def test_on_a_foreign_site_the_frame_grows_with_its_content(web: Web, section: Section, width: int) -> None:
    web.foreign = foreign_page()
    page = web.open(FOREIGN, width=width)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("link", name="Năm kỹ năng số cơ bản")).to_be_visible()
    page.wait_for_function("document.querySelector('iframe').style.height !== '640px'")
    inner = page.frames[1].evaluate("document.querySelector('.k57').getBoundingClientRect().height")
    outer = page.evaluate("document.querySelector('iframe').clientHeight")
    assert abs(inner - outer) <= 1
    page.frames[1].evaluate("document.querySelectorAll('.k57-item')[1].remove()")
    page.wait_for_function(f"document.querySelector('iframe').clientHeight < {outer}")
    assert page.context.cookies() == []
    assert (web.complaints, web.strangers) == ([], [])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_another_window_cannot_set_the_height(web: Web, section: Section) -> None:
    web.foreign = foreign_page()
    page = web.open(FOREIGN)
    page.wait_for_function("document.querySelector('iframe').style.height !== '640px'")
    before = page.evaluate("document.querySelector('iframe').style.height")
    page.evaluate("window.postMessage({'kho57-height': 5000}, '*')")
    page.wait_for_timeout(200)
    assert page.evaluate("document.querySelector('iframe').style.height") == before


def test_without_script_the_frame_keeps_its_height_and_shows_everything(web: Web, section: Section) -> None:
    web.foreign = foreign_page()
    page = web.open(FOREIGN, script=False)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("link", name="Năm kỹ năng số cơ bản")).to_be_visible()
    expect(
        frame.get_by_role("link", name="Xem cả chuyên mục").or_(frame.locator(".k57-foot a"))
    ).to_be_visible()


def test_the_address_dresses_the_frame(web: Web, section: Section) -> None:
    base = f"{SITE}/embed/{section.address}/"
    dressed = web.open(f"{base}?layout=cards&theme=dark&accent=00529b&dark=7ab8f5&limit=2&title=0")
    root = dressed.locator(".k57")
    expect(root).to_have_class("k57 k57-cards")
    expect(root).to_have_attribute("data-theme", "dark")
    assert dressed.locator(".k57-item:visible").count() == 2
    assert not dressed.locator(".k57-head").is_visible()
    assert (
        dressed.evaluate("getComputedStyle(document.querySelector('.k57-kind')).color")
        == "rgb(122, 184, 245)"
    )
    hostile = web.open(f"{base}?layout=__proto__&theme=%22%3E&accent=red;}}&limit=-3&title=1")
    expect(hostile.locator(".k57")).to_have_class("k57 k57-list-layout")
    expect(hostile.locator(".k57")).to_have_attribute("data-theme", "light")
    assert hostile.locator(".k57-item:visible").count() == 6
    assert web.complaints == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_no_barrier(web: Web, section: Section, language: str) -> None:
    """In the dresses that the pages of :mod:`tests.browser.pages` do not wear."""
    suffix = "" if language == "vi" else "en/"
    frame = f"/embed/{section.address}/{suffix}"
    paths = [
        f"/{language}/embed/?section={section.address}&accent=other&accent_other=%23ffcc00",
        f"{frame}?layout=cards&theme=dark",
        f"{frame}?layout=feature",
        "/embed/r/k57-zzzz-zzzz/",
    ]
    found = []
    for path in paths:
        page = web.open(SITE + path, width=1280)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_timeout(150)
            found += [f"{path} · {width} px · {line}" for line in axe.broken(page)]
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
        page.context.close()
        web.contexts.remove(page.context)
    assert found == [], "\n".join(found)


def test_the_builder_follows_each_choice_and_measures_the_height(web: Web, section: Section) -> None:
    page = web.open(f"{SITE}/vi/embed/?section={section.address}")
    code = page.locator("[data-code]")
    expect(code).not_to_contain_text("height:640px")
    page.locator("[name=layout][value=cards]").check(force=True)
    expect(code).to_contain_text("layout=cards")
    page.locator("[name=theme][value=dark]").check(force=True)
    expect(code).to_contain_text("layout=cards&amp;theme=dark")
    assert code.inner_text().count("<iframe") == 1
    assert web.complaints == []


def test_the_builder_works_without_script(web: Web, section: Section) -> None:
    page = web.open(f"{SITE}/vi/embed/", script=False)
    assert page.locator("[data-code]").count() == 1
    page.locator("[name=layout][value=feature]").check(force=True)
    page.locator("[data-refresh]").click()
    assert "layout=feature" in page.locator("[data-code]").inner_text()
