"""The outbox: what changes is indexed once, late or after failures, and nothing hidden ever is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from media_library import changes, publishing
from media_library.models import Resource
from search import documents, indexing
from search.engines import engine
from search.engines.contract import GONE, Ask, Engine, Reader, Tombstone
from search.models import Gram, IndexedDocument, PendingChange
from search.query import Query
from search.results import SearchResults
from tests import factories
from tests.search.fakes import FlakyEngine

pytestmark = [pytest.mark.django_db, pytest.mark.contract]
Look = Callable[..., SearchResults]
Use = Callable[[Engine], Engine]


def note(*ids: int) -> None:
    with transaction.atomic():
        changes.record(resource_ids=ids, why="test")


def _public() -> dict[int, int]:
    """Versions of what everyone may find, by id."""
    return engine().stored(after=0, limit=99)


def test_a_change_waits_once_however_often_it_happens() -> None:
    resource = factories.make_published()
    note(resource.pk)
    note(resource.pk)
    assert PendingChange.objects.filter(resource_id=resource.pk).count() == 1


def test_a_change_that_is_rolled_back_leaves_nothing_in_the_outbox() -> None:
    resource = factories.make_published()
    PendingChange.objects.all().delete()
    with transaction.atomic():
        changes.record(resource_ids=[resource.pk], why="test")
        transaction.set_rollback(True)
    assert not PendingChange.objects.exists()


def test_draining_indexes_what_is_public_and_empties_the_outbox(library: Look) -> None:
    resource = factories.make_published(title="Cẩm nang chữ ký số")
    assert indexing.drain(timezone.now()) == 1
    assert [one.resource for one in library("chu ky so", drain=False).results] == [resource]
    assert not PendingChange.objects.exists()
    assert indexing.drain(timezone.now()) == 0


@pytest.mark.parametrize("state", ["resource", "scheduled", "embargoed", "expired", "withdrawn"])
def test_what_is_not_public_is_found_at_its_desk_only(state: str) -> None:
    hidden = getattr(factories, f"make_{state}")(title="Điều bí mật")
    note(hidden.pk)
    now = timezone.now()
    indexing.drain(now)
    asked = Ask(query=Query.parse("điều bí mật"), at=now)
    nobody = engine().search(asked)
    assert (nobody.total, nobody.hits) == (0, ())
    assert not any(nobody.facets.values())
    assert engine().suggest("điều", language="vi", limit=5, at=now) == []
    assert not Gram.objects.filter(text="bí mật").exists()
    for reader in (Reader(lead=True), Reader(agencies=frozenset({hidden.agency_id}))):
        assert [hit.id for hit in engine().search(replace(asked, reader=reader)).hits] == [-hidden.pk]
    other = Reader(agencies=frozenset({hidden.agency_id + 1}))
    assert engine().search(replace(asked, reader=other)).total == 0


def test_an_embargo_that_ends_is_found_and_an_expiry_is_not(library: Look) -> None:
    soon = timezone.now() + timedelta(hours=1)
    factories.make_published(title="Sắp công bố", embargo_until=soon)
    gone = factories.make_published(title="Sắp hết hạn", expire_at=soon)
    assert [one.resource for one in library("sắp").results] == [gone]
    later = soon + timedelta(seconds=1)
    publishing.release_embargoes(later)
    publishing.expire_due(later)
    indexing.drain(later)
    assert [hit.document.title for hit in _hits("sắp", later)] == ["Sắp công bố"]


def test_a_changed_draft_does_not_change_what_is_found(library: Look) -> None:
    resource = factories.make_published(title="Bản đã duyệt")
    draft = resource.get_latest_revision_as_object()
    draft.title = "Bản nháp kín"
    draft.save_revision()
    note(resource.pk)
    assert library("nháp kín").total == 0
    assert library("đã duyệt").total == 1


def test_a_resource_that_is_deleted_is_gone_for_ever(library: Look) -> None:
    resource = factories.make_published(title="Xóa hẳn")
    assert library("xóa hẳn").total == 1
    pk = resource.pk
    note(pk)
    Resource.objects.filter(pk=pk).delete()
    assert library("xóa hẳn").total == 0
    assert IndexedDocument.objects.get(pk=pk).version == GONE


def test_what_changes_while_it_is_indexed_is_indexed_again(library: Look, use_engine: Use) -> None:
    resource = factories.make_published(title="Trước khi đổi")

    class Meddling(FlakyEngine):
        def index(self, documents: list[object]) -> None:
            self.behind.index(documents)  # type: ignore[arg-type]
            if Resource.objects.filter(title="Trước khi đổi").update(title="Sau khi đổi"):
                note(resource.pk)

    use_engine(Meddling(engine()))
    assert indexing.drain(timezone.now()) == 1
    assert PendingChange.objects.get().lease_until is None
    assert library("sau khi đổi").total == 1
    assert not PendingChange.objects.exists()


def test_an_engine_that_does_not_answer_loses_nothing_and_gives_nothing_up(
    library: Look, use_engine: Use
) -> None:
    factories.make_published(title="Chờ máy chủ")
    use_engine(FlakyEngine(engine(), failures=indexing.MOST_ATTEMPTS + 3))
    now = timezone.now()
    for _attempt in range(indexing.MOST_ATTEMPTS + 3):
        assert indexing.drain(now) == 0
        row = PendingChange.objects.get()
        assert (row.dead, row.lease_until) == (False, None)
        assert now < row.due_at <= now + indexing.LONGEST_WAIT
        assert indexing.drain(now) == 0, "not before its time"
        now = row.due_at
    assert indexing.drain(now) == 1
    assert not PendingChange.objects.exists()


def test_a_document_that_no_engine_takes_dies_alone_and_can_be_tried_again(use_engine: Use) -> None:
    bad, good = factories.make_published(), factories.make_published()
    flaky = FlakyEngine(engine(), poison=frozenset([bad.pk]))
    use_engine(flaky)
    now = timezone.now()
    for _attempt in range(indexing.MOST_ATTEMPTS):
        indexing.drain(now)
        now += indexing.LONGEST_WAIT
    dead = PendingChange.objects.get()
    assert (dead.resource_id, dead.dead) == (bad.pk, True)
    assert "no engine takes" in dead.problem
    assert indexing.drain(now) == 0
    assert indexing.lag(now) > timedelta(minutes=1)
    assert engine().stored(after=0, limit=9).keys() == {good.pk}
    flaky.poison = frozenset()
    assert indexing.try_again(at=now) == 1
    assert indexing.drain(now) == 1
    assert indexing.lag(now) == timedelta()


def test_a_further_change_gives_a_dead_row_another_chance(use_engine: Use) -> None:
    resource = factories.make_published()
    PendingChange.objects.update(dead=True, attempts=99)
    note(resource.pk)
    assert indexing.drain(timezone.now()) == 1


def test_what_a_killed_worker_held_is_taken_over_after_its_lease() -> None:
    factories.make_published()
    now = timezone.now()
    held = indexing._claim(engine(), now)
    assert len(held) == 1
    assert indexing.drain(now) == 0
    assert indexing.drain(now + indexing.LEASE + timedelta(seconds=1)) == 1


def test_a_worker_that_comes_late_does_not_undo_a_withdrawal(library: Look) -> None:
    resource = factories.make_published(title="Thu hồi rồi")
    shown, _hidden = documents.at_this_moment([resource.pk], timezone.now())
    publishing.withdraw(resource=resource, by=factories.make_lead(), reason="Sai.", at=timezone.now())
    indexing.drain(timezone.now())
    engine().index(shown)
    assert _public() == {}


@pytest.mark.slow
def test_a_batch_asks_the_same_number_of_queries_for_two_resources_and_for_twenty() -> None:
    def queries(number: int) -> int:
        agency = factories.make_agency()
        ids = [factories.make_published("video", agency=agency, keywords=["một"]).pk for _ in range(number)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            documents.at_this_moment(ids, timezone.now())
        return len(captured)

    assert queries(2) == queries(20) <= 13


def test_many_changes_are_drained_in_several_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    agency = factories.make_agency()
    for _number in range(4):
        factories.make_published(agency=agency)
    monkeypatch.setattr(engine(), "batch", 3)
    assert indexing.drain(timezone.now()) == 4


def test_an_engine_that_is_down_is_asked_once_and_not_for_every_claim(
    use_engine: Use,
) -> None:
    agency = factories.make_agency()
    for _number in range(4):
        factories.make_published(agency=agency)
    flaky = FlakyEngine(engine(), failures=99)
    flaky.batch = 1
    use_engine(flaky)
    assert indexing.drain(timezone.now()) == 0
    assert len(flaky.calls) == 1
    assert PendingChange.objects.count() == 4


def test_a_successor_takes_over_what_its_predecessor_published(library: Look) -> None:
    old, new = factories.make_agency("Phường Cũ", code="CU"), factories.make_agency("Phường Mới", code="MOI")
    resource = factories.make_published(agency=old, title="Lịch tiêm chủng")
    assert library("tiêm chủng", agency=("CU",)).total == 1
    old.successor = new
    old.save()
    for code in ("CU", "MOI"):
        assert [one.resource for one in library("tiêm chủng", agency=(code,)).results] == [resource], code
    assert library("phường cũ").total == library("phường mới").total == 1


def test_a_renamed_topic_is_found_by_its_new_name(library: Look) -> None:
    term = factories.topic("lang-nghe", "Làng nghề", "Craft villages")
    factories.make_published(topics=[term])
    assert library("craft villages").total == 1
    term.name_en = "Artisan quarters"
    term.save()
    assert (library("artisan quarters").total, library("craft villages").total) == (1, 0)


def test_a_rebuild_mends_whatever_the_index_has_wrong(library: Look) -> None:
    kept, lost, hidden = (factories.make_published(title=f"Bài {name}") for name in ("giữ", "mất", "ẩn"))
    indexing.drain(timezone.now())
    engine().delete([Tombstone(lost.pk, lost.version)])
    Resource.objects.filter(pk=hidden.pk).update(live=False)
    Resource.objects.filter(pk=kept.pk).update(title="Bài khác", version=kept.version + 1)
    stray = documents.at_this_moment([kept.pk], timezone.now())[0][0]
    engine().index([type(stray).from_json(stray.to_json().replace(f'"id":{stray.id}', '"id":999999'))])
    out = StringIO()
    call_command("search_rebuild", stdout=out, verbosity=1)
    assert _public().keys() == {kept.pk, lost.pk}
    assert library("bài khác", drain=False).total == 1
    assert "5 documents" in out.getvalue(), "two public ones, and three at their desks"


def test_a_rebuild_from_nothing_equals_the_index_that_grew(library: Look) -> None:
    for number in range(5):
        factories.make_published("video" if number % 2 else "article", keywords=["mạng"])
    indexing.drain(timezone.now())
    before = engine().checksum()
    call_command("search_rebuild", "--clear", verbosity=0)
    assert engine().checksum() == before
    assert library("mạng").total == 5


def _hits(q: str, at: object) -> tuple:  # type: ignore[type-arg]
    from search.engines.contract import Ask
    from search.query import Query

    return engine().search(Ask(query=Query.parse(q), at=at)).hits  # type: ignore[arg-type]
