"""First page, topics, audiences, agencies, campaigns."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.test import Client

from cms.portal.cards import Card, shelved
from cms.portal.listing import read_cursor
from cms.portal.models import HomePage, HomePick
from media_library.kinds import Kind
from media_library.models import Campaign, CampaignPin
from tests import factories
from tests.portal.library import multiply, publish_each_kind

pytestmark = pytest.mark.django_db


def _text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    assert not response.cookies
    return response.content.decode()


def _listed(text: str) -> list[str]:
    return re.findall(r'class="result__title"[^>]*><a href="([^"]+)"', text)


def test_the_root_leads_to_vietnamese_whatever_the_browser_says(client: Client) -> None:
    response = client.get("/", headers={"accept-language": "en"})
    assert (response.status_code, response["Location"]) == (302, "/vi/")


def test_picks_are_shown_in_order_and_only_while_they_are_public(client: Client) -> None:
    page = HomePage.objects.get(locale__language_code="vi")
    shown = factories.make_published(Kind.PHOTO, title="Ảnh được chọn")
    hidden = factories.make_withdrawn(kind=Kind.PHOTO, title="Ảnh đã thu hồi")
    for order, resource in enumerate((hidden, shown)):
        HomePick.objects.create(page=page, resource=resource, sort_order=order)
    text = _text(client, "/vi/")
    assert text.count("Ảnh được chọn") == 2  # among the picks and among the newest
    assert "Ảnh đã thu hồi" not in text


@pytest.mark.parametrize("address", ["/vi/topic/chuyen-doi-so/", "/vi/audience/students/"])
def test_a_term_lists_its_public_resources_once(client: Client, address: str) -> None:
    kinds = publish_each_kind()
    factories.make_resource(title="Bản nháp kín")
    text = _text(client, address)
    assert sorted(_listed(text)) == sorted(one.get_absolute_url("vi") for one in kinds)
    assert "Bản nháp kín" not in text


def test_a_list_is_walked_without_gap_or_repetition(client: Client) -> None:
    multiply(publish_each_kind(), until=45)
    seen, address = [], "/vi/topic/chuyen-doi-so/"
    while address:
        text = _text(client, address)
        seen += _listed(text)
        following = re.search(r'rel="next" href="([^"]+)"', text)
        address = f"/vi/topic/chuyen-doi-so/{following[1]}" if following else ""
    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize("after", ["x", "AAAA", "🙂", "MjAyNi0wMS0wMXwx", "a" * 500, "%00"])
def test_a_cursor_that_cannot_be_read_starts_anew(client: Client, after: str) -> None:
    publish_each_kind()
    assert read_cursor(after) is None
    assert len(_listed(_text(client, f"/vi/topic/chuyen-doi-so/?after={after}"))) == 6


def test_a_work_in_two_languages_is_listed_once_in_that_of_the_page(client: Client) -> None:
    vietnamese = factories.make_published(title="Bản Việt")
    english = factories.make_published(
        title="English one", language="en", translation_key=vietnamese.translation_key
    )
    assert _listed(_text(client, "/vi/topic/chuyen-doi-so/")) == [vietnamese.get_absolute_url("vi")]
    assert _listed(_text(client, "/en/topic/chuyen-doi-so/")) == [english.get_absolute_url("en")]


def test_a_merged_agency_leads_to_its_successor_which_shows_everything(client: Client) -> None:
    present = factories.make_agency("Phường mới")
    past = factories.make_agency("Xã cũ", successor=present)
    resource = factories.make_published(agency=past)
    response = client.get(f"/vi/agency/{past.code}/")
    assert (response.status_code, response["Location"]) == (301, f"/vi/agency/{present.code}/")
    text = _text(client, f"/vi/agency/{present.code}/")
    assert _listed(text) == [resource.get_absolute_url("vi")]
    assert "Xã cũ" in text
    assert "Phường mới" in _text(client, resource.get_absolute_url())


def test_agencies_are_listed_with_what_they_give(client: Client) -> None:
    agency = factories.make_agency("Sở Thử nghiệm")
    factories.make_published(agency=agency)
    factories.make_resource(agency=agency)
    text = _text(client, "/vi/agency/")
    assert re.search(r'Sở Thử nghiệm</span><span class="num"><span aria-hidden="true">1<', text)


@pytest.mark.parametrize(
    "path", ["topic/khong-co/", "audience/khong-co/", "agency/khong-co/", "campaign/khong-co/"]
)
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    assert client.get(f"/vi/{path}").status_code == 404


def test_a_campaign_shows_its_pins_first_and_only_public_ones(client: Client) -> None:
    campaign = Campaign.objects.create(
        code="ngay-10-10", title="Ngày 10/10", recurs="yearly", day="10-10", starts="09-10", ends="10-20",
        lead=factories.make_agency(),
    )  # fmt: skip
    pinned = factories.make_published(title="Được ghim")
    hidden = factories.make_withdrawn(title="Đã gỡ")
    for resource in (pinned, hidden):
        CampaignPin.objects.create(campaign=campaign, resource=resource)
    text = _text(client, "/vi/campaign/ngay-10-10/")
    assert "Được ghim" in text and "Đã gỡ" not in text
    assert "10/10" in text


@pytest.mark.parametrize("slug", ["about", "help", "accessibility", "terms"])
def test_standing_pages_exist_in_both_languages_and_name_each_other(client: Client, slug: str) -> None:
    for lang in ("vi", "en"):
        text = _text(client, f"/{lang}/{slug}/")
        assert f'<html lang="{lang}">' in text
        assert re.search(f'hreflang="vi" href="[^"]*/vi/{slug}/"', text)
        assert re.search(f'hreflang="en" href="[^"]*/en/{slug}/"', text)


def _card(kind: str) -> Card:
    return Card(
        url="/", public_id="k57", title="", summary="", lang="", kind=kind, kind_label="", picture=None,
        duration=None, length="", agency="", date=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize("kinds", [["video"] * 6, Kind.values, ["document"], ["photo", "video"], []])
def test_a_shelf_is_never_wider_than_its_columns(kinds: list[str]) -> None:
    spans = [card.span for card in shelved([_card(kind) for kind in kinds])]
    assert sum(spans) <= 60
    assert all(span >= 5 for span in spans)
    assert sum(spans) == 60 or len(kinds) < 5
