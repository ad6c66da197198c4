"""Component and frame inside pages of every age: nothing complains, nothing moves, nobody else is asked.

The pages stand beside this module; what a webmaster pastes is written into them as the builder gives it.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, TimeoutError, expect

from cms.sections import embed_code
from cms.sections.models import Section
from tests import axe
from tests import factories as make
from tests.hosts.web import FOREIGN, SITE, Web
from tests.sections.making import drain, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
HERE = Path(__file__).parent
PICTURES = os.environ.get("HOST_PICTURES", "")
"""A folder for screenshots, to look at; none are taken without."""
STRICT = (
    f"default-src 'none'; style-src 'self'; script-src {SITE}; connect-src {SITE}; img-src {SITE};"
    f" media-src {SITE}; frame-src {SITE}"
)
"""What docs/webmaster.md tells a site with a strict policy to allow."""
STYLE = """kho57-section { display: block; min-height: 800px; }
iframe { display: block; width: 100%%; height: %dpx; border: 0; }"""
"""And what to write into its style sheet, where the code may hold no style."""
FORMS = ("component", "frame")


@dataclass(frozen=True)
class Host:
    """A page beside this module, what is chosen in the builder for it, and how it is looked at."""

    name: str
    chosen: dict[str, str] = field(default_factory=dict)
    width: int = 1280
    frame_height: int = 870
    script: bool = True
    dark: bool = False
    encoding: str = "utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    sandbox: bool = False


HOSTS = [
    Host("quirks"),
    Host("strict-csp", headers={"Content-Security-Policy": STRICT}),
    Host("css-reset", {"layout": "cards"}, sandbox=True, frame_height=489),
    Host("dark", {"theme": "dark", "layout": "feature"}, dark=True, frame_height=614),
    Host("rtl", {"layout": "cards", "language": "en"}, frame_height=487),
    Host("hidden-tab", {"layout": "feature"}, frame_height=614),
    Host("table-layout", frame_height=712),
    Host("narrow", {"layout": "cards", "theme": "auto"}, width=320, dark=True, frame_height=733),
    Host("print", {"theme": "dark"}),
    Host("no-script", script=False, width=390),
    Host("old-scripts", {"accent": "00529b"}),
    Host("old-encoding", encoding="cp1258"),
]


@pytest.fixture
def section(settings: Any) -> Section:
    settings.PUBLIC_BASE_URL = SITE
    commune = make.make_agency("UBND xã A Lưới 1", code="XA-20056", name_en="A Luoi 1 Commune")
    pinned = make.make_published("infographic", title="Năm kỹ năng số cơ bản", summary="Từng bước một.")
    for kind in ("video", "podcast", "article", "document", "photo"):
        make.make_published(kind, title=f"Một {kind} trong kho")
    found = make_section(
        agency=commune, slug="ban-tin-xa", title="Bản tin của xã", title_en="Commune bulletin", pins=[pinned]
    )
    drain()
    return found


def pasted(section: Section, host: Host) -> bytes:
    """The page of ``host`` with both codes in it, as the builder gives them."""
    choices = embed_code.Choices.parse({"accent": "4f2a80", **host.chosen}, language="vi", layout="list")
    title = section.title_in(choices.language)
    frame_url = embed_code.section_frame_url(section.address, choices=choices, own_layout="list")
    height = embed_code.component_height(layout=choices.layout, number=6)
    component = embed_code.component_code(
        address=section.address,
        frame_url=frame_url,
        page_url=SITE + section.get_absolute_url(choices.language),
        title=title,
        choices=choices,
        height=height,
    )
    frame = embed_code.code(url=frame_url, title=title, height=host.frame_height)
    page = (HERE / f"{host.name}.html").read_text(encoding="utf-8")
    page = page.replace("{{COMPONENT}}", component).replace("{{FRAME}}", frame)
    if host.sandbox:
        allowed = "allow-scripts allow-popups allow-popups-to-escape-sandbox"
        page = page.replace("<iframe ", f'<iframe sandbox="{allowed}" ')
    if "Content-Security-Policy" in host.headers:
        page = re.sub(r' style="[^"]*"', "", page)
    return page.encode(host.encoding, errors="xmlcharrefreplace")


def opened(web: Web, section: Section, host: Host) -> Page:
    web.foreign, web.foreign_headers = pasted(section, host), host.headers
    web.foreign_style = STYLE % host.frame_height
    return web.open(FOREIGN, width=host.width, script=host.script, dark=host.dark)


def looked_at(page: Page, host: Host) -> None:
    """Wait until both show the list, in the state in which the host is to be judged."""
    first = "Năm kỹ năng số cơ bản"
    if host.name == "hidden-tab":
        page.wait_for_function("document.querySelector('kho57-section').shadowRoot.querySelector('li')")
        assert not page.locator("kho57-section").is_visible()
        page.locator("#open").click()
    if not host.script:
        expect(page.frame_locator("noscript iframe").get_by_role("link", name=first)).to_be_visible()
    else:
        expect(page.locator("kho57-section").get_by_role("link", name=first)).to_be_visible()
    page.locator("iframe").last.scroll_into_view_if_needed()
    expect(page.frame_locator("iframe >> nth=-1").get_by_role("link", name=first)).to_be_visible()
    page.evaluate("window.shifted = window.shifts") if host.script else None
    if host.name == "print":
        page.emulate_media(media="print")
    if PICTURES:
        page.wait_for_timeout(300)
        page.screenshot(path=f"{PICTURES}/{host.name}.png", full_page=True)


def wrong_in(page: Page, host: Host) -> list[str]:
    """What a host may not have: shifts, barriers, cookies, a page wider than its window."""
    found = [f"cookie {each}" for each in page.context.cookies()]
    if not host.script:
        return found
    if host.sandbox and page.frames[-1].locator("a[target=_parent]").count():
        found.append("a link of the frame would lead the page itself elsewhere, which the sandbox forbids")
    try:
        page.wait_for_function(f"window.frameHeight === {host.frame_height}", timeout=3000)
    except TimeoutError:
        takes = page.evaluate("window.frameHeight")
        found.append(f"its frame takes {takes} px: write that down in HOSTS, as the builder does in the code")
    if shifts := page.evaluate("window.shifted"):
        found.append(f"layout shift {shifts}")
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the window")
    return found


def barriers(page: Page, judged: set[str]) -> list[str]:
    """Of axe, within what is ours: the component, and the frame unless ``judged`` holds its address."""
    page.evaluate(
        "delete Object.prototype.extended; delete Array.prototype.extended"
    )  # axe stumbles over them
    frames: list[Any] = [
        each for each in page.frames[1:] if each.url.startswith(SITE) and each.url not in judged
    ]
    judged.update(each.url for each in frames)
    return [*axe.broken(page, within="kho57-section"), *(line for one in frames for line in axe.broken(one))]


def test_no_host_complains_or_moves_or_tells_others(web: Web, section: Section) -> None:
    wrong: list[str] = []
    judged: set[str] = set()
    for host in HOSTS:
        web.complaints.clear()
        page = opened(web, section, host)
        looked_at(page, host)
        found = wrong_in(page, host) + web.complaints + web.strangers
        if host.script:
            found += barriers(page, judged)  # last, for axe itself brings style into a frame
        wrong += [f"{host.name}: {line}" for line in found]
        web.close()
    assert wrong == [], "\n".join(wrong)
    told = {f'{{"section":"{section.address}","form":"{form}","origin":"{FOREIGN}"}}' for form in FORMS}
    assert set(web.beacons) == told
    assert len(web.beacons) == 2 * sum(host.script for host in HOSTS), "once for each view and form"
