"""The newsroom's pages: find by rights, be told what is allowed, take it with a purpose."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.newsroom import uses
from cms.newsroom.models import TermsAcceptance, Use
from cms.newsroom.offers import offers, with_offers
from media_library.files import public_address
from media_library.models import Rendition, Resource, User
from tests.factories import make_agency, make_communicator, make_published, make_rendition, make_user
from tests.portal import library

pytestmark = pytest.mark.django_db


def page_of(resource: Resource, lang: str = "vi") -> str:
    return f"/{lang}/press/r/{resource.public_id}/"


def published(kind: str = "photo", **fields: Any) -> Resource:
    resource = make_published(kind, **fields)
    if resource.original is not None and kind == "photo":
        make_rendition(resource.original.file, name="full.jpg", purpose="download", format="jpeg")
    return resource


def accredited() -> User:
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="report_resource"))
    return User.objects.get(pk=user.pk)


def asked(**changed: str) -> dict[str, str]:
    return {"offer": "print", "purpose": "news", "outlet": " Báo  Huế ", "terms": "yes", **changed}


def whole(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_taking_leads_to_the_file_and_counts_one_use_with_its_purpose(client: Client) -> None:
    resource = published()
    answer = client.post(page_of(resource), asked())
    assert answer.status_code == 303
    first = client.get(answer.url)
    content = whole(first)
    assert first.status_code == 200 and int(first["Content-Length"]) == len(content)
    again = client.get(answer.url, headers={"Range": "bytes=10-", "If-Range": first["ETag"]})
    assert (again.status_code, whole(again)) == (206, content[10:])
    (use,) = Use.objects.all()
    assert (use.resource, use.offer, use.purpose, use.outlet) == (resource, "print", "news", "Báo Huế")
    assert use.user is None


@pytest.mark.contract
def test_a_broken_download_goes_on_with_another_program_and_is_still_one_use(client: Client) -> None:
    """Whichever part comes first: the ticket is the use."""
    resource = published(licence="press-only")
    client.force_login(accredited())
    address = client.post(page_of(resource), asked()).url
    part = Client().get(address, headers={"Range": "bytes=5-"})
    assert part.status_code == 206
    assert client.get(address).status_code == 200
    assert Use.objects.count() == 1


def test_a_plain_download_is_counted_once_without_a_purpose(client: Client) -> None:
    resource = published()
    address = f"/take/{resource.public_id}/print"
    etag = client.get(address)["ETag"]
    client.get(address, headers={"Range": "bytes=20-"})
    client.get(address, headers={"If-None-Match": etag})
    client.head(address)
    (use,) = Use.objects.all()
    assert (use.purpose, use.outlet, use.offer) == ("", "", "print")


def test_a_download_from_the_portal_counts_and_looking_at_a_picture_does_not(client: Client) -> None:
    resource = published()
    copy = Rendition.objects.get(file__assets__resource=resource, name="full.jpg")
    address = public_address(resource, copy)
    client.get(address)
    client.head(f"{address}?download=1")
    assert not Use.objects.exists()
    assert "Cookie" not in client.get(f"{address}?download=1").get("Vary", "")
    client.get(f"{address}?download=1", headers={"Range": "bytes=9-"})
    assert [use.offer for use in Use.objects.all()] == ["print"]


def test_what_the_agency_itself_fetches_is_no_use(client: Client) -> None:
    agency = make_agency()
    resource = published(agency=agency, licence="all-rights")
    client.force_login(make_communicator(agency))
    assert client.get(f"/take/{resource.public_id}/print").status_code == 200
    copy = Rendition.objects.get(file__assets__resource=resource, name="full.jpg")
    assert client.get(f"{public_address(resource, copy)}?download=1").status_code == 200
    assert client.post(page_of(resource), asked(purpose="commercial")).status_code == 303
    assert not Use.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"purpose": ""}, "Hãy cho biết bạn dùng vào việc gì."),
        ({"purpose": "war"}, "Không có lựa chọn này: hãy chọn trong danh sách."),
        ({"purpose": "commercial"}, "Không: giấy phép không cho dùng vào mục đích thương mại."),
        ({"offer": "../../etc"}, "Không có lựa chọn này: hãy chọn trong danh sách."),
        ({"offer": ""}, "Hãy chọn tệp cần tải."),
        ({"terms": ""}, "Hãy đọc điều kiện sử dụng và đánh dấu đồng ý."),
        ({"outlet": "x" * 121}, "outlet-error"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_taken(
    client: Client, changed: dict[str, str], said: str
) -> None:
    resource = published(licence="cc-by-nc-4.0")
    response = client.post(page_of(resource), asked(**changed))
    text = response.content.decode()
    assert (response.status_code == 200 and said in text and "Báo" in text) or "outlet" in changed
    assert not Use.objects.exists()


def test_terms_are_accepted_once_a_year_by_each_person(client: Client) -> None:
    user, resource = make_user(), published()
    client.force_login(user)
    assert client.post(page_of(resource), asked(terms="")).status_code == 200
    assert client.post(page_of(resource), asked()).status_code == 303
    assert client.post(page_of(resource), asked(terms="")).status_code == 303
    TermsAcceptance.objects.update(at=timezone.now() - timedelta(days=366))
    assert client.post(page_of(resource), asked(terms="")).status_code == 200
    assert client.post(page_of(resource), asked()).status_code == 303
    assert TermsAcceptance.objects.filter(user=user).count() == 1


def test_terms_hold_for_a_session_and_are_never_asked_for_what_is_free(client: Client) -> None:
    bound, free = published(), published(licence="cc0-1.0")
    assert 'name="terms"' not in client.get(page_of(free)).content.decode()
    assert client.post(page_of(free), asked(terms="")).status_code == 303
    assert client.post(page_of(bound), asked(terms="")).status_code == 200
    client.post(page_of(bound), asked())
    assert client.post(page_of(bound), asked(terms="")).status_code == 303
    assert Client().post(page_of(bound), asked(terms="")).status_code == 200


def test_a_ticket_holds_for_its_offer_alone_and_for_a_day(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource, other = published(), published()
    address = client.post(page_of(resource), asked()).url
    moved = address.replace(resource.public_id, other.public_id)
    for wrong in (
        moved,
        address.replace("/print?", "/web?"),
        f"{address}x",
        f"/take/{resource.public_id}/print?t=",
    ):
        answer = client.get(wrong)
        assert answer.status_code == 302 and "/press/r/" in answer.url, wrong
    monkeypatch.setattr(uses, "VALID", -1)
    assert client.get(address).url == page_of(resource)
    assert not Use.objects.exists()


def test_a_ticket_ends_where_its_purpose_is_not_allowed_any_more(client: Client) -> None:
    resource = published()
    address = client.post(page_of(resource), asked(purpose="commercial")).url
    Resource.objects.filter(pk=resource.pk).update(licence="cc-by-nc-4.0")
    assert client.get(address).status_code == 404
    assert not Use.objects.exists()


def test_a_ticket_opens_nothing_after_a_withdrawal_or_an_embargo(client: Client) -> None:
    resource = published()
    address = client.post(page_of(resource), asked()).url
    Resource.objects.filter(pk=resource.pk).update(embargo_until=timezone.now() + timedelta(days=1))
    assert client.get(address).status_code == 404
    Resource.objects.filter(pk=resource.pk).update(
        embargo_until=None, live=False, withdrawn_at=timezone.now(), withdrawn_reason="Sai."
    )
    assert client.get(address).status_code == 410
    assert client.get(page_of(resource)).status_code == 410


def test_what_another_site_posts_is_not_taken_in(client: Client) -> None:
    response = client.post(page_of(published()), asked(), headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 200


def test_press_only_material_is_closed_to_others_and_says_so(client: Client) -> None:
    resource = published(licence="press-only")
    page = client.get(page_of(resource)).content.decode()
    assert "Cần xin phép cơ quan: chỉ dành cho cơ quan báo chí." in page and 'name="offer"' not in page
    assert client.post(page_of(resource), asked()).status_code == 200
    assert client.get(f"/take/{resource.public_id}/print").status_code == 404
    client.force_login(accredited())
    page = client.get(page_of(resource, "en")).content.decode()
    assert "Yes, uncut and in your own reporting, if you name the source." in page
    assert client.get(f"/take/{resource.public_id}/print").url == page_of(resource)


def test_the_start_page_finds_by_rights_newest_first(client: Client) -> None:
    licences = {"cc-by-4.0": "Ảnh tự do", "verbatim-credit": "Ảnh nguyên vẹn", "all-rights": "Ảnh giữ quyền"}
    for licence, title in licences.items():
        published(title=title, licence=licence)
    library.index()
    everything = client.get("/vi/press/").content.decode()
    assert all(title in everything for title in licences.values())
    assert everything.index("Ảnh giữ quyền") < everything.index("Ảnh tự do")
    now = client.get("/vi/press/?rights=now").content.decode()
    assert "Ảnh tự do" in now and "Ảnh nguyên vẹn" not in now and "Đăng ngay, ghi nguồn" in now
    both = client.get("/en/press/?rights=now&rights=uncut&q=anh&sort=title").content.decode()
    assert "Ảnh nguyên vẹn" in both and "Ảnh giữ quyền" not in both
    assert "Uncut, with credit" in both
    hostile = client.get(
        "/vi/press/?rights=%00&rights=x&licence=all-rights&sort=no&after=%F0%9F%98%80&kind=x"
    )
    assert hostile.status_code == 200


def test_pages_ask_the_same_number_of_queries_whatever_they_show(
    client: Client, django_assert_num_queries: Any
) -> None:
    models = library.publish_each_kind()
    counts = []
    for _size in range(2):
        client.get("/vi/press/")
        with CaptureQueriesContext(connection) as counted:
            assert client.get("/vi/press/").status_code == 200
        counts.append(len(counted))
        library.multiply(models, until=18)
    assert counts[0] == counts[1] <= 16
    with django_assert_num_queries(6):
        client.get(page_of(models[0]))


def test_rights_for_machines_say_what_the_page_says(client: Client) -> None:
    resource = published(licence="cc-by-nc-4.0", territory="vietnam")
    response = client.get(f"/r/{resource.public_id}/rights.json")
    policy = json.loads(response.content)
    assert response["Content-Type"] == "application/ld+json"
    assert (len(policy["permission"]), len(policy["prohibition"])) == (5, 1)
    assert policy["permission"][0]["duty"] == [
        {"action": "attribute", "attributedParty": policy["assigner"]["uid"]}
    ]
    (forbidden,) = policy["prohibition"]
    assert forbidden["constraint"][0]["rightOperand"].endswith("/ns/purpose#commercial")
    assert policy["permission"][0]["constraint"][1]["leftOperand"] == "spatial"
    held = json.loads(client.get(f"/r/{published(licence='all-rights').public_id}/rights.json").content)
    assert {rule["duty"][0]["action"] for rule in held["permission"]} == {"obtainConsent"}


def test_every_address_that_is_offered_answers_with_what_was_promised(client: Client) -> None:
    for kind in ("photo", "podcast", "article"):
        resource = published(kind)
        for one in offers(with_offers(Resource.objects.filter(pk=resource.pk)).get()):
            response = client.get(one.address)
            assert (response.status_code, len(whole(response))) == (200, one.size)
            assert response["Content-Type"].startswith(one.media_type)


def test_press_pages_of_a_translation_lead_to_each_other(client: Client) -> None:
    row, english = make_published(title="Tiếng Việt"), make_published(title="In English", language="en")
    assert (
        f"/en/press/r/{english.public_id}/"
        not in client.get(f"/vi/press/r/{row.public_id}/").content.decode()
    )
    Resource.objects.filter(pk=english.pk).update(translation_key=row.translation_key)
    for one, other, lang in ((row, english, "en"), (english, row, "vi")):
        for page in ("vi", "en"):
            text = client.get(f"/{page}/press/r/{one.public_id}/").content.decode()
            assert f'href="/{lang}/press/r/{other.public_id}/"' in text
    Resource.objects.filter(pk=english.pk).update(live=False)
    assert english.public_id not in client.get(f"/vi/press/r/{row.public_id}/").content.decode()


def test_what_has_an_english_version_can_be_chosen(client: Client) -> None:
    row, english = (
        make_published(title="Có bản tiếng Anh"),
        make_published(title="Its version", language="en"),
    )
    make_published(title="Chỉ tiếng Việt")
    Resource.objects.filter(pk=english.pk).update(translation_key=row.translation_key)
    library.index()
    found = client.get("/vi/press/?english=yes")
    assert {card.title for card in found.context["cards"]} == {"Có bản tiếng Anh", "Its version"}
    (facet,) = [one for one in client.get("/vi/press/").context["facets"] if one.name == "english"]
    assert [(one.value, one.count) for one in facet.first] == [("yes", 2)]
