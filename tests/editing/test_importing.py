"""The pages of imports: their two ways in, what they show, and to whom."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.users.models import UserProfile

from media_library.models import ImportRun, Resource, User
from media_library.processing import jobs
from tests.editing.screens import address, signed_in
from tests.factories import make_agency, make_communicator, make_lead, make_user
from tests.media_library.importing.tables import HEAD, begun, csv_bytes, line, somebody

pytestmark = pytest.mark.django_db


@pytest.fixture
def data_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def sent(client: Client, content: bytes, name: str = "bang.csv", **more: Any) -> Any:
    upload = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post(reverse("kho57_import_table"), {"table": upload, **more})


def page(client: Client, run: ImportRun, **query: Any) -> BeautifulSoup:
    answer = client.get(reverse("kho57_import", args=[run.pk]), query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def test_a_table_is_sent_looked_at_confirmed_and_its_result_fetched() -> None:
    agency, by = somebody()
    client = signed_in(by)
    assert reverse("kho57_imports") in client.get(address("list")).content.decode()
    answer = sent(client, csv_bytes(HEAD, line(1), line(2, kind="không")), agency=agency.pk)
    run = ImportRun.objects.get()
    assert answer.status_code == 302 and answer["Location"] == reverse("kho57_import", args=[run.pk])
    assert page(client, run).select_one("#k57-import[data-k57-moving]") and not Resource.objects.exists()
    jobs.run_all_due()
    seen = page(client, run)
    assert not seen.select("[data-k57-moving]") and "“không”" in seen.select_one(".k57-import").get_text()
    assert seen.select_one("button[value=confirm]") and not Resource.objects.exists()
    client.post(reverse("kho57_import", args=[run.pk]), {"act": "confirm"})
    jobs.run_all_due()
    seen = page(client, run)
    assert [link["href"] for link in seen.select(".k57-import td a")] == [
        address("edit", Resource.objects.get().pk)
    ]
    assert not seen.select("button[value=confirm]")
    table = client.get(reverse("kho57_import_results_csv", args=[run.pk]))
    assert Resource.objects.get().public_id in b"".join(table.streaming_content).decode()
    book = client.get(reverse("kho57_import_results_xlsx", args=[run.pk]))
    rows = list(load_workbook(io.BytesIO(book.content)).active.values)
    assert len(rows) == 3 and rows[1][0] == "2"
    assert client.post(reverse("kho57_import", args=[run.pk]), {"act": "confirm"}).status_code == 302
    assert client.post(reverse("kho57_import", args=[run.pk]), {"act": "discard"}).status_code == 302
    assert Resource.objects.count() == 1 and ImportRun.objects.exists(), "what was written stays"


def test_an_import_can_be_discarded_before_it_is_confirmed() -> None:
    agency, by = somebody()
    run = begun(csv_bytes(HEAD, line(1)), agency=agency, by=by)
    signed_in(by).post(reverse("kho57_import", args=[run.pk]), {"act": "discard"})
    assert not ImportRun.objects.exists() and not Resource.objects.exists()


def test_addresses_are_sent_one_a_line() -> None:
    agency, by = somebody()
    client = signed_in(by)
    answer = client.post(
        reverse("kho57_import_address"), {"lines": "http://10.0.0.1/a.png\n\nxin chào\n", "agency": agency.pk}
    )
    run = ImportRun.objects.get()
    assert answer.status_code == 302
    jobs.run_all_due()
    seen = page(client, run).select_one(".k57-import").get_text(" ", strip=True)
    assert "10.0.0.1" in seen and "xin chào" in seen and not Resource.objects.exists()
    many = "\n".join(f"https://example.vn/{n}" for n in range(201))
    answer = client.post(reverse("kho57_import_address"), {"lines": many, "agency": agency.pk})
    assert answer.status_code == 200 and "201" in answer.content.decode()


@pytest.mark.parametrize("name", ["kho57_import_table", "kho57_import_address"])
def test_what_is_sent_empty_or_for_another_agency_comes_back_with_a_sentence(name: str) -> None:
    _agency, by = somebody()
    client = signed_in(by)
    for fields in ({}, {"agency": make_agency().pk, "lines": "https://example.vn/a.png"}):
        answer = client.post(reverse(name), fields)
        assert answer.status_code == 200 and "error-message" in answer.content.decode()
    assert sent(client, b"", agency=by.memberships.get().agency_id).status_code == 200
    assert not ImportRun.objects.exists()


def test_an_import_is_shown_to_who_made_it_and_to_the_lead_department_alone() -> None:
    agency, by = somebody()
    run = begun(csv_bytes(HEAD, line(1, title="Bí mật")), agency=agency, by=by)
    others = (make_communicator(make_agency()), make_communicator(agency))
    names = ("kho57_import", "kho57_import_results_csv", "kho57_import_results_xlsx")
    for person in others:
        client = signed_in(person)
        for name in names:
            hidden, missing = (client.get(reverse(name, args=[pk])) for pk in (run.pk, 987654))
            assert hidden.status_code == missing.status_code == 404
            assert client.post(reverse("kho57_import", args=[run.pk]), {"act": "confirm"}).status_code == 404
        assert "bang.csv" not in client.get(reverse("kho57_imports")).content.decode()
    for person in (by, make_lead()):
        client = signed_in(person)
        assert all(client.get(reverse(name, args=[run.pk])).status_code == 200 for name in names)
        assert "bang.csv" in client.get(reverse("kho57_imports")).content.decode()


def test_who_may_add_nothing_finds_no_way_in() -> None:
    person: User = make_user()
    from django.contrib.auth.models import Permission

    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = signed_in(person)
    for name in ("kho57_imports", "kho57_import_table", "kho57_import_address", "kho57_import_template_csv"):
        assert client.get(reverse(name)).status_code == 302, name
    assert Client().get(reverse("kho57_imports")).status_code == 302


def test_pages_of_rows_take_the_same_number_of_queries(django_assert_num_queries: Any) -> None:
    agency, by = somebody()
    client = signed_in(by)
    few = begun(csv_bytes(HEAD, line(1)), agency=agency, by=by)
    many = begun(csv_bytes(HEAD, *(line(n, title="") for n in range(120))), agency=agency, by=by)
    page(client, few)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(
        connection,
    ) as counted:
        page(client, few)
    with django_assert_num_queries(len(counted)):
        seen = page(client, many)
    assert len(seen.select(".k57-import tbody tr")) == 50
    with django_assert_num_queries(len(counted)):
        last = page(client, many, after=101, state="wrong")
    assert [row.get_text() for row in last.select(".k57-import tbody th")] == [
        str(n) for n in range(102, 122)
    ]
    with CaptureQueriesContext(connection) as counted:
        client.get(reverse("kho57_imports"))
    for number in range(30):
        ImportRun.objects.create(
            source="table", agency=agency, created_by=by, created_at=few.created_at, table_name=f"b{number}"
        )
    with django_assert_num_queries(len(counted)):
        listed = client.get(reverse("kho57_imports"))
    assert "?before=" in listed.content.decode()


def test_a_page_that_does_not_exist_is_the_first_one() -> None:
    agency, by = somebody()
    run = begun(csv_bytes(HEAD, line(1)), agency=agency, by=by)
    client = signed_in(by)
    for odd in ("9" * 5000, "-1", "x", "१", "\x00"):
        assert client.get(reverse("kho57_imports"), {"before": odd}).status_code == 200
        assert (
            client.get(reverse("kho57_import", args=[run.pk]), {"after": odd, "state": odd}).status_code
            == 200
        )


def test_the_template_explains_every_column() -> None:
    _agency, by = somebody()
    client = signed_in(by)
    book = load_workbook(io.BytesIO(client.get(reverse("kho57_import_template_xlsx")).content))
    template, explained = book.worksheets
    assert template.max_column == explained.max_row - 1 == 21
    assert client.get(reverse("kho57_import_template_csv")).streaming


def test_results_are_in_the_language_of_who_reads_them() -> None:
    agency, by = somebody()
    UserProfile.objects.create(user=by, preferred_language="en")
    run = begun(csv_bytes(HEAD, line(1, kind="Truyện tranh")), agency=agency, by=by)
    answer = signed_in(by).get(reverse("kho57_import_results_csv", args=[run.pk]))
    told = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert told.startswith("Row,What became of it,") and "is no kind" in told
