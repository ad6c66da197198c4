"""Who is missing: the lead department alone sees them, and a letter goes out once and after a question."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.coverage import judging, reminding
from cms.coverage.judging import Evidence
from cms.coverage.models import Place, Reminder
from cms.coverage.visiting import FORBIDDEN
from media_library.models import Agency, User
from media_library.processing import jobs
from tests import factories as make
from tests.sections.making import make_section

pytestmark = pytest.mark.django_db
PAGE = "/admin/coverage-missing/"


@pytest.fixture
def lead() -> Client:
    return signed_in(make.make_lead())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def named(agency: Agency, evidence: Evidence) -> Place:
    place, at = (
        Place.objects.create(agency=agency, url=f"https://{agency.code.lower()}.example/57"),
        timezone.now(),
    )
    judging.keep(place.pk, evidence, asked=place.url, at=at, again=at)
    return Place.objects.get(pk=place.pk)


def send_all() -> None:
    jobs.Job.objects.exclude(kind=reminding.REMIND).delete()
    jobs.run_all_due(at=timezone.now())


@pytest.mark.contract
def test_a_letter_is_sent_once_after_a_question(lead: Client) -> None:
    agency = make.make_agency("UBND phường Vỹ Dạ")
    editors = [make.make_editor(agency) for _each in range(2)]
    assert "UBND phường Vỹ Dạ" in lead.get(PAGE).content.decode()
    question = lead.post(PAGE, {"agency": agency.code}).content.decode()
    assert "Kính gửi" in question and editors[0].email in question
    assert not Reminder.objects.exists() and not mail.outbox
    sure = {"agency": agency.code, "confirmed": "1"}
    for _twice in range(2):
        assert lead.post(PAGE, sure).status_code == 302
    send_all()
    send_all()
    assert sorted(one.to[0] for one in mail.outbox) == sorted(one.email for one in editors)
    assert "Vỹ Dạ" in mail.outbox[0].subject and "/admin/coverage/" in mail.outbox[0].body
    kept = Reminder.objects.get()
    assert (kept.agency, kept.readers) == (agency, 2)
    Reminder.objects.update(ordered_at=timezone.now() - reminding.PAUSE - timedelta(minutes=1))
    lead.post(PAGE, sure)
    assert Reminder.objects.count() == 2, "may be reminded again"


def test_nobody_is_written_to_who_became_live_meanwhile(lead: Client) -> None:
    agency = make.make_agency()
    make.make_editor(agency)
    lead.post(PAGE, {"agency": agency.code, "confirmed": "1"})
    named(agency, Evidence(resources=(make.make_published().public_id,)))
    send_all()
    assert not mail.outbox


@pytest.mark.parametrize("given", [{}, {"agency": "khong-co"}, {"agency": "NO-EDITOR", "confirmed": "1"}])
def test_nothing_chosen_and_nobody_to_write_to_are_told(lead: Client, given: dict[str, str]) -> None:
    make.make_agency(code="NO-EDITOR")
    answer = lead.post(PAGE, given, follow=True)
    assert answer.redirect_chain and not Reminder.objects.exists()
    assert [one.level_tag for one in answer.context["messages"]] == ["warning"]


def test_each_state_has_its_letter() -> None:
    bare = make_section(agency=make.make_agency(), slug="rong").address
    old = make.make_published()
    type(old).objects.filter(pk=old.pk).update(first_published_at=timezone.now() - timedelta(days=40))
    found = {
        "chưa khai báo": None,
        "chưa thấy chuyên mục": Evidence(),
        "không có nội dung nào mới hơn": Evidence(resources=(old.public_id,)),
        "chưa hiển thị tài nguyên": Evidence(sections=(bare,)),
        "không kiểm tra được": Evidence(problem=FORBIDDEN),
    }
    agencies = {words: make.make_agency() for words in found}
    for words, evidence in found.items():
        if evidence is not None:
            named(agencies[words], evidence)
    by_agency = {one.line.agency.pk: one for one in reminding.missing()}
    for words, agency in agencies.items():
        _subject, body = reminding.text(by_agency[agency.pk].line)
        assert words in body and "Trân trọng" in body and "\n\n\n" not in body, body


def test_a_draft_carries_the_whole_letter_in_its_address() -> None:
    agency = make.make_agency("Sở A & B, 100%")
    editor = make.make_editor(agency)
    one = next(each for each in reminding.missing() if each.line.agency == agency)
    parts = urlsplit(one.draft())
    assert (parts.scheme, parts.path) == ("mailto", editor.email)
    told = parse_qs(parts.query)
    assert "Sở A & B, 100%" in told["subject"][0] and "\r\n" in told["body"][0]


def test_a_page_that_was_not_looked_at_yet_is_nobodys_fault(lead: Client) -> None:
    agency = make.make_agency()
    make.make_editor(agency)
    Place.objects.create(agency=agency, url="https://a.example/57")
    lead.post(PAGE, {"agency": agency.code, "confirmed": "1"})
    assert not Reminder.objects.exists()


def test_there_is_no_such_page_for_anybody_else() -> None:
    client = signed_in(make.make_editor(make.make_agency()))
    assert client.get(PAGE).status_code == client.post(PAGE, {}).status_code == 404
    assert "coverage-missing" not in client.get("/admin/coverage/").content.decode()


def test_the_number_of_queries_does_not_grow(lead: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert lead.get(PAGE).status_code == 200
        return len(counted)

    make.make_editor(make.make_agency())
    lead.get(PAGE)
    few = queries()
    for _each in range(4):
        agency = make.make_agency()
        make.make_editor(agency)
        named(agency, Evidence())
    assert queries() == few


def test_dead_links_are_shown_to_the_editors_of_the_page() -> None:
    agency = make.make_agency()
    made, client = make.make_published(), signed_in(make.make_editor(agency))
    place = named(agency, Evidence(resources=(made.public_id, "k57-0000-0000"), sections=("CQ-0/khong-co",)))
    assert place.verdict == "live"
    assert place.dead == ["/vi/s/CQ-0/khong-co/", "/vi/r/k57-0000-0000/"]
    body = client.get(f"/admin/coverage/edit/{place.pk}/").content.decode()
    assert "/vi/r/k57-0000-0000/" in body and made.public_id not in body


def test_why_a_page_could_not_be_read_is_told_in_the_listing() -> None:
    agency = make.make_agency()
    client = signed_in(make.make_editor(agency))
    named(agency, Evidence(problem=FORBIDDEN))
    body = client.get("/admin/coverage/").content.decode()
    assert "không cho phép hệ thống kiểm tra" in body
