"""What is kept of questions: honest counts, nothing of people, and suggestions only of what many ask."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from secrets import token_hex
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from media_library import scheduler
from search import askers, questions, use
from search.models import Asker, Clicked, PendingChange, Question
from search.questions import Asking
from search.request import SearchRequest
from search.results import SearchResults
from tests.factories import make_published
from tests.search.test_concurrent_workers import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def asking(q: str = "Học bạ số", total: int = 3, lang: str = "vi") -> Asking:
    found = questions.redeem(questions.token(SearchRequest(q=q, lang=lang), total))
    assert found is not None
    return found


def ask(q: str = "Học bạ số", *, who: int = 1, total: int = 3, at: datetime | None = None) -> None:
    at = at or timezone.now()
    who_asks = askers.of(address=f"10.0.0.{who}", browser="Firefox", at=at)
    assert questions.asked(asking(q, total), asker=who_asks, at=at)


def counts(**wanted: Any) -> list[tuple[str, int, int, int]]:
    rows = Question.objects.filter(**wanted).order_by("pk")
    return list(rows.values_list("text", "asked", "nothing", "clicked"))


def test_questions_that_differ_in_accents_and_capitals_are_one_a_day() -> None:
    ask("hoc ba so")
    ask("Học bạ số")
    ask("học  BẠ số", total=0)
    assert counts() == [("Học bạ số", 3, 1, 0)], "shown as it was typed with accents"
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        ask("hoc ba so")
    assert [row[1] for row in counts()] == [3, 1]


def test_a_token_counts_once_and_each_resource_once_for_it() -> None:
    one, now = asking(), timezone.now()
    assert questions.asked(one, asker=None, at=now)
    assert not questions.asked(one, asker=None, at=now)
    for pk, first in ((7, True), (7, False), (8, True)):
        assert questions.clicked(one, resource_id=pk, at=now) is first
    assert counts() == [("Học bạ số", 1, 0, 2)]
    assert dict(Clicked.objects.values_list("resource_id", "times")) == {7: 1, 8: 1}


def test_nobody_can_put_words_into_a_token_or_use_an_old_one() -> None:
    given = questions.token(SearchRequest(q="Học bạ số"), 3)
    assert questions.redeem(given) is not None
    for forged in ("", "x", given[:-1], given[1:], given.replace(":", "."), "é" + given):
        assert questions.redeem(forged) is None
    with time_machine.travel(timezone.now() + timedelta(seconds=questions.HOLDS + 2), tick=False):
        assert questions.redeem(given) is None


@pytest.mark.parametrize(
    "q",
    [
        "",
        "?!",
        "nguyen.van.a@example.org",
        "liên hệ a @b.vn hoặc a@b",
        "0912 345 678",
        "sđt +84.912.345.678 là của ai",
        "046201001234",
        "tài khoản 0123-4567-89",
        "số (090) 123 45 67 89",
        "a " * 17,
        "á" * 201,
    ],
)
def test_what_may_be_of_a_person_or_was_pasted_is_not_kept(q: str) -> None:
    assert questions.token(SearchRequest(q=q), 3) == ""


@pytest.mark.parametrize("q", ["nghị quyết 57-NQ/TW", "kế hoạch 310 năm 2026", "18/5/2026", "covid 19"])
def test_numbers_of_documents_and_dates_are_kept(q: str) -> None:
    assert asking(q).text == q


def test_further_pages_and_filters_that_leave_nothing_say_nothing_of_the_library() -> None:
    request = SearchRequest(q="học bạ số")
    assert questions.token(replace(request, after="abc"), 3) == ""
    assert questions.token(replace(request, kind=("video",)), 0) == ""
    assert questions.token(replace(request, kind=("video",)), 1) != ""


def test_the_page_of_a_corrected_question_counts_the_correction_and_loose_hits_are_none() -> None:
    results = SearchResults(request=SearchRequest(q="hco ba so"), total=3, corrected="học bạ số")
    corrected = questions.redeem(questions.token_for(results))
    assert corrected is not None and (corrected.text, corrected.found) == ("học bạ số", True)
    loose = questions.redeem(questions.token_for(replace(results, corrected=None, loose=True)))
    assert loose is not None and not loose.found


def test_twenty_different_askers_make_a_question_suggestible_and_nineteen_do_not() -> None:
    for who in range(askers.ENOUGH - 1):
        ask(who=who)
        ask(who=who)
    assert questions.popular("hoc", language="vi", limit=5) == []
    ask("hoc ba so", who=99)
    assert questions.popular("hoc", language="vi", limit=5) == ["Học bạ số"]
    assert questions.popular("ba", language="vi", limit=5) == ["Học bạ số"], "any of its words"
    for prefix, language in (("", "vi"), ("oc", "vi"), ("hoc", "en")):
        assert questions.popular(prefix, language=language, limit=5) == []


def test_what_finds_nothing_is_suggested_to_nobody() -> None:
    for who in range(askers.ENOUGH + 5):
        ask(who=who, total=0)
    assert questions.popular("hoc", language="vi", limit=5) == []


def test_one_address_is_no_crowd_whatever_its_browsers_are_called() -> None:
    now = timezone.now()
    names = {askers.of(address="10.0.0.1", browser=f"Browser {n}", at=now) for n in range(200)}
    assert len(names) <= askers.BROWSERS < askers.ENOUGH
    network = {askers.of(address=f"2001:db8::{n:x}", browser="Firefox", at=now) for n in range(50)}
    assert len(network) == 1
    assert askers.of(address="", browser="", at=now) != askers.of(address="10.0.0.1", browser="", at=now)


def test_the_most_asked_comes_first_and_as_it_was_typed_most() -> None:
    for who in range(askers.ENOUGH):
        ask("học bạ số", who=who)
        ask("hóc bả sọ", who=who)
        ask("học phí", who=who)
    for who in range(3):
        ask("học bạ số", who=who)
    assert questions.popular("hoc", language="vi", limit=5) == ["học bạ số", "học phí"]
    assert questions.popular("hoc", language="vi", limit=1) == ["học bạ số"]


def test_askers_and_their_key_end_with_the_month_and_what_passed_stays() -> None:
    now = timezone.make_aware(datetime(2026, 5, 31, 12))
    with time_machine.travel(now, tick=False):
        for who in range(askers.ENOUGH):
            ask(who=who)
        ask("một mình", who=1)
    before = askers.of(address="10.0.0.1", browser="Firefox", at=now)
    june = now + timedelta(days=1)
    questions.forget(june)
    assert set(Asker.objects.values_list("month", flat=True)) == {askers.PASSED}
    assert before != askers.of(address="10.0.0.1", browser="Firefox", at=june)
    assert questions.popular("hoc", language="vi", limit=5, at=june) == ["Học bạ số"]
    assert questions.popular("hoc", language="vi", limit=5, at=june + timedelta(days=400)) == []
    questions.forget(june + timedelta(days=400))
    assert not Asker.objects.filter(month=askers.PASSED).exists()


def test_questions_and_clicks_are_forgotten_after_two_years() -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    for days in (questions.KEPT_DAYS + 1, questions.KEPT_DAYS - 1):
        day = today - timedelta(days=days)
        Question.objects.create(day=day, key="a", text="a", language="vi", asked=1)
        Clicked.objects.create(day=day, resource_id=1, times=1)
    scheduler.tick(now)
    assert Question.objects.count() == Clicked.objects.count() == 1


def test_clicks_of_half_a_year_count_as_use_and_reach_the_index_the_day_after() -> None:
    resource = make_published()
    PendingChange.objects.all().delete()
    now = timezone.now()
    today = timezone.localdate(now)
    for days, times in ((1, 4), (questions.CLICK_DAYS, 2), (questions.CLICK_DAYS + 1, 50)):
        Clicked.objects.create(resource_id=resource.pk, day=today - timedelta(days=days), times=times)
    assert use.counts({resource.pk, resource.pk + 1}) == {resource.pk: 6}
    assert questions.index_uses(now) == 1
    assert list(PendingChange.objects.values_list("resource_id", flat=True).distinct()) == [resource.pk]
    PendingChange.objects.all().delete()
    assert questions.index_uses(now + timedelta(days=10)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_that_begin_a_month_at_once_share_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else one who asks is two: before the secrets of both are there, and after."""
    both = threading.Barrier(2, timeout=30)

    def made(length: int) -> str:
        both.wait()
        return token_hex(length)

    monkeypatch.setattr("search.askers.secrets.token_hex", made)
    now, known = timezone.now(), list[bytes]()
    at_once(*[lambda: known.append(askers.of(address="10.0.0.1", browser="", at=now))] * 2)
    assert known == [known[0]] * 2
    assert Asker.objects.filter(key="").count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_secrets_from_before_the_one_in_use_stays() -> None:
    migration = import_module("search.migrations.0005_one_secret_a_month")
    only = next(one for one in Asker._meta.constraints if one.name == "one_secret_a_month")
    now = timezone.now()
    in_use = askers.of(address="10.0.0.1", browser="", at=now)
    with connection.schema_editor() as editor:
        editor.remove_constraint(Asker, only)
        month = Asker.objects.get(key="").month
        Asker.objects.create(month=month, key="", token="the other")
        Asker.objects.create(month=month, key="hoc ba so", token="an asker")
        migration.keep_the_first(apps, editor)
        editor.add_constraint(Asker, only)
    assert askers.of(address="10.0.0.1", browser="", at=now) == in_use
    assert set(Asker.objects.values_list("key", flat=True)) == {"", "hoc ba so"}


@pytest.mark.django_db(transaction=True)
def test_no_count_is_lost_where_many_ask_at_once() -> None:
    now = timezone.now()

    def many() -> None:
        for _number in range(5):
            one = asking("cùng một câu")
            questions.asked(one, asker=askers.of(address="10.0.0.1", browser="", at=now), at=now)
            questions.clicked(one, resource_id=3, at=now)

    at_once(*[many] * 4)
    assert counts() == [("cùng một câu", 20, 0, 20)]
    assert Clicked.objects.get().times == 20
    assert Asker.objects.exclude(key="").count() == 1
