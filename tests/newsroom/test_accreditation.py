"""A journalist asks for accreditation, the lead department decides, the person's data is forgotten."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.newsroom.accreditation import asking, deciding, forgetting, views
from cms.newsroom.accreditation.current import current
from cms.newsroom.models import Accreditation, AccreditationDecision
from media_library import access
from media_library.models import User
from tests.factories import make_administrator, make_agency, make_editor, make_lead, make_user, picture_bytes
from tests.newsroom.press import asked, given, make_journalist

pytestmark = pytest.mark.django_db(transaction=False)
PAGE = "/vi/press/accreditation/"
STATE = Accreditation.State
Capture = Any


@pytest.fixture(autouse=True)
def nobody_has_asked() -> None:
    cache.clear()


def form(**changed: str) -> dict[str, str]:
    told = {name: str(value) for name, value in given().items()}
    return {**told, "email": "mai@baohue.example", "website": "", **changed}


def link_in(letter: Any) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", letter.body)
    assert found is not None
    return found[1]


def test_who_has_no_account_gets_one_by_the_letter_and_nothing_before(
    client: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(PAGE, form(email="Mai@BaoHue.example"))
    assert answer.url.endswith("?told=sent")
    row = Accreditation.objects.get()
    assert (row.state, row.user, User.objects.count()) == (STATE.UNCONFIRMED, None, 0)
    (letter,) = mail.outbox
    assert letter.to == ["mai@baohue.example"] and "Báo Huế" in letter.body
    link = link_in(letter)
    page = client.get(link)
    assert page.status_code == 200 and not User.objects.exists()
    make_lead()
    with django_capture_on_commit_callbacks(execute=True):
        wrong = client.post(link, {"password": "ngan", "again": "khac"})
        assert wrong.status_code == 400 and User.objects.count() == 1
        confirmed = client.post(link, {"password": "cau truong tien 57", "again": "cau truong tien 57"})
    assert confirmed.url.endswith("?told=password")
    row.refresh_from_db()
    assert (row.state, row.user.get_username(), str(row.user)) == (
        STATE.WAITING,
        "mai@baohue.example",
        "Trần Thị Mai",
    )
    assert "Chờ quyết định" in client.get(PAGE).content.decode(), "signed in by the link"
    assert [one.subject for one in mail.outbox[1:]] == ["Kho 57: Báo Huế đăng ký tác nghiệp"]
    assert Client().login(username="mai@baohue.example", password="cau truong tien 57")
    assert client.get(link).status_code == 302, "the link has served"


def test_a_known_address_is_answered_alike_and_its_account_takes_the_request(
    client: Client, django_capture_on_commit_callbacks: Capture
) -> None:
    known = make_user("nha-bao")
    with django_capture_on_commit_callbacks(execute=True):
        theirs = client.post(PAGE, form(email=known.email))
        unknown = client.post(PAGE, form(email="khac@example.org"))
    assert (theirs.status_code, theirs.url) == (unknown.status_code, unknown.url)
    one, other = mail.outbox
    assert re.sub(r"\S+confirm/\S+", "", one.body) == re.sub(r"\S+confirm/\S+", "", other.body)
    link = link_in(one)
    page = client.get(link).content.decode()
    assert "password" not in page and f"next={link}" in page
    assert (
        client.post(link, {"password": "cau truong tien 57", "again": "cau truong tien 57"}).status_code
        == 200
    )
    assert not Accreditation.objects.filter(state=STATE.WAITING).exists()
    client.force_login(make_user())
    assert client.post(link).status_code == 200
    assert not Accreditation.objects.filter(state=STATE.WAITING).exists(), "another's account takes nothing"
    client.force_login(known)
    assert client.post(link).url.endswith("?told=confirmed")
    assert Accreditation.objects.get(state=STATE.WAITING).user == known


def test_a_letter_opened_twice_at_once_files_one_request_and_overwrites_no_decision() -> None:
    row = asking.ask(given(email="a@example.org"), user=client_nobody(), lang="vi", at=timezone.now())
    stale, user = Accreditation.objects.get(pk=row.pk), make_user()
    asking.confirm(row, user=user)
    deciding.refuse(row, reason="Thẻ mờ.", by=None, at=timezone.now())
    asking.confirm(stale, user=user)
    assert Accreditation.objects.get().state == STATE.REFUSED


def test_the_sign_in_leads_a_journalist_back_who_has_no_business_in_the_admin(client: Client) -> None:
    user = make_user()
    link = re.search(r'href="(/admin/login/[^"]+)"', client.get(PAGE).content.decode())
    assert link is not None
    answer = client.post(
        link[1], {"username": user.get_username(), "password": "mat-khau-thu-9", "next": PAGE}
    )
    assert (answer.status_code, answer.url) == (302, PAGE)
    assert "Đang đăng nhập" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("spoiled", ["x", "", "a:b:c"])
def test_a_link_that_is_not_ours_says_what_to_do(client: Client, spoiled: str) -> None:
    token = spoiled or asking.signing.dumps(987654, salt=asking._SALT)
    answer = client.get(f"{PAGE}confirm/{token}/")
    assert answer.status_code == 410 and PAGE in answer.content.decode()


def test_a_link_ends_after_two_days(client: Client, time_machine: Any) -> None:
    row = asking.ask(given(email="a@example.org"), user=client_nobody(), lang="vi", at=timezone.now())
    token = asking.signing.dumps(row.pk, salt=asking._SALT)
    assert asking.asked_by(token) == row
    time_machine.move_to(timezone.now() + asking.CONFIRM_WITHIN + timedelta(seconds=2))
    with pytest.raises(asking.LinkEnded):
        asking.asked_by(token)
    assert forgetting.forget(timezone.now()) == 1 and not Accreditation.objects.exists()


def client_nobody() -> Any:
    from django.contrib.auth.models import AnonymousUser

    return AnonymousUser()


BAD = {
    "name": ["", "\u200b"],
    "outlet": ["", "x" * 121],
    "email": ["", "khong-phai-thu", "a@" + "b" * 200 + ".vn"],
    "card_number": [""],
    "card_until": ["", "31/02/2027", "hôm nay", "2020-01-01", "9999-01-01"],
    "purpose": ["", "x" * 501],
}


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(client: Client) -> None:
    for name, values in BAD.items():
        for value in values:
            answer = client.post(PAGE, form(**{name: value}))
            page = answer.content.decode()
            assert answer.status_code == 400, (name, value)
            assert (f'id="{name}-error"' in page and "NB-0421" in page) or name == "card_number", (
                name,
                value,
            )
    assert not Accreditation.objects.exists() and not mail.outbox


def test_programs_and_other_sites_ask_for_nothing(client: Client) -> None:
    assert client.post(PAGE, form(website="spam")).url.endswith("?told=sent")
    assert client.post(PAGE, form(), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not Accreditation.objects.exists()


def test_one_address_is_not_flooded_with_letters(client: Client) -> None:
    for _time in range(views.MOST_AN_HOUR):
        assert client.post(PAGE, form()).status_code == 302
    full = client.post(PAGE, form())
    assert full.status_code == 429 and "NB-0421" in full.content.decode()
    assert client.post(PAGE, form(), REMOTE_ADDR="203.0.113.9").status_code == 429, "by the letter's address"


def test_asking_again_while_one_waits_is_told(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    assert client.post(PAGE, form()).url.endswith("?told=confirmed")
    assert client.post(PAGE, form()).url.endswith("?told=waiting")
    assert "đang chờ" in client.get(f"{PAGE}?told=waiting").content.decode()
    assert Accreditation.objects.count() == 1
    with pytest.raises(asking.Waiting):
        asked(user)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("granted", "Bạn đã được cấp đăng ký tác nghiệp"),
        ("refused", "Thẻ không rõ"),
        ("taken_back", "Thẻ không rõ"),
    ],
)
def test_one_sees_how_ones_request_stands_and_may_ask_again(client: Client, state: str, told: str) -> None:
    row, at, lead = asked(), timezone.now(), make_lead()
    if state == "refused":
        deciding.refuse(row, reason="Thẻ không rõ.", by=lead, at=at)
    else:
        deciding.grant(row, until=at + timedelta(days=3), by=lead, at=at)
    if state == "taken_back":
        deciding.take_back(row, reason="Thẻ không rõ.", by=lead, at=at)
    client.force_login(row.user)
    page = client.get(PAGE)
    assert 'value="Báo Huế"' in page.content.decode(), "what was said before need not be typed again"
    assert told in page.content.decode() and page["Cache-Control"] == "private, no-store"
    assert client.post(PAGE, form()).url.endswith("?told=confirmed")


def test_it_ends_to_the_second_and_so_does_the_permission(time_machine: Any) -> None:
    end = timezone.now() + timedelta(days=3)
    user = make_journalist(until=end)
    for moment, holds in ((end - timedelta(seconds=1), True), (end, False)):
        time_machine.move_to(moment, tick=False)
        fresh = User.objects.get(pk=user.pk)
        assert (current(fresh, moment) is not None, access.is_press(fresh)) == (holds, holds)
        assert not access.is_lead(fresh)


def test_who_is_taken_back_or_put_out_of_action_is_no_press() -> None:
    user, other = make_journalist(), make_journalist()
    deciding.take_back(user.accreditations.get(), reason="Vi phạm.", by=None, at=timezone.now())
    User.objects.filter(pk=other.pk).update(is_active=False)
    assert not any(access.is_press(User.objects.get(pk=one.pk)) for one in (user, other))


def test_every_decision_is_recorded_and_told_in_the_language_of_the_request(
    django_capture_on_commit_callbacks: Capture,
) -> None:
    lead, at = make_lead("chu-tri"), timezone.now()
    row = asked()
    Accreditation.objects.filter(pk=row.pk).update(language="en")
    row.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        deciding.grant(row, until=at + timedelta(days=9), reason="Welcome.", by=lead, at=at)
        deciding.take_back(row, reason="Broken.", by=lead, at=at + timedelta(seconds=1))
    known = [(one.state, one.reason, one.by) for one in AccreditationDecision.objects.all()]
    assert known == [("granted", "Welcome.", lead), ("taken_back", "Broken.", lead)]
    assert [one.subject for one in mail.outbox] == [
        "Kho 57 has accredited you as press",
        "Your accreditation at Kho 57 was taken back",
    ]
    assert "/en/press/embargoed/" in mail.outbox[0].body and "Broken." in mail.outbox[1].body


def test_a_new_grant_ends_the_earlier_one() -> None:
    user = make_journalist()
    renewed = asked(user)
    deciding.grant(renewed, until=timezone.now() + timedelta(days=90), by=None, at=timezone.now())
    assert sorted(user.accreditations.values_list("state", flat=True)) == ["ended", "granted"]


def test_two_who_decide_at_once_are_told(client: Client) -> None:
    row, at = asked(), timezone.now()
    seen = Accreditation.objects.get(pk=row.pk)
    deciding.refuse(row, reason="Thẻ không rõ.", by=make_lead(), at=at)
    with pytest.raises(deciding.Overtaken):
        deciding.grant(seen, until=at + timedelta(days=9), by=None, at=at)
    client.force_login(make_lead())
    place = reverse("kho57_accreditations:one", args=[row.pk])
    late = client.post(
        place, {"act": "grant", "until": str(timezone.localdate() + timedelta(days=9))}, follow=True
    )
    assert late.status_code == 200 and "người khác vừa quyết định trước" in late.content.decode()
    row.refresh_from_db()
    assert row.state == STATE.REFUSED and row.decisions.count() == 1


def test_an_editor_decides_with_the_form(client: Client) -> None:
    row = asked()
    client.force_login(make_lead())
    place, day = reverse("kho57_accreditations:one", args=[row.pk]), timezone.localdate()
    for wrong in (
        {"act": "grant", "until": ""},
        {"act": "grant", "until": "x"},
        {"act": "grant", "until": str(day - timedelta(days=1))},
        {"act": "grant", "until": str(day + timedelta(days=390))},
        {"act": "refuse", "reason": " "},
        {"act": "burn"},
        {},
    ):
        assert client.post(place, wrong).status_code == 400, wrong
    Accreditation.objects.filter(pk=row.pk).update(card_until=day + timedelta(days=5))
    assert client.post(place, {"act": "grant", "until": str(day + timedelta(days=6))}).status_code == 400
    assert client.post(place, {"act": "grant", "until": str(day + timedelta(days=5))}).status_code == 302
    row.refresh_from_db()
    assert row.state == STATE.GRANTED and timezone.localtime(row.until).date() == day + timedelta(days=6)
    assert client.post(place, {"act": "take_back", "reason": "Vi phạm."}).status_code == 302
    page = client.get(place).content.decode()
    assert "Vi phạm." in page and "Trần Thị Mai" in page


def test_the_list_pages_by_key_with_as_many_queries_for_many(client: Client) -> None:
    client.force_login(make_lead())
    place = reverse("kho57_accreditations:index")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(place).status_code == 200
        return len(found)

    asked(outlet="Báo 0")
    client.get(place)
    few = queries()
    for number in range(1, 56):
        asked(outlet=f"Báo {number}")
    assert queries() == few
    first = client.get(place)
    second = client.get(f"{place}?before={first.context['following']}")
    shown = [one["row"].outlet for page in (first, second) for one in page.context["shown"]]
    assert shown == [f"Báo {number}" for number in range(55, -1, -1)]
    assert client.get(f"{place}?state=closed&before=x").status_code == 200


@pytest.mark.parametrize("make", [make_user, lambda: make_editor(make_agency())])
def test_requests_are_missing_for_everybody_but_the_lead_department(client: Client, make: Any) -> None:
    row = asked()
    client.force_login(make())
    for name, args in (("index", []), ("one", [row.pk]), ("card", [row.pk])):
        assert client.get(reverse(f"kho57_accreditations:{name}", args=args)).status_code in (302, 404)
    client.force_login(make_administrator())
    assert client.get(reverse("kho57_accreditations:one", args=[row.pk])).status_code == 200


def scan(content: bytes, name: str = "the.jpg") -> dict[str, Any]:
    return {"scan": SimpleUploadedFile(name, content)}


def test_a_picture_of_the_card_is_kept_privately_and_what_is_not_one_is_refused(client: Client) -> None:
    user, other = make_user(), make_user()
    row = asked(user)
    client.force_login(user)
    place = f"{PAGE}card/"
    for wrong in ({}, scan(b""), scan(b"MZ" + b"\0" * 100, "the.exe"), scan(b"<svg/>", "the.svg")):
        answer = client.post(place, wrong)
        assert answer.status_code == 400 and 'id="scan-error"' in answer.content.decode()
    assert client.post(place, scan(picture_bytes(format="JPEG"))).status_code == 302
    row.refresh_from_db()
    earlier = row.scan
    assert storages["private"].exists(earlier)
    assert client.post(place, scan(picture_bytes(200, 100))).status_code == 302
    row.refresh_from_db()
    assert row.scan_type == "image/png" and not storages["private"].exists(earlier)
    client.force_login(other)
    assert client.post(place, scan(picture_bytes())).status_code == 404
    shown = reverse("kho57_accreditations:card", args=[row.pk])
    client.force_login(make_lead())
    answer = client.get(shown)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Cache-Control"].startswith("private, no-store")
    assert b"".join(answer.streaming_content) == picture_bytes(200, 100)


def test_personal_data_goes_after_its_time_and_not_before(client: Client) -> None:
    at, lead = timezone.now(), make_lead()
    refused, lapsed, waiting = asked(), asked(), asked()
    client.force_login(refused.user)
    client.post(f"{PAGE}card/", scan(picture_bytes()))
    refused.refresh_from_db()
    deciding.refuse(refused, reason="Trần Thị Mai gửi thẻ mờ.", by=lead, at=at)
    deciding.grant(lapsed, until=at + timedelta(days=1), by=lead, at=at)
    kept = refused.scan
    assert forgetting.forget(at + forgetting.KEPT_FOR) == 0 and storages["private"].exists(kept)
    assert forgetting.forget(at + forgetting.KEPT_FOR + timedelta(days=2)) == 2
    assert forgetting.forget(at + forgetting.KEPT_FOR + timedelta(days=2)) == 0
    assert not storages["private"].exists(kept)
    for row in (refused, lapsed):
        known = str(Accreditation.objects.filter(pk=row.pk).values().get())
        assert "Mai" not in known and "NB-0421" not in known and "@" not in known
    assert "Mai" not in str(list(AccreditationDecision.objects.values()))
    waiting.refresh_from_db()
    assert waiting.name == "Trần Thị Mai"
    client.force_login(lead)
    for row in (refused, lapsed):
        assert client.get(reverse("kho57_accreditations:one", args=[row.pk])).status_code == 200
