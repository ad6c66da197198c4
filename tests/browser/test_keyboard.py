"""Every act of a reader with the keyboard alone: nothing hidden, nothing trapped, focus always to be seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import pages
from tests.browser.demo_site import DemoSite

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_FOCUS = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const seen = n => {
    const style = getComputedStyle(n), width = parseFloat(style.outlineWidth) || 0;
    return (style.outlineStyle !== "none" && width >= 2) || style.boxShadow.includes("inset");
  };
  const inner = node.matches("audio, video") && !node.matches(":focus-visible");  // a control the browser draws
  const label = node.closest("label"), box = node.getBoundingClientRect();
  return {
    what: node.outerHTML.slice(0, 140),
    id: node.id,
    outlined: inner || seen(node) || (label !== null && seen(label)),
    shown: box.width > 0 && box.height > 0 && getComputedStyle(node).visibility !== "hidden",
    inside: node.closest("main") !== null,
  };
}"""


@pytest.fixture
def page(whole_browser: Browser) -> Iterator[Page]:
    context = pages.context_in(whole_browser, language="vi")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.outerHTML.slice(0, 140)"))


def open_page(page: Page, demo: DemoSite, path: str) -> None:
    page.goto(demo.address + path, wait_until="load")


def resource(demo: DemoSite, name: str) -> str:
    return demo.ways[name].page("vi")


def test_the_first_tab_leads_past_the_header(page: Page, demo: DemoSite) -> None:
    open_page(page, demo, "/vi/")
    page.keyboard.press("Tab")
    link = page.locator(".skip-link")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUS)["inside"]


@pytest.mark.parametrize(
    "path", ["/vi/", "/vi/search/?q=kỹ+năng+số", "vd-kho-57-la-gi", f"/vi/embed/?section={pages.SECTION}"]
)
def test_tab_walks_the_whole_page_with_visible_focus(page: Page, demo: DemoSite, path: str) -> None:
    open_page(page, demo, path if path.startswith("/") else resource(demo, path))
    unseen, stops, last = [], 0, None
    for _step in range(400):
        page.keyboard.press("Tab")
        focus = page.evaluate(_FOCUS)
        if focus is None:
            break
        if "<iframe" in focus["what"]:  # its own document has the focus now
            continue
        last, stops = focus["what"], stops + 1
        if not (focus["outlined"] and focus["shown"]):
            unseen.append(focus["what"])
    else:
        raise AssertionError(f"Tab never leaves the page; the last place was {last}")
    assert stops > 20
    assert unseen == [], "\n" + "\n".join(unseen)


def test_the_menu_of_the_phone_opens_and_closes(page: Page, demo: DemoSite) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    open_page(page, demo, "/vi/")
    summary = page.locator("details.menu > summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('.menu__sheet')"), focused(page)
    page.keyboard.press("Escape")
    expect(page.locator("details.menu")).not_to_have_attribute("open", "")
    expect(summary).to_be_focused()


def test_filters_of_the_phone_take_and_return_the_focus(page: Page, demo: DemoSite) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    open_page(page, demo, "/vi/search/?q=kỹ+năng+số")
    page.locator("#open-filters").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#filters")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#open-filters")).to_be_focused()
    expect(page.locator("#filters")).not_to_be_in_viewport()


def test_suggestions_are_chosen_with_arrows_and_enter(page: Page, demo: DemoSite) -> None:
    open_page(page, demo, "/vi/")
    box = page.get_by_role("combobox").first
    box.focus()
    page.keyboard.type("ky nang", delay=15)
    options = page.get_by_role("option")
    options.first.wait_for()
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert box.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_be_focused()
    assert box.input_value() == "ky nang", "Escape closes the list and keeps the words"
    page.keyboard.press("ArrowDown")
    options.first.wait_for()
    page.keyboard.press("ArrowDown")
    words = options.first.text_content()
    page.keyboard.press("Enter")
    page.wait_for_url("**/vi/search/?q=*")
    assert page.locator("input[name=q]").first.input_value() == words


def test_enter_without_a_suggestion_searches_what_was_typed(page: Page, demo: DemoSite) -> None:
    open_page(page, demo, "/vi/")
    page.get_by_role("combobox").first.focus()
    page.keyboard.type("chu ky so")
    page.keyboard.press("Enter")
    page.wait_for_url("**/vi/search/?q=chu*")
    assert page.locator("ol.results > li").count() > 0


