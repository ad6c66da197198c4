"""The portal in Chromium: every part usable with the keyboard alone, or without script.

Requests of the browser are answered by Django's test client inside the test's own transaction.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from media_library.kinds import Kind
from media_library.models import Topic
from tests import factories
from tests.answering import SITE, Answers
from tests.portal.library import index, publish_each_kind

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.fixture
def site(client: Client, settings: Any) -> Answers:
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_BASE_URL = SITE
    return Answers(client)


@pytest.fixture
def open_page(browser: Browser, site: Answers) -> Iterator[object]:
    contexts = []

    def opened(path: str, *, width: int = 1280, script: bool = True) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", site)
        page.goto(SITE + path)
        return page

    yield opened
    for context in contexts:
        context.close()


def test_a_suggestion_is_chosen_with_the_keyboard(open_page: object) -> None:
    factories.make_published(title="Nộp hồ sơ trực tuyến")
    index()
    page = open_page("/vi/")  # type: ignore[operator]
    field = page.get_by_role("combobox")
    field.press_sequentially("nop ho")
    option = page.get_by_role("option", name="Nộp hồ sơ trực tuyến")
    expect(option).to_be_visible()
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    page.wait_for_url("**/vi/search/?q=*")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nộp hồ sơ trực tuyến")


def test_escape_closes_the_suggestions_and_keeps_the_words(open_page: object) -> None:
    factories.make_published(title="Nộp hồ sơ trực tuyến")
    index()
    page = open_page("/vi/")  # type: ignore[operator]
    field = page.get_by_role("combobox")
    field.press_sequentially("nop ho")
    expect(page.get_by_role("listbox")).to_be_visible()
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("nop ho")


def test_suggestions_are_grouped_marked_and_announced(open_page: object) -> None:
    factories.topic("dich-vu-cong", "Hồ sơ điện tử")
    resource = factories.make_published(title="Nộp hồ sơ trực tuyến")
    resource.topics.set(Topic.objects.filter(slug="dich-vu-cong"))
    resource.save()
    index()
    page = open_page("/vi/search/")  # type: ignore[operator]
    field = page.get_by_role("combobox").first
    field.press_sequentially("ho so")
    options = page.get_by_role("listbox", name="Gợi ý").get_by_role("option")
    expect(options).to_have_text(["Hồ sơ điện tử", "Nộp hồ sơ trực tuyến"])
    expect(page.get_by_role("group", name="Chủ đề").get_by_role("option")).to_have_count(1)
    expect(options.locator("mark")).to_have_text(["Hồ sơ", "hồ sơ"])
    expect(page.locator("form[data-suggest] [role=status]")).to_have_text("2 gợi ý")
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.last.get_attribute("id") or "")
    field.press("Home")
    expect(options.last).to_have_attribute("aria-selected", "false")
    assert field.evaluate("field => field.selectionStart") == 0
    field.press("ArrowDown")
    field.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("ho so")


def test_the_list_of_agencies_is_narrowed_by_typing_without_accents(open_page: object) -> None:
    for number in range(9):
        factories.make_published(agency=factories.make_agency(f"UBND phường Số {number}"))
    factories.make_published(agency=factories.make_agency("Sở Giáo dục và Đào tạo"))
    index()
    page = open_page("/vi/search/")  # type: ignore[operator]
    page.locator("summary", has_text="Cơ quan").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    field = page.get_by_label("Lọc danh sách: Cơ quan")
    expect(field).to_be_focused()
    page.keyboard.type("giao duc dao")
    shown = page.locator("input[name=agency]:visible")
    expect(shown).to_have_count(1)
    expect(page.locator(".facet__filter [role=status]")).to_have_text("1 tên phù hợp")
    page.keyboard.press("Tab")
    expect(shown).to_be_focused()
    page.keyboard.press("Space")
    field.press("Escape")
    expect(field).to_have_value("")
    expect(page.locator(".facet__more").first).not_to_have_attribute("open", "")
    page.get_by_role("button", name="Áp dụng").click()
    expect(page.locator(".result")).to_have_count(1)


def test_without_script_the_whole_list_of_agencies_stands_and_no_field(open_page: object) -> None:
    for number in range(9):
        factories.make_published(agency=factories.make_agency(f"UBND phường Số {number}"))
    index()
    page = open_page("/vi/search/", script=False)  # type: ignore[operator]
    page.locator("summary", has_text="Cơ quan").first.click()
    page.locator(".facet__more summary").first.click()
    expect(page.locator("input[name=agency]:visible")).to_have_count(9)
    expect(page.locator("[data-filter]")).to_be_hidden()


_LISTEN = """
window.heard = [];
navigator.sendBeacon = (address, said) => { window.heard.push(address + "?" + said); return true; };
"""
_UNWILLING = "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true});"


@pytest.mark.parametrize("unwilling", [False, True])
def test_a_search_is_told_once_and_a_result_that_is_followed(open_page: object, unwilling: bool) -> None:
    resource = factories.make_published(title="Nộp hồ sơ trực tuyến")
    index()
    page = open_page("/vi/")  # type: ignore[operator]
    page.clock.install()
    page.add_init_script(_LISTEN + (_UNWILLING if unwilling else ""))
    page.goto(f"{SITE}/vi/search/?q=nop+ho+so")
    assert page.evaluate("heard") == []
    page.clock.fast_forward(10_000)
    page.evaluate("document.addEventListener('click', event => event.preventDefault())")
    page.locator(".result__title a").click()
    heard = page.evaluate("heard")
    if unwilling:
        assert heard == []
        return
    token = page.locator("[data-asked]").get_attribute("data-asked")
    said = [dict(parse_qsl(urlsplit(one).query)) for one in heard]
    assert [urlsplit(one).path for one in heard] == ["/api/v1/search/asked", "/api/v1/search/clicked"]
    assert said == [{"token": token}, {"token": token, "resource": resource.public_id}]


def test_a_picture_is_enlarged_moved_and_left_with_the_keyboard(open_page: object) -> None:
    resource = factories.make_published(Kind.INFOGRAPHIC)
    page = open_page(resource.get_absolute_url("vi"))  # type: ignore[operator]
    opener = page.locator("a[data-zoom]")
    opener.focus()
    opener.press("Enter")
    view = page.locator("[data-zoom-view]")
    expect(view).to_be_focused()
    expect(page.locator("[data-zoom-level]")).to_have_text("100%")
    for _step in range(3):
        page.keyboard.press("+")
    expect(page.locator("[data-zoom-level]")).to_have_text("338%")
    page.wait_for_function("document.querySelector('[data-zoom-picture]').naturalWidth > 0")
    before = view.evaluate("view => view.scrollTop")
    page.keyboard.press("ArrowDown")
    for _moment in range(50):
        if view.evaluate("view => view.scrollTop") > before:
            break
        page.wait_for_timeout(100)
    assert view.evaluate("view => view.scrollTop") > before
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()


def test_words_beside_a_player_move_it(open_page: object) -> None:
    resource = factories.make_published(Kind.PODCAST)
    assert resource.original is not None
    sound = factories.make_rendition(resource.original.file, name="media.mp3", purpose="download")
    sound.media_type = "audio/mpeg"
    sound.save()
    page = open_page(f"{resource.get_absolute_url('vi')}?t=3")  # type: ignore[operator]
    page.locator("a[data-time]").first.press("Enter")
    expect(page).to_have_url(f"{SITE}{resource.get_absolute_url('vi')}?t=0")


def test_the_menu_and_the_filters_of_the_phone_work_without_script(open_page: object) -> None:
    publish_each_kind()
    page = open_page("/vi/search/", width=390, script=False)  # type: ignore[operator]
    expect(page.locator(".menu__sheet")).to_be_hidden()
    page.locator(".menu summary").click()
    expect(page.locator(".menu__sheet a").first).to_be_visible()
    page.locator(".menu summary").click()
    page.locator("#open-filters").click()
    page.locator("input[name=kind][value=video]").check()
    page.locator(".filters__foot .button--primary").click()
    expect(page.locator(".result")).to_have_count(1)


def test_the_policy_lets_every_page_work_without_a_complaint(open_page: object) -> None:
    """Structured data stands in the page; the content security policy must not stop it or anything else."""
    resource = factories.make_published(Kind.INFOGRAPHIC)
    page = open_page("/vi/")  # type: ignore[operator]
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(SITE + resource.get_absolute_url("vi"))
    assert page.locator('script[type="application/ld+json"]').count() == 1
    assert [one for one in said if "Content Security Policy" in one or "Content-Security-Policy" in one] == []
