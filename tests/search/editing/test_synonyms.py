"""What editors teach is in effect at once, adds to what is built in, and can switch it off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search import kept, synonyms
from search.editing.synonyms import LONGEST_FORM
from search.models import Synonym
from search.query import Query
from search.results import SearchResults
from tests.factories import make_published
from tests.search.editing.screens import address, as_lead, open_and_send, problems

pytestmark = [pytest.mark.django_db, pytest.mark.contract]
Look = Callable[..., SearchResults]


def teach(short: str, full: str, **fields: object) -> Synonym:
    return Synonym.objects.create(short=short, full=full, **fields)


def wordings(q: str) -> list[str]:
    return [
        " ".join(token.folded for token in wording.tokens)
        for unit in Query.parse(q).units
        for wording in unit.wordings[1:]
    ]


def test_a_new_synonym_finds_without_anything_being_indexed_again(library: Look) -> None:
    resource = make_published(title="Giấy phép lái xe hạng A1")
    assert library("bằng cầm vô lăng").total == 0
    teach("bằng cầm vô lăng", "giấy phép lái xe")
    assert [one.resource for one in library("bang cam vo lang", drain=False).results] == [resource]
    Synonym.objects.get().delete()
    assert library("bằng cầm vô lăng", drain=False).total == 0


def test_it_works_the_other_way_round_only_where_told() -> None:
    teach("GPLX", "giấy phép lái xe", both_ways=False)
    assert wordings("GPLX") == ["giay phep lai xe"]
    assert wordings("giấy phép lái xe") == []
    Synonym.objects.get().delete()
    teach("GPLX", "giấy phép lái xe")
    assert wordings("giấy phép lái xe") == ["gplx"]


def test_a_word_of_one_syllable_is_called_as_it_is_written_or_without_marks() -> None:
    teach("mạng", "internet")
    assert wordings("mạng") == wordings("mang") == ["internet"]
    assert wordings("màng") == []


def test_an_entry_adds_to_the_built_in_one_of_the_same_abbreviation() -> None:
    teach("CĐS", "chuyển dịch số")
    assert wordings("CĐS") == ["chuyen doi so", "chuyen dich so"]


def test_an_entry_not_in_use_switches_the_built_in_one_off_both_ways() -> None:
    assert wordings("CĐS") == ["chuyen doi so"]
    teach("cds", "không dùng nữa", active=False)
    assert wordings("CĐS") == []
    assert "cds" not in wordings("chuyển đổi số")
    assert wordings("digital transformation") == ["chuyen doi so"], "other entries stand"
    teach("CĐS", "cộng đồng sống")
    assert wordings("CĐS") == ["cong dong song"]


def test_a_loop_is_harmless() -> None:
    teach("xe điện", "ô tô điện")
    teach("ô tô điện", "xe điện", both_ways=False)
    assert wordings("xe điện") == ["o to dien"]
    assert wordings("ô tô điện") == ["xe dien"]


def test_another_process_takes_a_change_at_its_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes by statements send no signal here, as those of another process send none."""
    monkeypatch.setattr(kept, "LOOK_EVERY", 0.0)
    Synonym.objects.bulk_create([Synonym(short="GPLX", full="giấy phép lái xe")])
    assert wordings("GPLX") == ["giay phep lai xe"]
    with CaptureQueriesContext(connection) as asked:
        assert wordings("GPLX") == ["giay phep lai xe"]
    assert len(asked) == 1, "unchanged rows are not read again"
    Synonym.objects.all()._raw_delete(using="default")
    assert wordings("GPLX") == []


def test_within_a_second_nothing_is_asked() -> None:
    teach("GPLX", "giấy phép lái xe")
    assert synonyms.entries()
    with CaptureQueriesContext(connection) as asked:
        assert synonyms.entries()
    assert len(asked) == 0


def test_the_form_keeps_one_tidy_form_a_line() -> None:
    given = "  GPLX \r\n\r\ngplx\r\nBằng   lái"
    answer = open_and_send(as_lead(), address("synonyms", "add"), short=given, full="giấy phép lái xe")
    assert answer.status_code == 302
    row = Synonym.objects.get()
    assert (row.short, row.full) == ("GPLX\nBằng lái", "giấy phép lái xe")


@pytest.mark.parametrize(
    ("short", "field", "said"),
    [
        ("57", "short", "“57” không có chữ cái nào."),
        ("!?…", "short", "không có chữ cái nào."),
        (" \n ", "short", "bắt buộc"),
        ("một hai ba bốn năm sáu bảy tám chín", "short", f"nhiều nhất {LONGEST_FORM} từ."),
        ("\n".join(f"từ {letter}" for letter in "abcdefghiklmn"), "short", "Nhiều nhất 12 cách gọi"),
        ("Giấy phép lái xe", "full", "không thể thay cho chính nó."),
        ("GPLX", "short", "Kho đã biết"),
        ("cds\nKTS", "short", "Kho đã biết"),
    ],
)
def test_the_form_says_clearly_what_it_does_not_take(short: str, field: str, said: str) -> None:
    teach("gplx", "giay phep lai xe")
    client = as_lead()
    full = "giấy phép lái xe\nchuyển đổi số"
    answer = open_and_send(client, address("synonyms", "add"), short=short, full=full)
    assert answer.status_code == 200
    assert said in problems(answer)[field]
    assert Synonym.objects.count() == 1


def test_an_entry_can_be_saved_again_unchanged() -> None:
    row = teach("GPLX", "giấy phép lái xe")
    assert open_and_send(as_lead(), address("synonyms", "edit", row.pk)).status_code == 302


def test_what_is_built_in_can_be_switched_off_with_the_very_same_words() -> None:
    answer = open_and_send(
        as_lead(), address("synonyms", "add"), short="CĐS", full="chuyển đổi số", active=None
    )
    assert answer.status_code == 302
    assert wordings("CĐS") == []


def test_the_list_is_searched_without_accents_and_shows_what_is_built_in() -> None:
    teach("GPLX", "giấy phép lái xe")
    teach("PCCC", "phòng cháy chữa cháy")
    client = as_lead()
    page = client.get(address("synonyms"), {"q": "giay phep"}).content.decode()
    assert "GPLX" in page and "PCCC" not in page
    assert "chuyển đổi số" in page
    teach("CĐS", "khác", active=False)
    page = client.get(address("synonyms")).content.decode()
    assert page.count("Một biên tập viên đã tắt") == 1


def test_the_list_asks_as_many_queries_for_two_as_for_forty() -> None:
    client = as_lead()
    teach("GPLX", "giấy phép lái xe")
    teach("PCCC", "phòng cháy chữa cháy")
    client.get(address("synonyms"))
    few = _queries(client)
    for number in range(38):
        teach(f"Từ {number} a", "nghĩa")
    client.get(address("synonyms"))
    assert _queries(client) == few


def _queries(client: object) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address("synonyms")).status_code == 200  # type: ignore[attr-defined]
    return len(asked)
