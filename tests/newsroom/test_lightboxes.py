"""Lightboxes: whose they are, what is done to them, and that nothing of another's is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.newsroom import collecting, holding
from cms.newsroom.models import Lightbox
from media_library import publishing
from media_library.models import Resource
from tests.factories import (
    make_agency,
    make_embargoed,
    make_lead,
    make_published,
    make_resource,
    make_user,
    make_withdrawn,
)

pytestmark = pytest.mark.django_db
CHOOSE = "/vi/press/lightbox/choose/"


def choose(client: Client, resource: Resource, act: str = "add", **headers: str) -> Any:
    return client.post(CHOOSE, {"id": resource.public_id, "act": act}, headers=headers)


def chosen(client: Client, resource: Resource) -> dict[str, Any]:
    answer = choose(client, resource, Accept="application/json")
    assert answer.status_code == 200
    return dict(answer.json())


def of(client: Client) -> Lightbox:
    return Lightbox.objects.get(key=client.session[holding.IN_HAND])


def order(box: Lightbox) -> list[str]:
    return list(box.entries.values_list("resource__public_id", flat=True))


def act(client: Client, box: Lightbox, name: str, **fields: Any) -> Any:
    return client.post(f"/vi/press/lightbox/{box.key}/{name}/", fields)


@pytest.fixture
def three() -> list[Resource]:
    agency = make_agency()
    return [make_published("article", agency=agency, title=f"Bài số {n}") for n in range(3)]


def test_a_visitor_chooses_and_takes_out_with_and_without_script(three: list[Resource]) -> None:
    client = Client()
    told = chosen(client, three[0])
    assert (told["count"], told["chosen"]) == (1, [three[0].public_id])
    assert client.cookies["kho57_tray"].value == "1"
    plain = choose(client, three[1])
    assert plain.status_code == 302
    page = client.get(plain.url)
    assert three[1].title in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    assert choose(client, three[0], Accept="application/json").json()["count"] == 2, "once, not twice"
    choose(client, three[0], act="remove")
    assert choose(client, three[1], act="remove", Accept="application/json").json()["count"] == 0
    assert client.cookies["kho57_tray"].value == ""
    assert Lightbox.objects.count() == 1


def test_public_pages_stay_the_same_for_all(three: list[Resource]) -> None:
    client = Client()
    chosen(client, three[0])
    for address in (three[0].get_absolute_url(), "/vi/agency/"):
        mine, theirs = client.get(address), Client().get(address)
        assert mine.content == theirs.content
        assert "Cookie" not in mine.get("Vary", "")


def test_signing_in_takes_it_along_and_signing_out_leaves_nothing(three: list[Resource]) -> None:
    client, user = Client(), make_user()
    chosen(client, three[0])
    box = of(client)
    client.force_login(user)
    assert client.get(f"/vi/press/lightbox/{box.key}/").status_code == 200
    box.refresh_from_db()
    assert box.owner == user
    client.logout()
    assert client.get(f"/vi/press/lightbox/{box.key}/").status_code == 404
    elsewhere = Client()
    elsewhere.force_login(user)
    assert box.title in elsewhere.get("/vi/press/lightbox/").content.decode()


def test_anothers_lightbox_answers_as_none(three: list[Resource]) -> None:
    owner, other = Client(), Client()
    chosen(owner, three[0])
    other.force_login(make_lead())
    key = of(owner).key
    names = ["", "compare/", "sheet.pdf"]
    assert [other.get(f"/vi/press/lightbox/{key}/{name}").status_code for name in names] == [404] * 3
    acts = ("rename", "delete", "restore", "share", "note", "move", "add", "remove", "revoke", "kit")
    assert {act(other, of(owner), name).status_code for name in acts} == {404}
    assert act(owner, of(owner), "explode").status_code == 404


def test_order_by_buttons_and_by_drag(three: list[Resource]) -> None:
    client = Client()
    for one in three:
        chosen(client, one)
    a, b, c = (one.public_id for one in three)
    box = of(client)
    act(client, box, "move", id=c, by="-1")
    assert order(box) == [a, c, b]
    act(client, box, "move", id=a, by="-1")
    act(client, box, "move", id="unknown", by="1")
    assert order(box) == [a, c, b]
    assert act(client, box, "move", order=[b, "unknown", a]).status_code == 204
    assert order(box) == [b, a, c], "who is not named follows"


def test_taking_out_is_undone_in_its_place(three: list[Resource]) -> None:
    client = Client()
    for one in three:
        chosen(client, one)
    box, middle = of(client), three[1]
    away = act(client, box, "remove", id=middle.public_id)
    page = client.get(away.url).content.decode()
    assert middle.title in page and "Hoàn tác" in page
    act(client, box, "add", id=middle.public_id, place="1")
    assert order(box) == [one.public_id for one in three]


def test_note_name_delete_and_undo(three: list[Resource]) -> None:
    client = Client()
    chosen(client, three[0])
    box = of(client)
    act(client, box, "note", id=three[0].public_id, note="  Mở bài <b>  ")
    act(client, box, "rename", title="  Trang khoa học   10/10 ")
    act(client, box, "rename", title="   ")
    page = client.get(f"/vi/press/lightbox/{box.key}/").content.decode()
    assert "Trang khoa học 10/10" in page and 'value="Mở bài &lt;b&gt;"' in page
    away = act(client, box, "delete")
    assert client.get(f"/vi/press/lightbox/{box.key}/").status_code == 404
    assert "Hoàn tác" in client.get(away.url).content.decode()
    assert client.get("/press/tray").json()["count"] == 0
    act(client, box, "restore")
    assert client.get(f"/vi/press/lightbox/{box.key}/").status_code == 200


def test_a_link_is_shared_copied_expires_and_is_revoked(three: list[Resource]) -> None:
    client, reader = Client(), Client()
    chosen(client, three[0])
    box = of(client)
    act(client, box, "note", id=three[0].public_id, note="Ảnh mở trang")
    act(client, box, "share", days="1")
    first = box.links.get()
    address = f"/vi/press/shared/{first.token}/"
    page = reader.get(address).content.decode()
    assert three[0].title in page and "Ảnh mở trang" in page
    copied = reader.post(f"{address}copy/")
    assert "Ảnh mở trang" in reader.get(copied.url).content.decode()
    assert reader.get(f"/en{address[3:]}sheet.pdf").content.startswith(b"%PDF")
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1), tick=False):
        assert reader.get(address).status_code == 410
        assert reader.get(f"{address}sheet.pdf").status_code == 410
    act(client, box, "revoke", token=first.token)
    assert reader.get(address).status_code == 410
    assert three[0].title not in reader.get(address).content.decode()
    assert reader.get("/vi/press/shared/0123/").status_code == 404


def test_nothing_hidden_can_be_chosen_nor_is_seen_in_what_was_chosen() -> None:
    client = Client()
    hidden = [make_resource("article"), make_embargoed(), make_withdrawn()]
    client.force_login(make_lead())
    for row in hidden:
        assert choose(client, row).status_code == 404, row
    missing = client.post(CHOOSE, {"id": "k57-0000-0000"})
    assert missing.status_code == 404
    mark = "DẤU-KÍN"
    row = make_published("photo", title=mark, summary=mark, credit_line=mark)
    chosen(client, row)
    box = of(client)
    act(client, box, "share", days="7")
    token = box.links.get().token
    publishing.withdraw(resource=row, by=make_lead(), reason="Sai số liệu", at=timezone.now())
    public = [f"/vi/press/shared/{token}/", f"/vi/press/shared/{token}/sheet.pdf", "/press/tray"]
    own = [f"/vi/press/lightbox/{box.key}/{name}" for name in ("", "compare/", "sheet.pdf")]
    for address in [*public, *own]:
        answer = client.get(address)
        assert answer.status_code == 200
        assert mark not in answer.content.decode("latin-1" if "pdf" in address else "utf-8"), address
    assert "Sai số liệu" in client.get(own[0]).content.decode()


def test_a_full_lightbox_says_so(three: list[Resource], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "MOST", 2)
    client = Client()
    chosen(client, three[0])
    chosen(client, three[1])
    answer = choose(client, three[2], Accept="application/json")
    assert answer.status_code == 409
    assert "đã đầy" in answer.json()["html"]
    assert "200" in client.get(choose(client, three[2]).url).content.decode()
    monkeypatch.setattr(holding, "MOST", 1)
    assert client.post("/vi/press/lightbox/", {"title": "Khác"}).status_code == 409


def test_other_sites_cannot_choose_here(three: list[Resource]) -> None:
    client = Client(enforce_csrf_checks=True)
    assert choose(client, three[0], **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert choose(client, three[0], Origin="https://example.org").status_code == 403
    assert Lightbox.objects.count() == 0
    assert choose(client, three[0], **{"Sec-Fetch-Site": "same-origin"}).status_code == 302
    assert act(client, of(client), "delete").status_code == 403


def test_queries_do_not_grow_with_what_is_in_it() -> None:
    agency, client = make_agency(), Client()
    counts: dict[str, list[int]] = {}
    for size in (2, 6):
        while not client.session.get(holding.IN_HAND) or of(client).entries.count() < size:
            chosen(client, make_published("photo", agency=agency))
        box = of(client)
        link = box.links.first() or collecting.share(box, days=7, at=timezone.now())
        for address in (
            *(f"/vi/press/lightbox/{box.key}/{name}" for name in ("", "compare/", "sheet.pdf")),
            *("/vi/press/lightbox/", "/press/tray", f"/vi/press/shared/{link.token}/"),
        ):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                assert client.get(address).status_code == 200
            counts.setdefault(address, []).append(len(asked))
    assert {address: pair for address, pair in counts.items() if pair[0] != pair[1]} == {}
    assert max(pair[0] for pair in counts.values()) <= 20


@pytest.mark.contract
def test_what_visits_left_behind_is_forgotten_but_not_what_is_kept_or_shared(three: list[Resource]) -> None:
    now = timezone.now()
    old = now - holding.FORGOTTEN_AFTER - timedelta(hours=1)
    user = make_user()
    fields = {"created_at": old, "changed_at": old}
    gone = Lightbox.objects.create(title="bỏ lại", **fields)
    deleted = Lightbox.objects.create(title="đã xoá", owner=user, deleted_at=old, **fields)
    shared = Lightbox.objects.create(title="còn chia sẻ", **fields)
    collecting.share(shared, days=7, at=now)
    kept = Lightbox.objects.create(title="của tài khoản", owner=user, **fields)
    fresh = Lightbox.objects.create(title="mới", created_at=now, changed_at=now)
    sweep = holding.Sweep()
    assert sweep.sweep(now) == 2
    assert set(Lightbox.objects.all()) == {shared, kept, fresh}
    assert sweep.sweep(now + timedelta(minutes=59)) == 0
    assert {gone.title, deleted.title} == {"bỏ lại", "đã xoá"}
