"""Every form of code that was ever given out, as it was given out: it stands in pages that nobody edits again.

A form that is added stays. Where one of these fails, the code is wrong, not this list.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from cms.sections.models import Section
from tests import factories as make
from tests.hosts.web import FOREIGN, SITE, Web
from tests.portal.library import index
from tests.sections.making import drain, make_section

pytestmark = pytest.mark.django_db
BASE = "https://kho57.example"
FRAMES = [
    # November 2026
    '<iframe src="https://kho57.example/embed/XA-20056/ban-tin-xa/" title="Bản tin của xã" loading="lazy"'
    ' style="width:100%;height:640px;border:0"></iframe>\n'
    '<script src="https://kho57.example/embed/kho57-frame.js" async></script>',
    '<iframe src="https://kho57.example/embed/XA-20056/ban-tin-xa/en/?layout=cards&amp;theme=dark&amp;'
    'accent=00529b&amp;dark=007deb&amp;limit=2&amp;title=0" title="Commune bulletin" loading="lazy"'
    ' style="width:100%;height:560px;border:0"></iframe>\n'
    '<script src="https://kho57.example/embed/kho57-frame.js" async></script>',
    '<iframe src="https://kho57.example/embed/topic/stem/?layout=feature" title="STEM" loading="lazy"'
    ' style="width:100%;height:720px;border:0"></iframe>',
    '<iframe src="https://kho57.example/embed/search/en/?q=STEM&amp;layout=cards" title="Search: STEM"'
    ' loading="lazy" style="width:100%;height:560px;border:0"></iframe>',
]
COMPONENTS = [
    # November 2026
    '<kho57-section section="XA-20056/ban-tin-xa" lang="vi" layout="list"'
    ' style="display:block;contain:inline-size;contain-intrinsic-width:240px;min-height:772px">\n'
    '<a href="https://kho57.example/vi/s/XA-20056/ban-tin-xa/">Bản tin của xã</a>\n'
    '<noscript><iframe src="https://kho57.example/embed/XA-20056/ban-tin-xa/" title="Bản tin của xã"'
    ' style="width:100%;height:772px;border:0"></iframe></noscript>\n'
    "</kho57-section>\n"
    '<script src="https://kho57.example/embed/kho57-section.js" async></script>',
    '<kho57-section section="search?q=STEM" lang="en" layout="cards" theme="auto" limit="2" untitled'
    ' style="display:block;contain:inline-size;contain-intrinsic-width:240px;min-height:560px;'
    '--k57-accent:#00529b;--k57-accent-dark:#007deb">\n'
    '<a href="https://kho57.example/en/search/?q=STEM">Search: STEM</a>\n'
    "</kho57-section>\n"
    '<script src="https://kho57.example/embed/kho57-section.js" async></script>',
]
VERSIONS = {
    # November 2026
    "/embed/v1/kho57-section.05e2711711cf.js": "hrAN4BAswJLp8hrS7QO0tR+Nt4TyX+7iR43URjOseLy50EkL4BaO7ff8TJrkTmKP",
}
"""Versions that were given out with a check sum, and that sum (SHA-384)."""


@pytest.fixture
def section() -> Section:
    commune = make.make_agency("UBND xã A Lưới 1", code="XA-20056")
    topic = make.topic("stem")
    for number in range(3):
        make.make_published("article", title=f"STEM số {number}", topics=[topic])
    made = make_section(
        agency=commune, slug="ban-tin-xa", title="Bản tin của xã", title_en="Commune bulletin"
    )
    drain()
    index()
    return made


@pytest.mark.parametrize("code", [*FRAMES, *COMPONENTS])
def test_every_address_still_answers(code: str, section: Section, client: Client) -> None:
    for address in re.findall(r'(?:src|href)="([^"]+)"', code):
        assert client.get(html.unescape(address).removeprefix(BASE)).status_code == 200, address


@pytest.mark.parametrize("path", VERSIONS)
def test_every_version_still_has_its_sum(path: str) -> None:
    content = (Path(settings.BASE_DIR) / "static" / path.lstrip("/")).read_bytes()
    assert base64.b64encode(hashlib.sha384(content).digest()).decode() == VERSIONS[path]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_every_form_still_shows_what_it_showed(web: Web, section: Section) -> None:
    pasted = "\n".join([*FRAMES, *COMPONENTS]).replace(BASE, SITE).replace('loading="lazy"', "")
    web.foreign = f"<!doctype html><meta charset=utf-8><title>x</title>{pasted}".encode()
    page = web.open(FOREIGN)
    shown = [page.frame_locator(f"body > iframe >> nth={place}") for place in range(len(FRAMES))]
    for each, number in zip(shown, (3, 2, 3, 3), strict=True):
        expect(each.locator(".k57-item:visible")).to_have_count(number)
    expect(shown[1].locator(".k57")).to_have_class("k57 k57-cards")
    expect(shown[1].locator(".k57")).to_have_attribute("data-theme", "dark")
    expect(shown[1].locator(".k57-head")).to_be_hidden()
    expect(page.locator("kho57-section").first.locator("li:visible")).to_have_count(3)
    last = page.locator("kho57-section").last
    expect(last.locator("li:visible")).to_have_count(2)
    expect(last.locator("h2")).to_have_count(0)
    page.wait_for_function("document.querySelector('iframe').style.height !== '640px'")
    assert (web.complaints, web.strangers, page.context.cookies()) == ([], [], [])
