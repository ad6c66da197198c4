"""The admin's listing and choosers find by all the words, and never beyond what a person may see."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from media_library.editing import finding
from media_library.models import Asset, Resource
from search import engines, indexing
from search.engines.database.engine import make
from tests.editing.screens import address, signed_in
from tests.factories import (
    make_agency,
    make_communicator,
    make_editor,
    make_lead,
    make_published,
    make_resource,
    make_stored_file,
)
from tests.search.fakes import FlakyEngine

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


def draft(title: str, words: str = "", **fields: Any) -> Resource:
    body = [("paragraph", f"<p>{words}</p>")] if words else None
    return make_resource(title=title, body=body, **fields)


def listed(client: Client, **asked: str) -> list[str]:
    """Titles of the listing, in order."""
    indexing.drain(timezone.now())
    page = BeautifulSoup(client.get(address("list_results"), asked).content, "html.parser")
    return [link.get_text(strip=True) for link in page.select("td.title a[href*='/edit/']")]


def chosen_from(client: Client, **asked: str) -> str:
    indexing.drain(timezone.now())
    place = reverse(Resource.snippet_viewset.chooser_viewset.get_url_name("choose_results"))
    return client.get(place, asked).content.decode()


def test_an_editor_finds_own_drafts_by_words_of_the_body() -> None:
    agency = make_agency()
    draft("Bản tin số một", "Hồ truồi đầy nước", agency=agency)
    draft("Bản tin số hai", agency=agency)
    for user in (make_communicator(agency), make_editor(agency), make_lead()):
        assert listed(signed_in(user), q="ho truoi") == ["Bản tin số một"]


def test_an_editor_finds_own_drafts_by_what_is_said_in_them() -> None:
    agency = make_agency()
    cues = {"cues": [{"start": 5.0, "end": 9.0, "text": "Kẻ gian mượn danh ngân hàng."}]}
    words = make_stored_file(
        agency, content=b"WEBVTT\n\n", media_type="text/vtt", name="l.vtt", extracted=cues
    )
    film = make_resource("podcast", title="Chuyện buổi sáng", agency=agency)
    Asset.objects.filter(resource=film, role="caption").update(file=words)
    Resource.objects.get(pk=film.pk).save_revision()
    assert listed(signed_in(make_communicator(agency)), q="mượn danh ngân hàng") == ["Chuyện buổi sáng"]


def test_the_newest_draft_over_a_public_version_is_found() -> None:
    resource = make_published(title="Cẩm nang")
    version = resource.get_latest_revision_as_object()
    version.summary = "Thêm phần về thuyền rồng."
    version.save_revision()
    assert listed(signed_in(make_communicator(resource.agency)), q="thuyen rong") == ["Cẩm nang"]


def test_another_agencys_draft_is_never_found() -> None:
    draft("Nháp kín", "Hồ truồi đầy nước")
    make_published(title="Công khai", body=[("paragraph", "<p>Hồ truồi đầy nước</p>")])
    own = make_agency()
    draft("Của tôi", "Hồ truồi đầy nước", agency=own)
    assert listed(signed_in(make_editor(own)), q="hồ truồi") == ["Của tôi"]
    assert len(listed(signed_in(make_lead()), q="hồ truồi")) == 3


def test_an_index_or_finder_that_is_wrong_shows_nothing_of_another_agency(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hidden = draft("Nháp kín")
    own = make_agency()
    monkeypatch.setattr(finding, "_finders", [lambda words, **how: [hidden.pk]])
    assert listed(signed_in(make_editor(own)), q="bất kỳ") == []
    assert hidden.title not in chosen_from(signed_in(make_editor(own)), q="bất kỳ")


def test_a_full_index_of_others_does_not_crowd_out_own_drafts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding.ids_for, "__kwdefaults__", {"limit": 3})
    for number in range(5):
        make_published(title=f"Lễ hội áo dài {number}")
    own = make_agency()
    draft("Kế hoạch tháng ba", "Lễ hội áo dài", agency=own)
    assert listed(signed_in(make_editor(own)), q="lễ hội áo dài") == ["Kế hoạch tháng ba"]


def test_who_carries_on_a_merged_agency_finds_what_it_kept() -> None:
    heir = make_agency("Phường mới")
    old = make_agency("Phường cũ", successor=heir)
    draft("Sổ tay cũ", "Hồ truồi đầy nước", agency=old)
    for member in (heir, old):
        assert listed(signed_in(make_communicator(member)), q="hồ truồi") == ["Sổ tay cũ"]


def test_the_best_fit_comes_first_unless_another_order_was_chosen() -> None:
    agency = make_agency()
    client = signed_in(make_communicator(agency))
    draft("Đèn lồng Hội An và hoa đăng", agency=agency)
    draft("Bản tin", "Có nhắc tới hoa đăng một lần, rồi thôi.", agency=agency)
    draft("An toàn khi thả hoa đăng", "hoa đăng " * 4, agency=agency)
    first, second, third = "An toàn khi thả hoa đăng", "Bản tin", "Đèn lồng Hội An và hoa đăng"
    assert listed(client, q="hoa đăng") == [first, third, second]
    assert listed(client, q="hoa đăng", ordering="title") == [first, second, third]


def test_a_part_of_the_title_or_the_beginning_of_an_id_still_finds() -> None:
    agency = make_agency()
    client = signed_in(make_communicator(agency))
    resource = draft("Nhận diện lừa đảo", agency=agency)
    draft("Khác", agency=agency)
    for typed in ("nhan di", "lừa đ", resource.public_id, resource.public_id[:10]):
        assert listed(client, q=typed) == ["Nhận diện lừa đảo"], typed


def test_titles_answer_where_no_engine_does(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = make_agency()
    draft("Nhận diện lừa đảo", "Hồ truồi đầy nước", agency=agency)
    client = signed_in(make_communicator(agency))
    indexing.drain(timezone.now())
    first, other = FlakyEngine(make(), failures=10**6), make()
    monkeypatch.setattr(engines, "engine", lambda: first)
    monkeypatch.setattr(engines, "simpler", lambda: other)
    assert listed(client, q="hồ truồi") == ["Nhận diện lừa đảo"], "the simpler engine answers"
    monkeypatch.setattr(engines, "simpler", lambda: FlakyEngine(other, failures=10**6))
    assert listed(client, q="hồ truồi") == []
    assert listed(client, q="lua dao") == ["Nhận diện lừa đảo"]


@pytest.mark.parametrize("typed", ["?!", '"', "a" * 5000, "\u202eabc", "%", "' OR 1=1 --", "NOT AND", "\x00"])
def test_nothing_typed_breaks_the_listing_or_the_chooser(typed: str) -> None:
    agency = make_agency()
    client = signed_in(make_communicator(agency))
    assert client.get(address("list"), {"q": typed}).status_code == 200
    place = reverse(Resource.snippet_viewset.chooser_viewset.get_url_name("choose_results"))
    assert client.get(place, {"q": typed}).status_code == 200


def test_a_chooser_finds_public_resources_by_all_their_words_and_nothing_else() -> None:
    agency = make_agency()
    make_published(title="Công khai", agency=agency, body=[("paragraph", "<p>Hồ truồi đầy nước</p>")])
    draft("Nháp của tôi", "Hồ truồi đầy nước", agency=agency)
    for user in (make_communicator(agency), make_lead()):
        page = chosen_from(signed_in(user), q="hồ truồi")
        assert "Công khai" in page and "Nháp của tôi" not in page


def test_an_act_on_all_that_is_found_takes_what_the_listing_shows() -> None:
    agency = make_agency()
    found = draft("Bản tin số một", "Hồ truồi đầy nước", agency=agency)
    other = draft("Bản tin số hai", agency=agency)
    client = signed_in(make_editor(agency))
    indexing.drain(timezone.now())
    place = reverse("wagtail_bulk_action", args=["media_library", "resource", "k57_publish"])
    page = client.get(f"{place}?id=all&q=ho+truoi").content.decode()
    assert found.title in page and other.title not in page


def test_a_search_of_the_listing_asks_as_many_queries_for_two_as_for_twenty() -> None:
    agency = make_agency()
    client = signed_in(make_communicator(agency))
    for number in range(2):
        draft(f"Hoa đăng {number}", agency=agency)
    listed(client, q="hoa đăng")
    few = _queries(client)
    for number in range(18):
        draft(f"Hoa đăng thêm {number}", agency=agency)
    listed(client, q="hoa đăng")
    assert _queries(client) == few


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address("list"), {"q": "hoa đăng"}).status_code == 200
    return len(asked)
