"""Vectors of what resources say: for what is public and nothing else, a part at a time, never twice."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from itertools import count
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from media_library import publishing
from media_library.models import Resource
from search import documents, indexing, meaning
from search.engines.contract import Cue
from search.models import Passage, PendingChange
from search.passages import LENGTH, MOST, passages_of
from tests import factories
from tests.search.documents import document
from tests.search.fakes import HashedWords

pytestmark = [pytest.mark.django_db, pytest.mark.contract]
LONG = [
    ("paragraph", f"<p>Đoạn thứ {number} kể một chuyện khác hẳn. {'Lời kể dài ra mãi. ' * 30}</p>")
    for number in range(4)
]


def drain() -> None:
    """All that waits, turn by turn."""
    for _turn in range(100):
        if not indexing.drain(timezone.now()) + meaning.drain(timezone.now()):
            return
    raise AssertionError("it never comes to an end")


def keys() -> set[int]:
    return set(Passage.objects.values_list("key", flat=True))


# -- passages -------------------------------------------------------------------------------------


def test_the_first_passage_says_what_a_document_is_about() -> None:
    first, *others = passages_of(document(summary="Bảy bước.", keywords=("hồ sơ",), agency_names=("Sở X",)))
    assert first == "Chuyển đổi số. Bảy bước. hồ sơ, Sở X"
    assert others == []


def test_every_kind_of_text_becomes_passages_that_begin_with_the_title() -> None:
    whole = document(
        alt=("Bức ảnh chụp cây cầu ngói bắc qua con mương nhỏ.",),
        text_alternative=("Biểu đồ cho thấy số hồ sơ tăng từng năm một.",),
        body=("Đoạn đầu của bài viết, đủ dài để nói được một điều.",),
        cues=(Cue(0, 2, "Xin chào các bạn nghe đài"), Cue(2, 4, "hôm nay ta nói về mật khẩu.")),
        pages=(
            "Trang một nói về dữ liệu mở cho người mới bắt đầu.",
            "2",
            "Trang ba nói về giấy phép mở của dữ liệu.",
        ),
    )
    found = passages_of(whole)
    assert len(found) == 1 + 1 + 1 + 1 + 2
    assert all(one.startswith("Chuyển đổi số. ") for one in found[1:])
    assert found[3] == "Chuyển đổi số. Xin chào các bạn nghe đài hôm nay ta nói về mật khẩu."


def test_passages_end_with_sentences_and_lose_no_word() -> None:
    sentences = [f"Câu thứ {number} nói điều của nó." for number in range(60)]
    found = [
        one.removeprefix("Chuyển đổi số. ") for one in passages_of(document(body=(" ".join(sentences),)))[1:]
    ]
    assert " ".join(found) == " ".join(sentences)
    assert all(one.endswith(".") and len(one) <= LENGTH for one in found)


@pytest.mark.parametrize("endless", ["a" * 100_000, "từ " * 50_000])
def test_a_document_has_a_bounded_number_of_passages_of_bounded_length(endless: str) -> None:
    found = passages_of(document(title="T" * 300, summary="s" * 5_000, body=(endless,), pages=(endless,)))
    assert len(found) == MOST
    assert max(map(len, found)) <= 2 * LENGTH


# -- what gets vectors ----------------------------------------------------------------------------


def test_what_is_public_gets_vectors_and_engines_hear_of_it_again(meaning_on: HashedWords) -> None:
    resource = factories.make_published(title="Cẩm nang chữ ký số", body=LONG)
    indexing.drain(timezone.now())
    while meaning.drain(timezone.now()):
        pass
    assert Passage.objects.filter(key=resource.pk).count() == len(meaning_on.seen) >= 4
    assert [row.engine for row in PendingChange.objects.all()] == ["database"]
    (shown, desk), _hidden = documents.at_this_moment([resource.pk], timezone.now())
    assert [one.number for one in shown.vectors] == list(range(len(meaning_on.seen)))
    assert shown.vectors[0].values == meaning_on.passages([meaning_on.seen[0]])[0]
    assert desk.vectors == ()


@pytest.mark.parametrize("state", ["resource", "scheduled", "embargoed", "expired", "withdrawn"])
def test_what_is_not_public_is_never_even_shown_to_the_model(meaning_on: HashedWords, state: str) -> None:
    hidden = getattr(factories, f"make_{state}")(title="Điều bí mật")
    indexing.note(resource_ids=[hidden.pk], at=timezone.now())
    drain()
    assert (meaning_on.seen, keys()) == ([], set())
    assert not PendingChange.objects.exists()


def test_a_draft_of_something_public_changes_no_vector(meaning_on: HashedWords) -> None:
    resource = factories.make_published(title="Bản đã duyệt")
    drain()
    seen = len(meaning_on.seen)
    draft = resource.get_latest_revision_as_object()
    draft.title = "Bản nháp kín"
    draft.save_revision()
    drain()
    assert len(meaning_on.seen) == seen


def test_what_is_taken_back_loses_its_vectors(meaning_on: HashedWords) -> None:
    resource = factories.make_published(title="Thu hồi rồi")
    drain()
    assert keys() == {resource.pk}
    publishing.withdraw(resource=resource, by=factories.make_lead(), reason="Sai.", at=timezone.now())
    drain()
    assert keys() == set()


def test_what_is_taken_back_while_it_is_read_gets_no_vector(meaning_on: HashedWords) -> None:
    resource = factories.make_published(title="Thu hồi giữa chừng")

    class Slow(HashedWords):
        def passages(self, texts: Any) -> list[bytes]:
            Resource.objects.filter(pk=resource.pk).update(live=False)
            return super().passages(texts)

    heard = meaning.Meaning(model=Slow()).hear([resource.pk], timezone.now())
    assert (set(heard.finished), keys()) == (set(), set())


def test_an_embargo_that_ends_brings_vectors(meaning_on: HashedWords) -> None:
    soon = timezone.now() + timedelta(hours=1)
    resource = factories.make_published(title="Sắp công bố", embargo_until=soon)
    drain()
    assert keys() == set()
    later = soon + timedelta(seconds=1)
    publishing.release_embargoes(later)
    meaning.Meaning().hear([resource.pk], later)
    assert keys() == {resource.pk}


def test_a_deleted_resource_leaves_no_vector(meaning_on: HashedWords) -> None:
    resource = factories.make_published()
    drain()
    pk = resource.pk
    indexing.note(resource_ids=[pk], at=timezone.now())
    Resource.objects.filter(pk=pk).delete()
    drain()
    assert keys() == set()


# -- work -----------------------------------------------------------------------------------------


def test_only_passages_that_changed_are_computed_anew(meaning_on: HashedWords) -> None:
    resource = factories.make_published(title="Một tên", body=LONG)
    drain()
    before = list(meaning_on.seen)
    resource.summary = "Một tóm tắt mới hẳn."
    resource.save()
    indexing.note(resource_ids=[resource.pk], at=timezone.now())
    drain()
    (new,) = meaning_on.seen[len(before) :]
    assert "tóm tắt mới" in new
    assert Passage.objects.filter(key=resource.pk).count() == len(before)


def test_another_model_computes_everything_anew(meaning_on: HashedWords) -> None:
    resource = factories.make_published(body=LONG)
    drain()
    before = len(meaning_on.seen)
    meaning_on.name = "another-model"
    indexing.note(resource_ids=[resource.pk], at=timezone.now())
    drain()
    assert len(meaning_on.seen) == 2 * before


def test_a_turn_ends_when_its_time_is_over_and_the_next_goes_on(meaning_on: HashedWords) -> None:
    resource = factories.make_published(body=LONG)
    ticks = count()
    for turn in range(1, 4):
        hasty = meaning.Meaning(seconds=0.5, clock=lambda: float(next(ticks)))
        assert indexing.tell(hasty, timezone.now()) == 1
        assert len(meaning_on.seen) == Passage.objects.count() == turn
        waiting = PendingChange.objects.get(engine="meaning")
        assert waiting.lease_until is None
    drain()
    assert len(meaning_on.seen) == Passage.objects.filter(key=resource.pk).count() > 3
    assert not PendingChange.objects.exists()


def test_a_turn_asks_the_same_number_of_queries_for_two_unchanged_resources_and_for_eight(
    meaning_on: HashedWords,
) -> None:
    agency = factories.make_agency()
    ids = [factories.make_published(agency=agency, keywords=["một"]).pk for _number in range(8)]
    drain()

    def queries(some: list[int]) -> int:
        with CaptureQueriesContext(connection) as captured:
            meaning.Meaning().hear(some, timezone.now())
        return len(captured)

    assert queries(ids[:2]) == queries(ids) <= 16


def test_a_model_that_cannot_be_loaded_keeps_nothing_from_being_indexed(meaning_on: HashedWords) -> None:
    factories.make_published()
    meaning_on.broken = True
    now = timezone.now()
    assert indexing.drain(now) == 1
    assert meaning.drain(now) == 0
    row = PendingChange.objects.get()
    assert (row.engine, row.dead, row.due_at > now) == ("meaning", False, True)
    assert meaning.drain(now) == 0
    meaning_on.broken = False
    assert meaning.drain(row.due_at) > 0


def test_a_text_no_model_takes_dies_alone(meaning_on: HashedWords) -> None:
    bad, good = factories.make_published(title="Hỏng"), factories.make_published(title="Lành")

    class Choking(HashedWords):
        def passages(self, texts: Any) -> list[bytes]:
            if "Hỏng" in texts[0]:
                raise ValueError("no model takes this text")
            return super().passages(texts)

    now = timezone.now()
    for _attempt in range(indexing.MOST_ATTEMPTS):
        indexing.tell(meaning.Meaning(model=Choking()), now)
        now += indexing.LONGEST_WAIT
    assert keys() == {good.pk}
    dead = PendingChange.objects.get(dead=True)
    assert (dead.engine, dead.resource_id) == ("meaning", bad.pk)


def test_without_the_setting_nothing_waits_and_no_document_has_vectors(
    meaning_on: HashedWords, settings: Any
) -> None:
    resource = factories.make_published()
    drain()
    settings.SEARCH_MEANING = False
    indexing.note(resource_ids=[resource.pk], at=timezone.now())
    assert [row.engine for row in PendingChange.objects.all()] == ["database"]
    shown, _hidden = documents.at_this_moment([resource.pk], timezone.now())
    assert [one.vectors for one in shown] == [(), ()]


def test_vectors_cost_a_batch_of_documents_one_query_more(meaning_on: HashedWords, settings: Any) -> None:
    agency = factories.make_agency()
    ids = [factories.make_published(agency=agency).pk for _number in range(6)]
    drain()

    def queries(some: list[int]) -> int:
        with CaptureQueriesContext(connection) as captured:
            shown, _hidden = documents.at_this_moment(some, timezone.now())
        assert all(one.vectors for one in shown if not one.desk) is settings.SEARCH_MEANING
        return len(captured)

    few, many = queries(ids[:2]), queries(ids)
    settings.SEARCH_MEANING = False
    assert few == many == queries(ids) + 1


def test_the_command_computes_what_is_missing_and_clears_what_is_left_over(meaning_on: HashedWords) -> None:
    resources = [factories.make_published(title=f"Bài {number}") for number in range(3)]
    factories.make_withdrawn()
    PendingChange.objects.all().delete()
    Passage.objects.create(key=999_999, number=0, digest="x", vector=b"")
    out = StringIO()
    call_command("search_meaning", stdout=out)
    assert keys() == {one.pk for one in resources}
    seen = len(meaning_on.seen)
    assert f"{seen} passages" in out.getvalue()
    call_command("search_meaning", verbosity=0)
    assert len(meaning_on.seen) == seen
    assert {row.resource_id for row in PendingChange.objects.filter(engine="database")} == keys()


def test_the_command_says_why_it_cannot_work(meaning_on: HashedWords, settings: Any) -> None:
    factories.make_published()
    meaning_on.broken = True
    with pytest.raises(CommandError, match="no model here"):
        call_command("search_meaning", verbosity=0)
    settings.SEARCH_MEANING = False
    with pytest.raises(CommandError, match="SEARCH_MEANING is off"):
        call_command("search_meaning", verbosity=0)
