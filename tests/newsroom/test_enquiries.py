"""Requests of the press: a thread between who asked and the agency's editors, closed to everybody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.newsroom import asking
from cms.newsroom.models import Enquiry, EnquiryMessage, Grant, Use
from cms.newsroom.models.enquiry import LONGEST_TEXT
from media_library import publishing
from media_library.models import Agency, Resource, User
from tests.editing.screens import said, signed_in
from tests.factories import (
    make_agency,
    make_communicator,
    make_editor,
    make_lead,
    make_published,
    make_user,
)
from tests.newsroom.enquiring import LIST, asked, permission, place, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def journalist() -> User:
    return make_user("nha-bao")


def thread(enquiry: Enquiry) -> str:
    return f"/vi/press/requests/{enquiry.key}/"


def test_a_request_is_asked_answered_and_told_by_mail(
    photo: Resource, editor: User, journalist: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        enquiry = asked(journalist, photo, wants="quality", purpose="")
    assert (enquiry.outlet, enquiry.purpose, enquiry.state) == ("Báo Huế", "", "open")
    (letter,) = mail.outbox
    assert letter.to == [editor.email] and "Báo Huế" in letter.subject and place(enquiry) in letter.body
    desk = signed_in(editor)
    listed = desk.get(LIST).content.decode()
    assert "Cầu Trường Tiền" in listed and "Báo Huế" in listed
    assert "Cầu Trường Tiền" not in desk.get(f"{LIST}?state=refused").content.decode()
    assert "Hạn: thứ Sáu." in desk.get(place(enquiry)).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(place(enquiry), {"text": "Bản ấy đây.", "state": "answered"}, follow=True)
    assert "Đã trả lời" in said(answer)
    told = mail.outbox[1]
    assert told.to == [journalist.email] and "Bản ấy đây." in told.body and thread(enquiry) in told.body
    own = signed_in(journalist)
    page = own.get(thread(enquiry))
    assert "Bản ấy đây." in page.content.decode() and page["Cache-Control"] == "private, no-store"
    assert "Đã trả lời" in own.get("/vi/press/requests/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        own.post(thread(enquiry), {"text": "Cảm ơn, còn bản đứng?"})
    enquiry.refresh_from_db()
    assert enquiry.state == "open" and mail.outbox[2].to == [editor.email]


def test_a_thread_is_closed_to_all_but_its_two_sides(
    photo: Resource, agency: Agency, editor: User, journalist: User
) -> None:
    enquiry = asked(journalist, photo)
    strangers = [make_user(), make_editor(make_agency()), make_communicator(agency), make_lead(), editor]
    for who in strangers:
        client = signed_in(who)
        for method in (client.get, client.post):
            assert method(thread(enquiry)).status_code == 404
        assert "Cầu Trường Tiền" not in client.get("/vi/press/requests/").content.decode()
    for who in (make_editor(make_agency()), make_communicator(agency)):
        client = signed_in(who)
        assert client.get(place(enquiry)).status_code == 404
        assert client.post(place(enquiry), permission()).status_code == 404
        assert "Báo Huế" not in client.get(LIST).content.decode()
    for who in (editor, make_lead()):
        assert signed_in(who).get(place(enquiry)).status_code == 200
    assert Client().get(thread(enquiry)).status_code == 302
    assert Client().post(thread(enquiry), {"text": "x"}).status_code == 404
    assert (
        Client().get("/vi/press/requests/")["Location"].startswith("/admin/login/?next=/vi/press/requests/")
    )
    assert not Grant.objects.exists() and EnquiryMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " \n "}, "text"),
        ({"text": "a" * (LONGEST_TEXT + 1)}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"wants": ""}, "wants"),
        ({"wants": "money"}, "wants"),
        ({"purpose": ""}, "purpose"),
        ({"purpose": "war"}, "purpose"),
        ({"outlet": "  "}, "outlet"),
        ({"outlet": "a" * 121}, "outlet"),
    ],
)
def test_a_bad_request_is_told_of_beside_its_field_and_nothing_is_lost(
    photo: Resource, journalist: User, changes: dict[str, Any], field: str
) -> None:
    answer = signed_in(journalist).post(f"/vi/press/r/{photo.public_id}/ask/", words(**changes))
    assert answer.status_code == 400 and list(answer.context["form"].errors) == [field]
    kept = words(**changes)
    told = answer.content.decode()
    assert (kept["text"][:20] in told or "\x00" in kept["text"]) and not Enquiry.objects.exists()
    assert "Yêu cầu chưa được gửi" in told or "chưa được gửi" in told


def test_who_was_signed_out_meanwhile_keeps_what_they_wrote(photo: Resource) -> None:
    address = f"/vi/press/r/{photo.public_id}/ask/"
    assert Client().get(address)["Location"] == f"/admin/login/?next={address}"
    answer = Client().post(address, words())
    told = answer.content.decode()
    assert answer.status_code == 403 and "Hạn: thứ Sáu." in told and "/admin/login/" in told
    assert not Enquiry.objects.exists()


def test_so_many_wait_at_a_time_and_no_more(photo: Resource, journalist: User) -> None:
    for _number in range(asking.MOST_OPEN):
        asking.ask(
            photo, wants="quality", purpose=None, outlet="Báo", text="x", by=journalist, at=timezone.now()
        )
    client = signed_in(journalist)
    address = f"/vi/press/r/{photo.public_id}/ask/"
    answer = client.post(address, words())
    assert answer.status_code == 409 and "Hạn: thứ Sáu." in answer.content.decode()
    client.post(thread(Enquiry.objects.all()[0]), {"act": "close"})
    assert client.post(address, words()).status_code == 302


def test_a_closed_request_takes_nothing_more_and_loses_nothing(
    photo: Resource, editor: User, journalist: User
) -> None:
    enquiry = asked(journalist, photo)
    own = signed_in(journalist)
    for _time in range(2):
        assert own.post(thread(enquiry), {"act": "close"}).status_code == 302
    late = own.post(thread(enquiry), {"text": "Thêm một câu."})
    assert late.status_code == 409 and "Thêm một câu." in late.content.decode()
    answer = signed_in(editor).post(place(enquiry), permission())
    assert answer.status_code == 400 and "Không cắt cúp." in answer.content.decode()
    assert "đã đóng" in said(answer) and not Grant.objects.exists()
    assert own.post(thread(enquiry), {"text": " "}).status_code == 400


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"state": ""}, "state"),
        ({"state": "open"}, "state"),
        ({"purposes": []}, "purposes"),
        ({"purposes": ["war"]}, "purposes"),
        ({"last": ""}, "last"),
        ({"last": "mai"}, "last"),
        ({"last": "2020-01-01"}, "last"),
        ({"first": "9999-12-30", "last": "9999-12-31"}, "last"),
        ({"first": "0001-01-01"}, "first"),
        ({"last": "9999-12-31"}, "last"),
        ({"terms": "a" * 1001}, "terms"),
        ({"credit_line": "a" * 256}, "credit_line"),
        ({"territory": "a" * 201}, "territory"),
    ],
)
def test_a_bad_answer_is_told_of_and_permits_nothing(
    photo: Resource, editor: User, journalist: User, changes: dict[str, Any], field: str
) -> None:
    enquiry = asked(journalist, photo)
    answer = signed_in(editor).post(place(enquiry), permission(**changes))
    assert answer.status_code == 400 and not Grant.objects.exists()
    assert field in answer.context["form"].errors
    assert "Ảnh: Sở KH&amp;CN" in answer.content.decode() or field == "credit_line"
    assert EnquiryMessage.objects.count() == 1


def test_a_permission_opens_the_download_for_who_asked_and_ends(
    photo: Resource, editor: User, journalist: User, django_capture_on_commit_callbacks: Any
) -> None:
    enquiry = asked(journalist, photo)
    press, key = f"/vi/press/r/{photo.public_id}/", "web"
    form = {"offer": key, "purpose": "print", "outlet": "Báo Huế", "terms": "yes"}
    own, other = signed_in(journalist), signed_in(make_user())
    assert 'name="offer"' not in own.get(press).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(editor).post(place(enquiry), permission())
    assert "Không cắt cúp." in mail.outbox[-1].body and "Ảnh: Sở KH&CN" in mail.outbox[-1].body
    last = timezone.localdate() + timedelta(days=2)
    page = own.get(press)
    told = page.content.decode()
    assert f"cơ quan đã cho phép bạn dùng đến hết ngày {last:%d/%m/%Y}" in told
    assert "Ảnh: Sở KH&amp;CN" in told and page["Cache-Control"] == "private, no-store"
    away = own.post(press, form)
    assert away.status_code == 303 and own.get(away["Location"]).status_code == 200
    assert Client().get(away["Location"]).status_code == 200, "the ticket carries who declared it"
    assert Use.objects.get().purpose == "print"
    assert own.post(press, form | {"purpose": "social"}).status_code == 200, "not permitted for this"
    for stranger in (other, Client()):
        assert "cho phép bạn" not in stranger.get(press).content.decode()
        assert stranger.get(f"/take/{photo.public_id}/{key}").status_code == 404
    grant = Grant.objects.get()
    signed = away["Location"]
    with django_capture_on_commit_callbacks(execute=True):
        no_reason = signed_in(editor).post(place(enquiry), {"revoke": grant.pk, "reason": " "})
        signed_in(editor).post(place(enquiry), {"revoke": grant.pk, "reason": "Dùng sai."})
    assert no_reason.status_code == 400
    assert "Dùng sai." in mail.outbox[-1].body and mail.outbox[-1].to == [journalist.email]
    assert own.get(signed).status_code == 404 and 'name="offer"' not in own.get(press).content.decode()
    assert "Dùng sai." in own.get(thread(enquiry)).content.decode()
    again = signed_in(editor).post(place(enquiry), {"revoke": grant.pk, "reason": "Lần nữa"}, follow=True)
    grant.refresh_from_db()
    assert "không còn gì để thu hồi" in said(again) and grant.revoked_reason == "Dùng sai."


def test_a_grant_of_another_thread_is_not_revoked_through_ones_own(
    photo: Resource, editor: User, journalist: User
) -> None:
    theirs = make_published("photo", agency=make_agency(), licence="all-rights")
    foreign = asked(journalist, theirs)
    signed_in(make_lead()).post(place(foreign), permission())
    enquiry = asked(journalist, photo)
    for key in (str(Grant.objects.get().pk), "x", "9" * 30):
        answer = signed_in(editor).post(place(enquiry), {"revoke": key, "reason": "x"})
        assert answer.status_code == 404
    assert Grant.objects.get().revoked_at is None


def test_what_is_hidden_later_is_not_named_to_who_asked(
    photo: Resource, editor: User, journalist: User, django_capture_on_commit_callbacks: Any
) -> None:
    enquiry = asked(journalist, photo)
    Resource.objects.filter(pk=photo.pk).update(
        title="Tên mới kín", embargo_until=timezone.now() + timedelta(1)
    )
    own = signed_in(journalist)
    for address in ("/vi/press/requests/", thread(enquiry)):
        told = own.get(address).content.decode()
        assert "Tên mới kín" not in told and "hiện không công khai" in told
    assert own.get(f"/vi/press/r/{photo.public_id}/ask/").status_code == 404
    assert own.post(f"/vi/press/r/{photo.public_id}/ask/", words()).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(editor).post(place(enquiry), {"text": "Chờ nhé.", "state": "answered"})
    assert "Tên mới kín" not in mail.outbox[-1].body + mail.outbox[-1].subject


def test_a_withdrawn_resource_cannot_be_asked_for(photo: Resource, journalist: User) -> None:
    publishing.withdraw(resource=photo, by=make_lead(), at=timezone.now(), reason="Sai")
    assert signed_in(journalist).post(f"/vi/press/r/{photo.public_id}/ask/", words()).status_code == 410
    assert not Enquiry.objects.exists()


def test_a_post_from_another_site_is_not_taken_in(photo: Resource, journalist: User) -> None:
    client = signed_in(journalist)
    address = f"/vi/press/r/{photo.public_id}/ask/"
    assert client.post(address, words(), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not Enquiry.objects.exists()


def test_lists_page_by_key_and_ask_the_same_of_many(photo: Resource, editor: User, journalist: User) -> None:
    at = timezone.now()
    counts = []
    for many in (2, 58):
        rows = [
            Enquiry(
                resource=photo, asked_by=journalist, outlet="B", wants="quality", asked_at=at, changed_at=at
            )
            for _number in range(many)
        ]
        Enquiry.objects.bulk_create(rows)
        for who, address in ((journalist, "/vi/press/requests/"), (editor, LIST)):
            client = signed_in(who)
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            counts.append(len(queries))
    assert counts[:2] == counts[2:] and counts[0] <= 8
    own, desk = signed_in(journalist), signed_in(editor)
    for client, address, pages in ((own, "/vi/press/requests/", 3), (desk, LIST, 2)):
        seen, after = [], ""
        for _page in range(pages):
            leaf = client.get(address, {"after": after}).context["leaf"]
            seen += [row.pk for row in leaf.rows]
            after = leaf.after
        assert (len(set(seen)), after) == (60, "")
