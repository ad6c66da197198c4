"""The journal: a line per request with its id, and nothing that tells who asked for what."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.contrib.auth import get_user_model
from django.test import Client

from cms.settings.journal import logging_settings


class Journal:
    """What the JSON formatter of production writes, line by line."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def journal() -> Iterator[Journal]:
    made = Journal()
    settings = logging_settings(form="json", level="INFO")
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=settings["formatters"]["line"]["processors"],
        foreign_pre_chain=settings["formatters"]["line"]["foreign_pre_chain"],
    )
    handler = logging.StreamHandler(made.stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel("INFO")
    yield made
    root.removeHandler(handler)
    root.setLevel(before)


def test_an_id_that_a_proxy_gave_is_kept(client: Client) -> None:
    assert (
        client.get("/healthz", headers={"x-request-id": "abc-123.DEF_9"})["X-Request-ID"] == "abc-123.DEF_9"
    )


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with space", "line\nbreak-1234", "<script>1"])
def test_an_id_that_could_be_anything_is_replaced(client: Client, given: str) -> None:
    made = client.get("/healthz", headers={"x-request-id": given})["X-Request-ID"]
    assert made != given
    assert len(made) == 16


@pytest.mark.django_db
def test_a_line_tells_route_status_and_time(client: Client, journal: Journal) -> None:
    answer = client.get("/vi/agency/")
    (line,) = [line for line in journal.lines if line["event"] == "request"]
    assert line["request_id"] == answer["X-Request-ID"]
    assert (line["method"], line["status"], line["level"]) == ("GET", 200, "info")
    assert line["route"] == "vi/agency/"
    assert line["milliseconds"] >= 0


@pytest.mark.django_db
def test_supervision_leaves_a_line_only_where_it_is_not_answered(client: Client, journal: Journal) -> None:
    for address in ("/healthz", "/metrics"):
        assert client.get(address).status_code == 200
    assert "request" not in [line["event"] for line in journal.lines]
    client.get("/metrics", REMOTE_ADDR="203.0.113.77", headers={"authorization": "Bearer a-guess"})
    (line,) = [line for line in journal.lines if line["event"] == "request"]
    assert (line["route"], line["status"]) == ("", 404)
    for personal in ("203.0.113.77", "a-guess"):
        assert personal not in journal.text


@pytest.mark.django_db
def test_a_search_leaves_no_word_of_it_in_the_journal(client: Client, journal: Journal) -> None:
    client.get("/vi/search/?q=benh+hiem+ngheo", REMOTE_ADDR="203.0.113.77")
    assert "request" in journal.text
    for personal in ("benh", "ngheo", "203.0.113.77"):
        assert personal not in journal.text


@pytest.mark.django_db
def test_a_sign_in_leaves_neither_name_nor_address(client: Client, journal: Journal, settings: Any) -> None:
    settings.AXES_ENABLED = True
    get_user_model().objects.create_user("nguyen.van.an", "an@example.vn", "right password 57")
    for password in ("wrong", "right password 57"):
        sent = {"username": "nguyen.van.an", "password": password}
        client.post("/admin/login/", sent, REMOTE_ADDR="203.0.113.77")
    assert "request" in journal.text
    for personal in ("nguyen.van.an", "an@example.vn", "203.0.113.77", "right password"):
        assert personal not in journal.text


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("mail to lan.tran@hue.gov.vn failed", "mail to [mail] failed"),
        ("refused 203.0.113.9:443", "refused [address]:443"),
        ("from 2001:db8::8a2e:370:7334 again", "from [address] again"),
        ("Not Found: /vi/search/?q=ung+thu&page=2", "Not Found: /vi/search/?[query]"),
        ("DETAIL: Key (username)=(lan) already exists.", "DETAIL: Key (username)=([value]) already exists."),
    ],
)
def test_what_identifies_a_person_is_taken_out_of_others_messages(
    journal: Journal, message: str, kept: str
) -> None:
    logging.getLogger("some.library").error(message)
    assert journal.lines[0]["event"] == kept


def test_a_moment_is_no_address(journal: Journal) -> None:
    logging.getLogger("some.library").error("at 12:30:45 version 8.0.1")
    assert journal.lines[0]["event"] == "at 12:30:45 version 8.0.1"


def test_a_cause_is_logged_without_the_request_that_met_it(journal: Journal) -> None:
    try:
        raise ValueError("no user lan@example.vn")
    except ValueError:
        logging.getLogger("some.library").exception("failed", extra={"request": "<WSGIRequest>", "part": "x"})
    (line,) = journal.lines
    assert "ValueError: no user [mail]" in line["exception"]
    assert line["part"] == "x"
    assert "request" not in line
