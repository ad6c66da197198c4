"""The report of what was asked: what is few is not told, files hold nothing of it and no formulas."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from search import text
from search.models import Clicked, Question, Wish
from tests.factories import make_published
from tests.search.editing.screens import address, as_lead

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


def asked(q: str, times: int, *, nothing: int = 0, clicked: int = 0, days: int = 0) -> None:
    day = timezone.localdate() - timedelta(days=days)
    counts = {"asked": times, "nothing": nothing, "clicked": clicked}
    Question.objects.create(day=day, key=text.key(q), text=q, language="vi", **counts)


def table(client: Client, name: str, days: int = 30) -> list[tuple[str, str]]:
    """Lines of one table of the page: what it names, and how often."""
    page = BeautifulSoup(client.get(address("trends"), {"days": days}).content, "html.parser")
    rows = page.select(f'section[aria-labelledby="k57-{name}"] tbody tr')
    return [
        (row.select_one("th").get_text(" ", strip=True), row.select("td")[0].get_text(strip=True))
        for row in rows
    ]


def export(client: Client, name: str, form: str = "csv", **more: Any) -> list[list[Any]]:
    answer = client.get(address("trends"), {"table": name, "export": form, **more})
    assert answer.status_code == 200 and answer.streaming
    if form == "csv":
        whole = b"".join(answer.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(whole)))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_days_of_the_period_are_added_up_and_others_left_out() -> None:
    for days in (0, 5, 29, 30, 60):
        asked("học bạ số", 10, days=days)
    asked("hoc ba so", 1, days=1)
    client = as_lead()
    assert table(client, "asked") == [("học bạ số", "31")]
    assert table(client, "asked", days=7) == [("học bạ số", "21")]
    assert table(client, "asked", days=90) == [("học bạ số", "51")]
    for nonsense in ("0", "-7", "x", "9" * 99, "٧"):
        assert client.get(address("trends"), {"days": nonsense}).status_code == 200


def test_each_table_tells_its_own() -> None:
    followed = make_published(title="Sổ tay học bạ")
    asked("học bạ số", 9, clicked=4)
    asked("xe buýt", 8, nothing=8)
    asked("lịch cúp điện", 7)
    Clicked.objects.create(day=timezone.localdate(), resource_id=followed.pk, times=4)
    Clicked.objects.create(day=timezone.localdate(), resource_id=987654, times=9)
    client = as_lead()
    assert table(client, "asked") == [("học bạ số", "9"), ("xe buýt", "8"), ("lịch cúp điện", "7")]
    assert table(client, "nothing") == [("xe buýt", "8")]
    assert table(client, "unclicked") == [("lịch cúp điện", "7")]
    assert table(client, "followed") == [(f"Sổ tay học bạ {followed.agency}", "4")]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_few_is_told_as_that_and_is_in_no_file(form: str) -> None:
    asked("nhiều người hỏi", 3)
    asked("chỉ hai người hỏi", 2, nothing=2)
    client = as_lead()
    assert table(client, "asked")[1] == ("chỉ hai người hỏi", "ít hơn 3")
    rows = export(client, "asked", form)
    assert [str(value) for value in rows[1]] == ["nhiều người hỏi", "3", "0", "0"]
    assert len(rows) == 2
    assert len(export(client, "nothing", form)) == 1


def test_files_hold_no_formulas() -> None:
    asked('=HYPERLINK("http://x";"y")', 5)
    client = as_lead()
    assert export(client, "asked")[1][0].startswith("'=")
    answer = client.get(address("trends"), {"table": "asked", "export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert (sheet["A2"].data_type, sheet["A2"].value[:2]) == ("s", "=H")


def test_files_hold_all_lines_and_the_page_the_first() -> None:
    for number in range(40):
        asked(f"câu hỏi {number}", 5)
    client = as_lead()
    assert len(table(client, "asked")) == 30
    assert len(export(client, "asked")) == 41


@pytest.mark.parametrize("wanted", [{"export": "pdf", "table": "asked"}, {"export": "csv", "table": "x"}])
def test_a_file_that_there_is_not_is_the_page(wanted: dict[str, str]) -> None:
    answer = as_lead().get(address("trends"), wanted)
    assert answer.status_code == 200 and not answer.streaming


def wish_for(client: Client, question: str) -> HttpResponse:
    return client.post(address("trends", "wish"), {"question": question}, follow=True)


def test_a_question_that_found_nothing_becomes_an_open_request() -> None:
    asked("xe buýt <điện>", 8, nothing=8)
    client = as_lead()
    assert "Làm tài nguyên về việc này" in client.get(address("trends")).content.decode()
    answer = wish_for(client, "xe buýt <điện>")
    wish = Wish.objects.get()
    assert answer.redirect_chain[-1][0] == address("wishes", "edit", wish.pk)
    assert (wish.question, wish.state, wish.contact) == ("xe buýt <điện>", "open", "")
    assert "xe buýt <điện>" in wish.text
    assert "&lt;điện&gt;" in answer.content.decode()


@pytest.mark.parametrize("question", ["", "  ", "\x00\u202e"])
def test_an_empty_question_becomes_none(question: str) -> None:
    assert wish_for(as_lead(), question).status_code == 200
    assert not Wish.objects.exists()
    assert as_lead().get(address("trends", "wish")).status_code == 405


def test_an_empty_period_says_so() -> None:
    assert as_lead().get(address("trends")).content.decode().count("Chưa có gì trong khoảng này") == 4


@pytest.mark.slow
def test_the_page_asks_as_many_queries_for_two_questions_as_for_thirty() -> None:
    client = as_lead()
    _fill(2)
    _queries(client)
    few = _queries(client)
    _fill(28)
    assert _queries(client) == few


def _fill(number: int) -> None:
    for one in range(number):
        asked(f"câu {number} {one}", 5, nothing=one % 2)
        Clicked.objects.create(day=timezone.localdate(), resource_id=make_published().pk, times=4)


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address("trends")).status_code == 200
    return len(captured)