@pytest.mark.parametrize("place", [0, 1, 2], ids=["embed", "share", "cite"])
def test_panels_of_a_resource_open_close_and_give_the_focus_back(
    page: Page, demo: DemoSite, place: int
) -> None:
    open_page(page, demo, resource(demo, "bai-nop-ho-so-dich-vu-cong"))
    panel = page.locator("details.popout").nth(place)
    summary = panel.locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(panel.locator(".popout__panel")).to_be_visible()
    expect(panel.locator(".popout__panel")).to_be_in_viewport(ratio=0.99)
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('.popout__panel')"), focused(page)
    page.keyboard.press("Escape")
    expect(panel.locator(".popout__panel")).to_be_hidden()
    expect(summary).to_be_focused()
    page.keyboard.press("Space")
    for _step in range(12):
        page.keyboard.press("Tab")
        if not page.evaluate("!!document.activeElement.closest('.popout__panel')"):
            return
    raise AssertionError("Tab does not leave an open panel")


def test_the_code_to_embed_is_copied_with_a_key(page: Page, demo: DemoSite) -> None:
    open_page(page, demo, resource(demo, "vd-kho-57-la-gi"))
    page.locator("details.popout > summary").first.focus()
    page.keyboard.press("Enter")
    page.locator('[data-copy="embed"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator('[data-copy="embed"]')).to_contain_text("Đã chép")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("<iframe src=") and demo.ways["vd-kho-57-la-gi"].public_id in copied


def test_an_infographic_is_enlarged_moved_and_closed_with_keys(page: Page, demo: DemoSite) -> None:
    open_page(page, demo, resource(demo, "ig-7-buoc-nop-ho-so-truc-tuyen"))
    opener, dialog = page.locator("a[data-zoom]"), page.locator("dialog.viewer")
    opener.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    assert page.evaluate("!!document.activeElement.closest('dialog')"), focused(page)
    for _step in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        ), "focus goes behind the dialog"
    page.locator("[data-zoom-view]").focus()
    page.keyboard.press("+")
    expect(page.locator("[data-zoom-level]")).to_have_text("150%")
    page.wait_for_function("document.querySelector('[data-zoom-picture]').naturalWidth > 0")
    before = page.evaluate("document.querySelector('[data-zoom-view]').scrollTop")
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "before => document.querySelector('[data-zoom-view]').scrollTop > before", arg=before
    )
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


@pytest.mark.parametrize("name", ["vd-kho-57-la-gi", "pc-nghi-quyet-57-trong-hai-phut"])
def test_a_line_of_the_transcript_seeks_the_player(page: Page, demo: DemoSite, name: str) -> None:
    open_page(page, demo, resource(demo, name))
    page.wait_for_function("document.getElementById('player').readyState >= 1")
    line = page.locator(".transcript a[data-time]").nth(3)
    at = float(line.get_attribute("data-time") or 0)
    assert at > 1
    line.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("at => document.getElementById('player').currentTime >= at - 0.1", arg=at)
    expect(line).to_be_focused()
    expect(line).to_have_attribute("aria-current", "true")
    page.evaluate("document.getElementById('player').pause()")


def test_the_player_starts_and_stops_with_the_space_bar(page: Page, demo: DemoSite) -> None:
    open_page(page, demo, resource(demo, "vd-kho-57-la-gi"))
    page.wait_for_function("document.getElementById('player').readyState >= 1")
    page.locator("#player").focus()
    page.keyboard.press("Space")
    page.wait_for_function("!document.getElementById('player').paused")
    page.keyboard.press("Space")
    page.wait_for_function("document.getElementById('player').paused")


def test_choices_of_the_builder_change_the_code_without_leaving(page: Page, demo: DemoSite) -> None:
    open_page(page, demo, f"/vi/embed/?section={pages.SECTION}")
    chosen = page.locator('input[name="layout"]:checked')
    chosen.focus()
    before = page.locator("[data-code]").inner_text()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("before => document.querySelector('[data-code]').innerText !== before", arg=before)
    assert page.evaluate("document.activeElement.name") == "layout", focused(page)
