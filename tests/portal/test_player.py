"""Films in Chromium: the ladder through hls.js, with captions and chapters, by keyboard; and what fails."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from media_library.intake.accept import accept
from media_library.kinds import Kind, Role
from media_library.models import Asset, Chapter, Resource
from media_library.processing import jobs
from tests import factories
from tests.answering import SITE, Answers
from tests.media_library import specimens

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.slow]
WORDS = (
    "WEBVTT\n\n00:00.000 --> 00:04.000\nPhần mở đầu\n\n00:04.000 --> 00:09.500\nPhần chính\n",
    "WEBVTT\n\n00:00.000 --> 00:09.500\nThe opening\n",
)


@pytest.fixture
def film(tmp_path: Path, settings: object) -> Resource:
    """Ten seconds with a rung, captions in two languages and two chapters, published."""
    settings.STREAMING = True  # type: ignore[attr-defined]
    settings.PUBLIC_BASE_URL = SITE  # type: ignore[attr-defined]
    agency = factories.make_agency()

    def upload(content: bytes, role: Role) -> Asset:
        file = accept(
            stream=io.BytesIO(content),
            name="phim.bin",
            kind=Kind.VIDEO,
            role=role,
            agency=agency,
            by=None,
            at=timezone.now(),
        )
        return Asset(role=role, file=file, language="vi")

    source = specimens.colour_bars(
        tmp_path / "a.mp4", "-c:v", "libx264", "-c:a", "aac", seconds=10, size="426x240"
    )
    words = [upload(text.encode(), Role.CAPTION) for text in WORDS]
    words[1].language = "en"
    assets = [upload(source.read_bytes(), Role.ORIGINAL), *words]
    jobs.run_all_due()
    resource = factories.make_resource(Kind.VIDEO, agency=agency, title="Phim có nhiều cỡ")
    resource.assets.set(assets)
    resource.chapters.add(Chapter(start=0, title="Mở đầu"), Chapter(start=6, title="Phần chính"))
    resource.save()
    resource.save_revision()
    factories.publishing.publish(resource=resource, by=None, at=timezone.now())
    return Resource.objects.get(pk=resource.pk)


Open = Callable[..., Page]


@pytest.fixture
def answers(client: Client, settings: object) -> Answers:
    settings.ALLOWED_HOSTS = ["*"]  # type: ignore[attr-defined]
    return Answers(client)


@pytest.fixture
def open_page(browser: Browser, answers: Answers) -> Iterator[Open]:
    contexts = []

    def opened(path: str, *, width: int = 1280, script: bool = True) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 844}, java_script_enabled=script)
        contexts.append(context)
        page = context.new_page()
        page.said = []  # type: ignore[attr-defined]
        page.on("console", lambda message: page.said.append(message.text))  # type: ignore[attr-defined]
        page.route("**/*", answers)
        page.goto(SITE + path)
        return page

    yield opened
    for context in contexts:
        context.close()


def plays(page: Page, past: float) -> None:
    page.wait_for_function("past => document.getElementById('player').currentTime > past", arg=past)


def test_a_ladder_plays_by_keyboard_with_captions_and_chapters(
    film: Resource, open_page: Open, answers: Answers
) -> None:
    page = open_page(film.get_absolute_url("vi"), width=390)
    player = page.locator("#player")
    assert not [path for path in answers.asked if "hls" in path or path.endswith(".m3u8")]
    player.focus()
    page.keyboard.press("Space")
    expect(player).to_have_attribute("data-plays", "stream")
    plays(page, 0.3)
    assert player.evaluate("one => one.currentSrc").startswith("blob:")
    asked = [path for path in answers.asked if f"/files/{film.public_id}/" in path]
    assert {".m3u8", ".mp4", ".vtt"} <= {Path(path).suffix for path in asked}
    said = "one => one.textTracks[0].activeCues[0].text"
    assert player.evaluate(said) == "Phần mở đầu"
    assert player.evaluate("one => one.textTracks.length") == 2
    chapter = page.locator(".timed a", has_text="Phần chính").first
    chapter.focus()
    page.keyboard.press("Enter")
    plays(page, 6.0)
    expect(chapter).to_have_attribute("aria-current", "true")
    page.wait_for_function(f"({said})(document.getElementById('player')) === 'Phần chính'")
    player.focus()
    page.keyboard.press("Space")
    page.wait_for_function("document.getElementById('player').paused")
    assert [one for one in page.said if "Content Security" in one or "Content-Security" in one] == []  # type: ignore[attr-defined]


def test_what_fails_on_the_way_to_the_ladder_leaves_the_one_file_playing(
    film: Resource, open_page: Open, answers: Answers
) -> None:
    answers.broken = ".m3u8"
    page = open_page(film.get_absolute_url("vi"))
    page.locator("#player").focus()
    page.keyboard.press("Space")
    plays(page, 0.3)
    assert page.locator("#player").evaluate("one => one.currentSrc").endswith(".mp4")
