"""The whole site in a browser that runs no script: everything a citizen does, and a communicator's upload."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from cms.settings.environment import BASE_DIR
from tests.browser import pages
from tests.browser.demo_site import DemoSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHOTO = BASE_DIR / "demo" / "photos" / "anh-gau-truc-do.jpg"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = pages.context_in(browser, language="vi", script=False)
    yield context.new_page()
    context.close()


def resource(demo: DemoSite, name: str) -> str:
    return demo.address + demo.ways[name].page("vi")


def results(page: Page) -> list[str]:
    return page.locator("ol.results .result__title a").all_inner_texts()


def test_a_search_is_typed_narrowed_and_paged(page: Page, demo: DemoSite) -> None:
    page.goto(f"{demo.address}/vi/")
    page.locator("input[name=q]").first.fill("ky nang so")
    page.locator("input[name=q]").first.press("Enter")
    page.wait_for_url("**/vi/search/?q=ky+nang+so*")
    assert results(page), "words without accents find something"

    kinds = page.locator("details.facet", has=page.locator('input[name="kind"]'))
    if kinds.get_attribute("open") is None:
        kinds.locator("summary").first.click()
    choice = page.locator('input[name="kind"][value="article"]')
    promised = int(choice.locator("xpath=..").locator(".num").inner_text())
    choice.check()
    page.locator(".filters__foot button").click()
    page.wait_for_url(re.compile(r"kind=article"))
    expect(page.locator("#found")).to_contain_text(str(promised))
    expect(page.locator(".chips .chip").first).to_be_visible()
    page.locator(".chips .chip").first.click()
    assert "kind=article" not in page.url and "q=ky" in page.url

    page.goto(f"{demo.address}/vi/search/")
    first = results(page)
    page.locator("a[rel=next]").click()
    second = results(page)
    assert first and second and not set(first) & set(second)


def test_results_are_put_in_another_order_with_the_button(page: Page, demo: DemoSite) -> None:
    page.goto(f"{demo.address}/vi/search/?q=chuyển+đổi+số")
    page.locator("select[name=sort]").select_option("newest")
    page.locator("#search-form button").click()
    page.wait_for_url(re.compile(r"sort=newest"))
    assert results(page)


@pytest.mark.parametrize(
    ("name", "player"), [("vd-kho-57-la-gi", "video"), ("pc-nghi-quyet-57-trong-hai-phut", "audio")]
)
def test_a_recording_is_played_read_and_downloaded(
    page: Page, demo: DemoSite, name: str, player: str
) -> None:
    page.goto(resource(demo, name))
    expect(page.locator(f"{player}#player[controls]")).to_be_visible()
    source = page.locator("#player source").get_attribute("src") or ""
    assert demo.running.status(source.partition("#")[0]) == 200
    expect(page.locator(".transcript li").nth(2)).to_be_visible()
    line = page.locator(".transcript a[data-time]").nth(2)
    line.click()
    page.wait_for_url(re.compile(r"\?t=\d+"))
    assert re.search(r"#t=\d+", page.locator("#player source").get_attribute("src") or "")
    download = page.locator(".downloads a[download]").first.get_attribute("href") or ""
    assert demo.running.status(download) == 200


def test_pictures_and_documents_open_as_files(page: Page, demo: DemoSite) -> None:
    page.goto(resource(demo, "ig-7-buoc-nop-ho-so-truc-tuyen"))
    opener = page.locator("a.zoom__view")
    assert demo.running.status(opener.get_attribute("href") or "") == 200
    expect(page.locator(".alternative")).to_contain_text("1. Chuẩn bị tài khoản")
    page.goto(resource(demo, "dc-to-gap-dich-vu-cong"))
    document = page.locator(".sheet-of-paper__open a").get_attribute("href") or ""
    assert demo.running.status(document) == 200
    expect(page.locator(".reader img").first).to_be_visible()
    page.locator(".reader summary").first.click()
    expect(page.locator(".reader details p").first).to_be_visible()


def test_embed_share_and_cite_open(page: Page, demo: DemoSite) -> None:
    page.goto(resource(demo, "bai-nop-ho-so-dich-vu-cong"))
    for panel in page.locator("details.popout").all():
        panel.locator("summary").click()
        expect(panel.locator(".popout__panel")).to_be_visible()
        panel.locator("summary").click()
    expect(page.locator("[data-copy]").first).to_be_hidden()
    assert demo.running.text(page.locator('a[href$="cite.bib"]').get_attribute("href") or "").startswith("@")


def test_the_language_changes_and_the_translation_is_linked(page: Page, demo: DemoSite) -> None:
    page.goto(resource(demo, "bai-nop-ho-so-dich-vu-cong"))
    page.locator(".translations a[hreflang=en]").click()
    assert demo.ways["bai-nop-ho-so-dich-vu-cong-en"].public_id in page.url
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"{demo.address}/vi/topic/ky-nang-so/")
    page.locator("a.lang[hreflang=en]").click()
    page.wait_for_url("**/en/topic/ky-nang-so/")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_menu_of_the_phone_opens(page: Page, demo: DemoSite) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{demo.address}/vi/")
    page.locator("details.menu > summary").click()
    page.locator(".menu__sheet a[href='/vi/agency/']").click()
    page.wait_for_url("**/vi/agency/")
    page.goto(f"{demo.address}/vi/search/?q=số")
    page.locator("#open-filters").click()
    expect(page.locator(".filters__foot button")).to_be_in_viewport()
    page.locator("#close-filters").click()
    expect(page.locator(".filters__foot button")).not_to_be_in_viewport()


def test_frames_show_what_they_hold(page: Page, demo: DemoSite) -> None:
    page.goto(f"{demo.address}/embed/{pages.SECTION}/")
    expect(page.locator(".k57-item").nth(2)).to_be_visible()
    link = page.locator(".k57-item a").first.get_attribute("href") or ""
    assert demo.running.status(link.removeprefix(demo.address)) == 200
    page.goto(f"{demo.address}/embed/r/{demo.ways['vd-kho-57-la-gi'].public_id}/")
    expect(page.locator("video[controls]")).to_be_visible()


def test_the_builder_gives_code_by_its_button(page: Page, demo: DemoSite) -> None:
    page.goto(f"{demo.address}/vi/embed/?section={pages.SECTION}")
    page.locator("input[name=layout][value=cards]").check(force=True)
    page.locator("[data-refresh]").click()
    page.wait_for_url(re.compile(r"layout=cards"))
    expect(page.locator("[data-code]")).to_contain_text("layout=cards")


def test_a_communicator_uploads_a_picture(page: Page, demo: DemoSite) -> None:
    pages.sign_in(page, demo)
    page.goto(f"{demo.address}/admin/resources/add/")
    page.locator('a[href*="kind=photo"]').first.click()
    title = "Gấu trúc đỏ, tải lên không cần script"
    page.locator("#id_title").fill(title)
    page.locator("#id_summary").fill("Một bức ảnh được tải lên từ trình duyệt không chạy script.")
    page.locator("#id_credit_line").fill("Sở / Kho 57")
    page.locator("#id_alt").fill("Một con gấu trúc đỏ nằm trên cành cây.")
    page.locator("input[name=main_file]").set_input_files(str(PHOTO))
    page.get_by_label("Người dân").check()
    page.get_by_label("Kỹ năng số").check()
    page.locator("footer button[name=action-submit]").click()
    page.wait_for_url(re.compile(r"/admin/resources/(edit/\d+/|$|\?)"))
    saved = demo.running.shell(
        "from media_library.models import Resource;"
        f"row = Resource.objects.get(title={title!r});"
        "revision = row.get_latest_revision_as_object();"
        "print(row.current_workflow_state.status, [(a.role, a.alt, a.file.size) for a in revision.assets.all()])"
    )
    assert "in_progress" in saved
    assert f"{PHOTO.stat().st_size}" in saved and "gấu trúc đỏ nằm" in saved
