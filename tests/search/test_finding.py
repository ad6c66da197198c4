"""What callers get: real resources, honest numbers, places to go on from."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from structlog.testing import capture_logs

from media_library import changes, publishing
from media_library.models import Asset, Resource, StoredFile
from media_library.models.resource import new_public_id
from search import engines, finding, indexing
from search.engines import engine
from search.engines.contract import GONE, Engine, Resting, Unavailable
from search.engines.database.engine import DatabaseEngine
from search.models import IndexedDocument
from search.request import SearchRequest
from search.results import SearchResults
from tests import factories
from tests.search.documents import ask, document
from tests.search.fakes import CarelessEngine, FlakyEngine

pytestmark = [pytest.mark.django_db, pytest.mark.contract]
Look = Callable[..., SearchResults]


def test_an_unaccented_question_finds_the_resource_with_its_card(library: Look) -> None:
    resource = factories.make_published("infographic", title="Bảy bước nộp hồ sơ trực tuyến")
    results = library("nop ho so")
    (result,) = results.results
    assert result.resource == resource
    assert result.highlights.title == "Bảy bước <mark>nộp hồ sơ</mark> trực tuyến"
    assert (results.total, results.next, results.suggestion, results.corrected) == (1, None, None, None)


@pytest.mark.parametrize("act", ["withdraw", "expire", "unpublish", "embargo", "delete"])
def test_what_is_taken_back_is_counted_nowhere_before_the_worker_hears_of_it(library: Look, act: str) -> None:
    topic = factories.topic("du-lieu-mo", "Dữ liệu mở")
    gone = factories.make_published("video", title="Dữ liệu mở một", topics=[topic])
    kept = factories.make_published("article", title="Dữ liệu mở hai", topics=[topic])
    assert library("dữ liệu mở").total == 2
    now = timezone.now()
    row = Resource.objects.filter(pk=gone.pk)
    if act == "withdraw":
        publishing.withdraw(resource=gone, by=factories.make_lead(), reason="Sai.", at=now)
    elif act == "delete":
        row.delete()
    else:
        fields = {
            "expire": {"expire_at": now},
            "unpublish": {"live": False},
            "embargo": {"embargo_until": now + timedelta(days=1)},
        }
        row.update(**fields[act])
    for q in ("dữ liệu mở", "", '"dữ liệu mở"'):
        results = library(q, drain=False)
        assert [one.resource for one in results.results] == [kept]
        assert results.total == 1
        assert [(one.value, one.count) for one in results.facets["kind"]] == [("article", 1)]
        assert [(one.value, one.count) for one in results.facets["topic"]] == [("du-lieu-mo", 1)]
    now = timezone.now()
    assert [one.text for one in finding.suggest("dữ liệu mở m", at=now)] == []
    assert finding.similar(kept, at=now) == []


def test_an_index_that_is_wrong_shows_no_hidden_resource(library: Look) -> None:
    """The results are checked once more against the live table, whatever an engine answers."""
    hidden = factories.make_resource(title="Bản nháp kín")
    engine().index([document(hidden.pk, "Bản nháp kín", version=GONE)])
    results = library("bản nháp kín")
    assert (results.total, results.results) == (0, ())
    assert IndexedDocument.objects.filter(pk=hidden.pk, deleted=False).exists()


def test_an_engine_that_knows_no_live_table_shows_no_hidden_resource_either(
    library: Look, use_engine: Callable[[Engine], Engine]
) -> None:
    hidden = factories.make_resource(title="Bản nháp kín")
    use_engine(DatabaseEngine()).index([document(hidden.pk, "Bản nháp kín", version=GONE)])
    assert engine().search(ask("bản nháp kín")).total == 0, "the site's own engine joins the live table"
    assert library("bản nháp kín", drain=False).results == ()


def test_a_careless_engine_shows_nothing_hidden_among_documents_and_resources(
    library: Look, use_engine: Callable[[Engine], Engine]
) -> None:
    shown, hidden = factories.make_published(title="Công khai"), factories.make_resource(title="Kín")
    found = [document(row.pk, row.title) for row in (hidden, shown)]
    use_engine(CarelessEngine(engine(), found))
    documents = finding.documents_found(SearchRequest(q="x"), at=timezone.now()).results
    assert [one.document.id for one in documents] == [shown.pk]
    assert [one.resource for one in library("x", drain=False).results] == [shown]


@pytest.mark.slow
def test_a_page_asks_as_many_queries_for_ten_as_for_a_thousand(library: Look) -> None:
    model = factories.make_published("video", title="Kỹ năng số")
    _copies(model, 9)
    assert library("kỹ năng").total == 10
    assert library("kỹ năng").total == 10
    few = _queries("kỹ năng")
    _copies(Resource.objects.get(title=model.title, live_revision__isnull=False), 990)
    indexing.drain(timezone.now())
    assert library("kỹ năng").total == 1000
    many = _queries("kỹ năng")
    assert many <= few <= 25, "with many hits nobody is asked whether they meant something else"


def _copies(model: Resource, number: int) -> None:
    """Public rows like ``model``, written straight to the tables, and noted in the outbox."""
    kept = [list(getattr(model, name).all()) for name in ("assets", "audience_uses", "topic_uses")]
    rows = []
    for _number in range(number):
        model.pk = None
        model.public_id, model.translation_key = new_public_id(), uuid.uuid4()
        model.latest_revision = model.live_revision = None
        rows.append(copy.copy(model))
    rows = Resource.objects.bulk_create(rows)
    for children in kept:
        for child in children:
            field = "resource_id" if hasattr(child, "resource_id") else "content_object_id"
            like = [copy.copy(child) for _row in rows]
            for one, row in zip(like, rows, strict=True):
                one.pk = None
                setattr(one, field, row.pk)
            if isinstance(child, Asset):
                for one, file in zip(like, _copied_files(child, number), strict=True):
                    one.file = file
            type(child).objects.bulk_create(like)
    with transaction.atomic():
        changes.record(resource_ids=[row.pk for row in rows], why="test")


def _copied_files(asset: Asset, number: int) -> list[StoredFile]:
    """A file of its own for each copy, as pages would read them; the bytes nobody asks for."""
    like = [copy.copy(asset.file) for _number in range(number)]
    for one in like:
        one.pk, one.storage_name = None, f"test/{uuid.uuid4()}"
    return StoredFile.objects.bulk_create(like)


def _queries(q: str) -> int:
    request = SearchRequest(q=q, kind=("video",))
    with CaptureQueriesContext(connection) as captured:
        results = finding.search(request, at=timezone.now(), size=10)
        for one in results.results:
            _card = (one.resource.agency.name, one.resource.language, one.resource.picture)
    return len(captured)


def test_pages_follow_each_other_to_the_end(library: Look) -> None:
    agency = factories.make_agency()
    made = [factories.make_published(agency=agency, title=f"Bản tin {n}").pk for n in range(7)]
    for q in ("bản tin", ""):
        seen, request = [], SearchRequest(q=q)
        indexing.drain(timezone.now())
        while True:
            results = finding.search(request, at=timezone.now(), size=3)
            seen += [one.resource.pk for one in results.results]
            assert results.total == 7
            if results.next is None:
                break
            assert f"after={results.next}" in (results.next_query_string or "")
            request = request.with_(after=results.next)
        assert sorted(seen) == sorted(made)


def test_a_cursor_of_another_question_is_told_and_answered_from_the_start(library: Look) -> None:
    for number in range(3):
        factories.make_published(title=f"Bản tin {number}")
    after = library("bản tin", size=1).next
    assert after
    results = library("bản", after=after, size=1)
    assert [notice.parameter for notice in results.notices] == ["after"]
    assert results.total == 3
    assert len(results.results) == 1


def test_facets_carry_labels_in_the_language_of_the_reader(library: Look) -> None:
    agency = factories.make_agency("Sở Y tế", name_en="Department of Health", code="YT")
    topic = factories.topic("y-te", "Y tế", "Health")
    factories.make_published(agency=agency, topics=[topic])
    english = library(lang="en").facets
    assert [(one.value, one.label, one.count) for one in english["agency"]] == [
        ("YT", "Department of Health", 1)
    ]
    assert [one.label for one in english["topic"]] == ["Health"]
    assert [one.label for one in library().facets["topic"]] == ["Y tế"]


def test_a_choice_that_finds_nothing_is_still_there_to_be_taken_back(library: Look) -> None:
    factories.make_published()
    results = library(kind=("video",), topic=("khong-co",))
    assert results.total == 0
    assert [(one.value, one.count, one.selected) for one in results.facets["topic"] if one.selected] == [
        ("khong-co", 0, True)
    ]


def test_spoken_words_are_found_with_their_second(library: Look) -> None:
    agency = factories.make_agency()
    cues = {
        "cues": [
            {"start": 0.5, "end": 3.0, "text": "Xin chào các bạn nghe đài."},
            {"start": 83.2, "end": 86.0, "text": "Kẻ gian mượn tên của ngân hàng."},
        ]
    }
    words = factories.make_stored_file(
        agency, content=b"WEBVTT\n\n", media_type="text/vtt", name="l.vtt", extracted=cues
    )
    resource = factories.make_published("podcast", agency=agency, title="Chuyện buổi sáng")
    resource.assets.filter(role="caption").update(file=words)
    _changed(resource)
    (result,) = library("kẻ gian mượn tên").results
    assert result.spoken is not None
    assert (result.spoken.seconds, result.spoken.clock) == (83, "1:23")
    assert result.spoken.html == "<mark>Kẻ gian mượn tên</mark> của ngân hàng."
    assert library("chuyện buổi sáng").results[0].spoken is None


def test_words_of_a_pdf_are_found_with_their_page(library: Look) -> None:
    agency = factories.make_agency()
    pages = {"pages": ["Lời nói đầu", "", "Đăng ký nhãn hiệu ở Cục Sở hữu trí tuệ"]}
    file = factories.make_stored_file(
        agency, content=b"%PDF-1.7 test", media_type="application/pdf", name="so-tay.pdf", extracted=pages
    )
    factories.make_published("document", agency=agency, file=file, title="Sổ tay")
    (result,) = library("nhan hieu o cuc").results
    assert result.page == 3
    assert "<mark>nhãn hiệu ở Cục</mark>" in result.highlights.snippet
    assert library("sổ tay").results[0].page is None


def test_similar_resources_are_public_others_and_no_translation(library: Look) -> None:
    one = factories.make_published(title="Phòng tránh lừa đảo trực tuyến")
    other = factories.make_published(title="Nhận diện lừa đảo trực tuyến")
    translation = factories.make_published(
        title="Lừa đảo trực tuyến (English)", language="en", translation_key=one.translation_key
    )
    indexing.drain(timezone.now())
    assert finding.similar(one, at=timezone.now()) == [other]
    assert translation.translation_key == one.translation_key


def test_a_typing_error_is_mended_where_nothing_else_is_found(library: Look) -> None:
    for _number in range(3):
        factories.make_published(title="Hướng dẫn tình nguyện viên")
    results = library("tinhf nguyeen")
    assert results.corrected == "tình nguyện"
    assert results.total == 3
    assert results.results[0].highlights.title == "Hướng dẫn <mark>tình nguyện</mark> viên"


def test_the_pages_of_a_mended_wording_follow_one_another(library: Look) -> None:
    for _number in range(3):
        factories.make_published(title="Hướng dẫn tình nguyện viên")
    seen: list[Resource] = []
    after = ""
    for _page in range(3):
        results = library("tinhf nguyeen", size=1, after=after)
        assert (results.corrected, results.total, results.notices) == ("tình nguyện", 3, ())
        seen += [one.resource for one in results.results]
        after = results.next or ""
    assert len({one.pk for one in seen}) == 3 and not after


def test_the_pages_of_looser_results_follow_one_another(library: Look) -> None:
    for _number in range(3):
        factories.make_published(title="Hướng dẫn tình nguyện viên")
    seen: list[Resource] = []
    after = ""
    for _page in range(3):
        results = library("viên kabc kdef kghi kjkl kmno", size=1, after=after)
        assert (results.loose, results.total, results.notices) == (True, 3, ())
        seen += [one.resource for one in results.results]
        after = results.next or ""
    assert len({one.pk for one in seen}) == 3 and not after


def test_another_wording_is_offered_for_a_word_the_library_does_not_have(library: Look) -> None:
    topics = [factories.topic("lang-nghe", "Làng nghề")]
    for _number in range(5):
        factories.make_published(title="Chuyển đổi số ở phường", topics=topics)
    results = library("chuyn doi so")
    assert (results.suggestion, results.corrected) == ("chuyển đổi số", None)
    assert results.total == 5


def test_no_wording_is_offered_that_only_adds_accents(library: Look) -> None:
    factories.make_published(title="Chuyển đổi số ở phường")
    assert library("chuyen doi so").suggestion is None


def test_suggestions_carry_the_accents_that_were_not_typed(library: Look) -> None:
    topic = factories.topic("chuyen-doi-so", "Chuyển đổi số", "Digital transformation")
    factories.make_published(title="Chuyển đổi số cho hộ kinh doanh", topics=[topic])
    indexing.drain(timezone.now())
    lines = [one.text for one in finding.suggest("chuyen do", at=timezone.now())]
    assert lines == ["Chuyển đổi số", "Chuyển đổi số cho hộ kinh doanh"]


def _changed(resource: Resource) -> None:
    with transaction.atomic():
        changes.record(resource_ids=[resource.pk], why="test")


def test_what_is_written_with_the_restored_accents_comes_first_whatever_else_has_the_letters(
    library: Look,
) -> None:
    now = timezone.now()
    meant = factories.make_published(title="Đăng ký thương hiệu", at=now - timedelta(days=2))
    for number in range(3):
        factories.make_published(title=f"Thương hiệu nông sản {number}", at=now - timedelta(days=3))
    other = factories.make_published(title="Thuộng hiếu dằng ky", at=now - timedelta(days=1))
    found = [one.resource for one in library("dang ky thuong hieu").results]
    assert found[0] == meant
    assert other in found, "accents rank, they do not shut out"


def test_accents_are_restored_only_where_words_are_ranked_and_none_were_typed(library: Look) -> None:
    factories.make_published(title="Đăng ký thương hiệu")
    library("đăng ký")
    for asked in ({"q": "dang ky", "sort": "newest"}, {"q": "đang ky"}, {"q": "dang ky", "exact": True}):
        query, restored = finding.understood(SearchRequest(**asked))
        assert (query.restored, restored) == ((), None)
    query, restored = finding.understood(SearchRequest(q="Dang ky"))
    assert query.exact_words == ["đăng", "kí"]
    assert query.folded_words == ["dang", "ki"]
    assert restored is not None
    assert restored.text == "Đăng ký"


@pytest.mark.parametrize(("problem", "said"), [(Unavailable("500"), 1), (Resting("a moment ago"), 0)])
def test_an_engine_that_is_away_is_said_when_it_fails_and_not_at_every_search(
    monkeypatch: pytest.MonkeyPatch, problem: Unavailable, said: int
) -> None:
    embedded = DatabaseEngine()
    primary = FlakyEngine(embedded)
    monkeypatch.setattr(engines, "engine", lambda: primary)
    monkeypatch.setattr(engines, "simpler", lambda: embedded)

    def ask(target: Engine) -> str:
        if target is not embedded:
            raise problem
        return target.name

    with capture_logs() as logs:
        assert finding.answered(ask) == embedded.name
    assert [one["event"] for one in logs] == ["search_engine_unavailable"] * said
