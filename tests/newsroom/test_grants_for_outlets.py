"""A permission for an outlet: its journalists hold it, nobody else, and as long as they are accredited."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.newsroom import granted
from cms.newsroom.models import Grant
from cms.newsroom.models.enquiry import outlet_key
from media_library import granting
from media_library.models import Resource, User
from tests.editing.screens import signed_in
from tests.factories import make_published, make_user
from tests.newsroom.enquiring import asked, permission, place
from tests.newsroom.press import make_journalist

pytestmark = pytest.mark.django_db


def permitted(
    photo: Resource, editor: User, *, outlet: str = "Báo Huế", **changes: Any
) -> tuple[User, Grant]:
    """Who asked, and what the editor's form permitted for the whole outlet."""
    who = make_journalist(outlet)
    enquiry = asked(who, photo, outlet=outlet)
    form = permission(**{"for_outlet": "on", **changes})
    answer = signed_in(editor).post(place(enquiry), form)
    assert answer.status_code == 302, answer.content.decode()
    return who, Grant.objects.order_by("-pk")[0]


def takes(who: User, photo: Resource) -> bool:
    """Whether the person is offered the file, and can declare a use of it and fetch it."""
    client, press = signed_in(who), f"/vi/press/r/{photo.public_id}/"
    offered = 'name="offer"' in client.get(press).content.decode()
    form = {"offer": "web", "purpose": "print", "outlet": "", "terms": "yes"}
    answer = client.post(press, form)
    taken = answer.status_code == 303 and client.get(answer["Location"]).status_code == 200
    assert taken == offered
    return taken


def test_journalists_of_the_outlet_hold_it_and_nobody_else(photo: Resource, editor: User) -> None:
    who, grant = permitted(photo, editor)
    assert grant.outlet_key == "báo huế"
    assert takes(who, photo)
    assert takes(make_journalist("BÁO  HUẾ."), photo), "spelled otherwise"
    told = signed_in(make_journalist("Báo Huế")).get(f"/vi/press/r/{photo.public_id}/").content.decode()
    assert "mọi nhà báo đã đăng ký tác nghiệp cho cơ quan" in told and "Không cắt cúp." in told
    for other in ("Báo Huế xưa", "Báo Huệ", "Bao Hue"):
        assert not takes(make_journalist(other), photo), other
    assert not takes(make_user(), photo)


def test_a_permission_for_one_person_stays_with_them(photo: Resource, editor: User) -> None:
    who, grant = permitted(photo, editor, for_outlet="")
    assert grant.outlet_key == ""
    assert takes(who, photo) and not takes(make_journalist("Báo Huế"), photo)


def test_an_outlet_without_letters_is_nobodys(photo: Resource, editor: User) -> None:
    who, grant = permitted(photo, editor, outlet="***")
    assert grant.outlet_key == ""
    assert takes(who, photo) and not takes(make_journalist("***"), photo)


def test_what_is_held_through_an_outlet_ends_with_the_accreditation(photo: Resource, editor: User) -> None:
    who, grant = permitted(photo, editor)
    end = timezone.now() + timedelta(hours=1)
    colleague = make_journalist("Báo Huế", until=end)
    (own,) = granting.held_by(who, photo.pk)
    (through,) = granting.held_by(colleague, photo.pk)
    assert own.until == grant.until > end and through.until == end
    ended = make_journalist("Báo Huế", until=timezone.now() - timedelta(seconds=1))
    assert granting.held_by(ended, photo.pk) == ()


def test_all_who_hold_it_are_told_that_it_is_revoked(
    photo: Resource, editor: User, django_capture_on_commit_callbacks: Any
) -> None:
    who, grant = permitted(photo, editor)
    colleague, other = make_journalist("báo huế"), make_journalist("Đài Huế")
    assert grant.enquiry is not None
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        signed_in(editor).post(place(grant.enquiry), {"revoke": grant.pk, "reason": "Dùng sai."})
    letters = {letter.to[0]: letter.body for letter in mail.outbox}
    assert set(letters) == {who.email, colleague.email} and other.email not in letters
    assert grant.enquiry.key in letters[who.email] and grant.enquiry.key not in letters[colleague.email]
    assert f"/press/r/{photo.public_id}/" in letters[colleague.email]
    assert not takes(User.objects.get(pk=who.pk), photo)
    assert not takes(User.objects.get(pk=colleague.pk), photo)


def test_looking_up_costs_the_same_for_many(photo: Resource, editor: User) -> None:
    permitted(photo, editor)
    colleague = make_journalist("Báo Huế")
    costs = []
    for more in (0, 4):
        for _one in range(more):
            permitted(make_published("photo", agency=photo.agency, licence="all-rights"), editor)
        with CaptureQueriesContext(connection) as asked_for:
            found = granted.lookup(User.objects.get(pk=colleague.pk))
        assert len(found) == 1 + more
        costs.append(len(asked_for))
    assert costs[0] == costs[1] <= 3


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Báo  Huế", "báo huế"),
        ("BÁO HUẾ.", "báo huế"),
        ("Ba\u0301o Hue\u0302\u0301", "báo huế"),
        ("VTV-8", "vtv 8"),
        ("Đài TRT", "đài trt"),
        ("—", ""),
    ],
)
def test_spellings_of_an_outlet_are_one(name: str, key: str) -> None:
    assert outlet_key(name) == key
