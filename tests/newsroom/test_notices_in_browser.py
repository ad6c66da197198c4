"""Notices, saved searches and corrections in Chromium: before axe at both widths, by keyboard, without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from cms.newsroom.letters import following, searching, stopping
from cms.newsroom.models import Follow, LetterChoice, Occasion, SavedSearch, Use
from media_library.models import Resource, User
from tests import axe
from tests import factories as make
from tests.answering import Open
from tests.portal.library import index

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
PATIENCE = 30_000
"""Milliseconds for the page that a form leads to."""


@pytest.fixture
def reader(client: Client) -> User:
    """Signed in, with something of everything."""
    at = timezone.now()
    user = make.make_user()
    client.force_login(user)
    topic = make.topic("ky-nang-so", "Kỹ năng số", "Digital skills")
    photo = make.make_published("photo", title="Cầu Trường Tiền trong ngày nước lên", topics=[topic])
    gone = make.make_withdrawn(title="Bản đồ ngập cũ")
    hidden = make.make_embargoed(title="Chưa công bố")
    for number, row in enumerate((photo, gone, hidden)):
        taken = at - timedelta(hours=number)
        Use.objects.create(resource=row, offer="web", at=taken, user=user, purpose="news", outlet="Báo Huế")
    for thing in (topic, photo.agency, photo):
        following.follow(user, thing, at=at)
    for number, (what, said) in enumerate((("correction", "Năm ở cột hai là 2024."), ("rights", ""))):
        Occasion.objects.create(
            what=what,
            resource=photo,
            key=f"o{number}",
            at=at - timedelta(days=number),
            vi=said,
            changed=["licence"],
        )
    saved = searching.save(
        user, name="Cầu và sông", query="q=c%E1%BA%A7u", room="library", lang="vi", alert="daily", at=at
    )
    searching.open_feed(saved)
    index()
    return user


def paths(reader: User) -> list[str]:
    resource, saved = Resource.objects.get(title__startswith="Cầu"), SavedSearch.objects.get()
    found = [f"/{lang}/press/notices/" for lang in ("vi", "en")]
    found += [f"/{lang}/press/searches/{saved.key}/?told=saved" for lang in ("vi", "en")]
    found += [f"/vi/press/searches/{saved.key}/?delete", "/vi/press/searches/", "/en/press/searches/"]
    found += ["/vi/press/searches/save/?q=hoa", "/en/press/searches/save/?room=press&rights=now"]
    found += ["/vi/press/notices/follow/?what=topic&code=ky-nang-so"]
    found += [f"/{lang}/press/notices/stop/{stopping.token_of(reader.pk)}/" for lang in ("vi", "en")]
    found += [f"/vi/press/notices/stop/{reader.pk}/"]
    found += [f"/{lang}/press/r/{resource.public_id}/corrections/" for lang in ("vi", "en")]
    found += [resource.get_absolute_url("vi"), resource.get_absolute_url("en"), "/vi/topic/ky-nang-so/"]
    return found


def test_every_page_passes_axe_and_stays_within_its_width(open_page: Open, reader: User) -> None:
    page = open_page("/vi/press/notices/?told=chosen")
    site = page.url.partition("/vi/")[0]
    for path in paths(reader):
        page.goto(site + path)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 844})
            assert axe.broken(page) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)


def test_a_search_is_saved_with_the_keyboard_alone(open_page: Open, reader: User) -> None:
    page = open_page("/vi/search/?q=tr%C6%B0%E1%BB%9Dng")
    page.get_by_role("link", name="Lưu lượt tìm này").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/press/searches/save/**")
    name = page.get_by_label("Tên", exact=True)
    expect(name).to_have_value("trường")
    name.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã lưu.", timeout=PATIENCE)
    row = SavedSearch.objects.get(query="q=tr%C6%B0%E1%BB%9Dng")
    assert (row.name, row.alert) == ("trường", "daily")


def test_without_script_one_follows_chooses_and_stops(open_page: Open, reader: User) -> None:
    Follow.objects.all().delete()
    page = open_page("/vi/topic/ky-nang-so/", width=390, script=False)
    page.get_by_role("button", name="Báo cho tôi khi có đính chính").click()
    expect(page.get_by_role("status")).to_contain_text("Từ nay bạn sẽ được báo tin.", timeout=PATIENCE)
    assert Follow.objects.get().topic is not None
    page.get_by_label("Mỗi ngày một lần").check()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_label("Mỗi ngày một lần")).to_be_checked(timeout=PATIENCE)
    page.get_by_role("button", name="Ngừng nhận mọi thư").click()
    expect(page.get_by_role("main")).to_contain_text("Bạn đã ngừng nhận mọi thư", timeout=PATIENCE)
    assert LetterChoice.objects.get().stopped_at is not None
