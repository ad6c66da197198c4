"""The page of a withdrawal: who was told, who confirmed, who still shows it; who may see and do what there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.notifying import editing, posting, takedown
from cms.notifying.models import Notice, NoticeState, Subscriber
from media_library import publishing
from media_library.editing.taking_back import used_in
from media_library.models import Agency, Resource, User
from tests import factories as make
from tests.editing.screens import address, signed_in

pytestmark = pytest.mark.django_db
REFUSED: list[tuple[dict[str, str], str]] = [
    ({"url": "http://public.example/"}, "https://"),
    ({"url": "https://inner.example/"}, "mạng"),
    ({"url": "https://127.0.0.1/"}, "mạng"),
    ({"url": "https://nowhere.example/"}, "nowhere.example"),
    ({"url": "https://public.example:22/"}, "22"),
    ({"secret": "short"}, "16"),
    ({"contact": "nobody"}, "email"),
]


@dataclass
class Place:
    """As the crawl of sections tells it."""

    url: str
    agency: str
    visited_at: datetime | None


def pages(public_id: str) -> list[Place]:
    """A witness of these tests."""
    now = timezone.now()
    before = Place("https://b.example/truoc", "Phường B", now - timedelta(days=3))
    return [before, Place(f"https://a.example/{public_id}", "Phường A", now + timedelta(hours=1))]


def broken(public_id: str) -> list[Place]:
    raise ConnectionError("the crawler is away")


def subscriber(name: str = "Báo tỉnh") -> Subscriber:
    return Subscriber.objects.create(name=name, url=f"https://{len(name)}.example/", contact="a@example.org")


def withdrawn(agency: Agency | None = None, title: str = "Sai") -> Resource:
    row = make.make_published(title=title, agency=agency or make.make_agency())
    return publishing.withdraw(resource=row, by=make.make_lead(), reason="Số sai.", at=timezone.now())


def page(user: User, row: Resource) -> Any:
    return signed_in(user).get(reverse("kho57_withdrawal", args=[row.pk]))


def test_it_shows_who_was_told_who_confirmed_and_who_still_shows_it(settings: Any) -> None:
    settings.WITHDRAWAL_WITNESSES = [f"{__name__}.pages"]
    subscriber("Báo tỉnh"), subscriber("Cổng khác")
    row = withdrawn()
    one, two = Notice.objects.order_by("subscriber_name")
    takedown.confirm(one, at=timezone.now())
    Notice.objects.filter(pk=two.pk).update(problem="status 500", failures=1)
    answer = page(make.make_lead(), row)
    text = answer.content.decode()
    assert answer.status_code == 200
    for words in ("1 trên 2 hệ thống", "đã xác nhận", "Hệ thống báo lỗi 500", "Số sai.", "data-k57-clock"):
        assert words in text, words
    seen = [(each.url, each.since_then) for each in answer.context["standing"].seen.pages]
    assert seen == [(f"https://a.example/{row.public_id}", True), ("https://b.example/truoc", False)]
    assert text.count('name="remind"') == 1, (
        "who confirmed is not reminded, and one alone needs no button for all"
    )


def test_a_witness_that_fails_is_left_out_and_that_is_said(settings: Any) -> None:
    settings.WITHDRAWAL_WITNESSES = [f"{__name__}.broken", f"{__name__}.pages"]
    answer = page(make.make_lead(), withdrawn())
    assert answer.status_code == 200 and "có thể còn trang khác" in answer.content.decode()
    assert len(answer.context["standing"].seen.pages) == 2


def test_a_notice_is_no_place_where_a_resource_is_in_use() -> None:
    subscriber()
    row = withdrawn()
    Notice.objects.get().save()
    assert used_in(row) == []


def test_reminding_sends_open_notices_at_once_and_no_others() -> None:
    subscriber("Báo tỉnh"), subscriber("Cổng khác")
    row, other = withdrawn(), withdrawn()
    Notice.objects.update(due_at=None)
    first = Notice.objects.filter(resource=row).earliest("pk")
    foreign = Notice.objects.filter(resource=other).earliest("pk")
    client = signed_in(make.make_lead())
    place = reverse("kho57_withdrawal", args=[row.pk])
    for wrong in (str(foreign.pk), "0", "x", "9" * 30, ""):
        client.post(place, {"remind": wrong})
    assert not Notice.objects.filter(due_at__isnull=False).exists()
    client.post(place, {"remind": str(first.pk)})
    assert [notice.pk for notice in Notice.objects.filter(due_at__isnull=False)] == [first.pk]
    client.post(place, {"remind": "all"})
    assert set(Notice.objects.filter(due_at__isnull=False)) == set(Notice.objects.filter(resource=row))


class TestRights:
    def test_those_of_its_agency_see_it_and_its_editor_may_remind(self) -> None:
        agency = make.make_agency()
        subscriber()
        row = withdrawn(agency)
        place = reverse("kho57_withdrawal", args=[row.pk])
        editor, writer = make.make_editor(agency), make.make_communicator(agency)
        assert "remind" in page(editor, row).content.decode()
        seen = page(writer, row)
        assert seen.status_code == 200 and 'name="remind"' not in seen.content.decode()
        assert signed_in(writer).post(place, {"remind": "all"}).status_code == 404
        assert signed_in(editor).post(place, {"remind": "all"}).status_code == 302

    def test_for_others_and_for_what_is_not_withdrawn_there_is_no_page(self) -> None:
        row, never = withdrawn(), make.make_published()
        missing = signed_in(make.make_lead()).get(reverse("kho57_withdrawal", args=[never.pk]))
        assert missing.status_code == 404
        stranger = make.make_editor(make.make_agency())
        assert page(stranger, row).status_code == 404
        assert row.title not in signed_in(stranger).get(reverse("kho57_withdrawals")).content.decode()

    def test_systems_are_kept_by_the_lead_department_alone(self) -> None:
        one = subscriber()
        places = [
            reverse("takedown_subscribers:index"),
            reverse("takedown_subscribers:add"),
            reverse("takedown_subscribers:edit", args=[one.pk]),
        ]
        lead, editor = signed_in(make.make_lead()), signed_in(make.make_editor(make.make_agency()))
        assert [lead.get(place).status_code for place in places] == [200] * 3
        assert [editor.get(place).status_code for place in places] == [404] * 3

    def test_the_form_of_a_withdrawn_resource_leads_there(self) -> None:
        row, lead = withdrawn(), make.make_lead()
        place = reverse("kho57_withdrawal", args=[row.pk])
        assert place in signed_in(lead).get(address("edit", row.pk)).content.decode()
        kept = make.make_published()
        assert "/withdrawals/" not in main_of(signed_in(lead).get(address("edit", kept.pk)).content.decode())


def main_of(text: str) -> str:
    """What stands in the form, without the menu."""
    return text.partition('id="main"')[2]


class TestListing:
    def test_it_goes_by_key_from_the_newest_to_the_oldest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(editing, "PAGE", 2)
        rows = [withdrawn(title=f"Thứ {number}") for number in range(5)]
        same = rows[2].withdrawn_at
        Resource.objects.filter(pk__in=[rows[1].pk, rows[3].pk]).update(withdrawn_at=same)
        client, seen, query = signed_in(make.make_lead()), [], ""
        for _page in range(3):
            context = client.get(reverse("kho57_withdrawals") + query).context
            seen += [row.title for row in context["rows"]]
            query = f"?before={context['following']}"
        assert seen == ["Thứ 4", "Thứ 3", "Thứ 2", "Thứ 1", "Thứ 0"]
        for odd in ("x", "9" * 40):
            found = client.get(reverse("kho57_withdrawals"), {"before": odd}).context["rows"]
            assert [row.title for row in found] == ["Thứ 4", "Thứ 3"]

    def test_the_number_of_queries_is_the_same_for_many(
        self, django_assert_max_num_queries: Any, settings: Any
    ) -> None:
        lead = make.make_lead()
        counted = {
            "one": self._queries(lead, withdrawn()),
        }
        for number in range(4):
            subscriber("Hệ thống " + "x" * number)
        counted["many"] = self._queries(lead, [withdrawn() for _number in range(4)][-1])
        assert counted["one"] == counted["many"]

    def _queries(self, lead: User, row: Resource) -> list[int]:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client, found = signed_in(lead), []
        for place in (reverse("kho57_withdrawals"), reverse("kho57_withdrawal", args=[row.pk])):
            client.get(place)
            with CaptureQueriesContext(
                connection,
            ) as captured:
                client.get(place)
            found.append(len(captured))
        return found


class TestForm:
    @pytest.fixture(autouse=True)
    def _names(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answers = {"public.example": ["93.184.216.34"], "inner.example": ["10.0.0.7"]}

        def resolve(host: str) -> list[str]:
            if host not in answers:
                raise OSError
            return answers[host]

        from dataclasses import replace

        how = replace(posting.manners(), resolve=resolve)
        monkeypatch.setattr(posting, "manners", lambda: how)

    @pytest.fixture
    def add(self) -> Callable[..., Any]:
        client: Client = signed_in(make.make_lead())

        def send(**fields: str) -> Any:
            given = {
                "name": "Báo tỉnh",
                "url": "https://public.example/notices",
                "secret": "mot-bi-mat-du-dai",
                "contact": "an@example.org",
                "active": "on",
            }
            return client.post(reverse("takedown_subscribers:add"), given | fields)

        return send

    def test_a_public_https_address_is_taken(self, add: Callable[..., Any]) -> None:
        assert add().status_code == 302
        one = Subscriber.objects.get()
        assert one.active and one.created_by is not None

    def test_everything_else_is_refused_with_a_sentence(self, add: Callable[..., Any]) -> None:
        for fields, words in REFUSED:
            answer = add(**fields)
            assert answer.status_code == 200 and not Subscriber.objects.exists(), fields
            errors = answer.context["form"].errors.values()
            assert words in " ".join(str(each) for one in errors for each in one), fields

    def test_a_new_one_is_proposed_a_secret_of_its_own(self) -> None:
        client = signed_in(make.make_lead())
        secrets = [
            client.get(reverse("takedown_subscribers:add")).context["form"]["secret"].value()
            for _time in range(2)
        ]
        assert len(set(secrets)) == 2 and all(len(each) > 40 for each in secrets)


def test_states_have_words_of_their_own() -> None:
    assert {str(state.label) for state in NoticeState} == {
        "chưa gửi được",
        "đã báo, chưa xác nhận",
        "đã xác nhận",
        "không còn yêu cầu",
    }
