"""Take the screenshots of README and docs from a running demonstration.

    .venv/bin/python docs/screenshots/take.py http://127.0.0.1:8000 [http://127.0.0.1:8001]

The second address is that of the example site. Needs Chromium (``CHROMIUM``, by default that of the system)
and the database of the running site (``DATA_DIR`` or ``DATABASE_URL``), from which it takes the addresses.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")

WIDE, PHONE = (1280, 860), (390, 780)


@dataclass(frozen=True)
class Shot:
    """``account``: who is signed in, nobody where empty. ``then``: what is done before the picture."""

    name: str
    path: str
    size: tuple[int, int] = WIDE
    account: str = ""
    then: Callable[[Page], object] | None = None


def addresses() -> dict[str, str]:
    """Paths of the resources shown, by their id in the demonstration."""
    import django

    django.setup()
    from media_library.models import Identifier

    rows = Identifier.objects.filter(scheme="demo").select_related("resource__locale")
    return {
        row.value: row.resource.get_absolute_url() if row.resource.live else f"#{row.resource.pk}"
        for row in rows
    }


def shots(paths: dict[str, str], example: str) -> list[Shot]:
    public = [
        Shot("home", "/vi/"),
        Shot("home-phone", "/vi/", PHONE),
        Shot("search", "/vi/search/?q=lua+dao"),
        Shot("search-phone", "/vi/search/?q=lua+dao", PHONE),
        *_search_states(),
        Shot("video", paths["vd-kho-57-la-gi"]),
        Shot("infographic", paths["ig-5-ky-nang-so-co-ban"]),
        Shot("podcast", paths["pc-mat-khau-va-ban-chai"]),
        Shot("article-en", paths["bai-ai-trong-truong-hoc-en"]),
        Shot("rights", paths["ig-tu-dien-thuat-ngu"], then=_to(".rights")),
        Shot("section", "/vi/s/XA-20056/ban-tin-xa/"),
        Shot("builder", "/vi/embed/?section=XA-20056/ban-tin-xa"),
    ]
    if example:
        public.append(Shot("agency-site", example))
    staff = [
        Shot("admin-home", "/admin/", account="chutri"),
        Shot("admin-listing", "/admin/resources/", account="chutri"),
        Shot("admin-kinds", "/admin/resources/add/", account="truyenthong"),
        Shot("admin-add", "/admin/resources/add/?kind=infographic", account="truyenthong"),
        Shot(
            "admin-batch", "/admin/resources/batches/add/", (1280, 2200), account="truyenthong", then=_batch
        ),
        Shot("admin-section", "/admin/sections/", account="bientap-xa", then=_open("Bản tin của xã")),
    ]
    return public + staff


def _search_states() -> Iterator[Shot]:
    """What the search shows in each of its states, on a desk and on a phone."""
    states: tuple[tuple[str, str, Callable[[Page], object] | None], ...] = (
        ("suggestions", "/vi/search/", _type("chuyen doi")),
        ("facets", "/vi/search/?q=hoc+sinh&kind=video&kind=infographic", _facets),
        ("nothing", "/vi/search/?q=xyzzy+plugh", None),
        ("did-you-mean", "/vi/search/?q=mat+khauu", None),
        ("spoken", "/vi/search/?q=dung+dua+mat+khau+cho+ai", None),
    )
    for name, path, then in states:
        yield Shot(f"search-{name}", path, then=then)
        yield Shot(f"search-{name}-phone", path, PHONE, then=then)


def _type(words: str) -> Callable[[Page], object]:
    def act(page: Page) -> None:
        page.locator("input[name=q]").first.press_sequentially(words, delay=30)
        page.wait_for_selector("[role=option]")

    return act


def _facets(page: Page) -> None:
    """The facets open; on a phone they stand behind a button."""
    button = page.get_by_text(re.compile(r"^Lọc( \(\d+\))?$")).first
    if button.is_visible():
        button.click()


def _batch(page: Page) -> None:
    """A batch with a few photographs of the demonstration, one of which is known already."""
    page.fill("input[name=title]", "Ảnh lễ phát động 10/10")
    page.get_by_role("button", name="Tiếp tục").click()
    page.wait_for_selector("[data-k57-give]")
    photos = sorted((HERE.parents[1] / "demo" / "photos").glob("*.jpg"))[:3]
    page.set_input_files("[data-k57-choose]", [str(path) for path in photos])
    page.wait_for_selector("[data-k57-row][data-settled=yes] >> nth=2", timeout=60_000)
    page.fill("#id_summary", "Ảnh lễ phát động Ngày Chuyển đổi số 10/10.")
    page.locator("#id_audiences input").first.check()
    page.locator("#id_topics input").first.check()
    page.get_by_role("button", name="Áp dụng cho mọi tệp").click()
    page.wait_for_timeout(2000)


def _to(selector: str) -> Callable[[Page], object]:
    return lambda page: page.locator(selector).first.scroll_into_view_if_needed()


def _open(text: str) -> Callable[[Page], object]:
    def act(page: Page) -> None:
        page.get_by_role("link", name=text).first.click()
        page.wait_for_load_state("networkidle")

    return act


def take(browser: Browser, base: str, shot: Shot, password: str) -> None:
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="vi-VN",
        color_scheme="light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    if shot.account:
        page.goto(f"{base}/admin/login/")
        page.fill("input[name=username]", shot.account)
        page.fill("input[name=password]", password)
        page.click("button[type=submit]")
        page.wait_for_load_state("networkidle")
    page.goto(shot.path if shot.path.startswith("http") else base + shot.path, wait_until="networkidle")
    if shot.then:
        shot.then(page)
    page.screenshot(path=HERE / f"{shot.name}.png")
    print(shot.name, page.title())
    context.close()


def main() -> None:
    base, example = sys.argv[1].rstrip("/"), (sys.argv[2] if len(sys.argv) > 2 else "")
    wanted = shots(addresses(), example)
    from cms.demonstration.accounts import PASSWORD

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"],
        )
        for shot in wanted:
            take(browser, base, shot, PASSWORD)
        browser.close()


if __name__ == "__main__":
    main()
