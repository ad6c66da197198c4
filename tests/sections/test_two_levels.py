"""A section on two levels: pins of the city and of the agency, exclusions, its rule, and what fills it up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.sections import central
from cms.sections.central import CityPin
from cms.sections.models import Section, SectionExclusion, SectionPin
from cms.sections.reasons import standings
from media_library.models import Resource
from tests import factories as make
from tests.sections.making import drain, make_section, titles
from tests.sections.test_editing import edit, form_of, signed_in

pytestmark = pytest.mark.django_db


class TestPinsOfTheCity:
    def data(self, chosen: Resource, **changes: Any) -> dict[str, Any]:
        now = timezone.localtime()
        typed = {"resource": chosen.pk, "since": now.strftime("%d/%m/%Y %H:%M"), "position": 0}
        return typed | changes

    def test_the_lead_department_sets_one_and_it_stands_first_where_it_belongs(self, client: Client) -> None:
        ward = make_section(agency=make.make_agency(type="ward"))
        press = make_section(agency=make.make_agency(type="press"))
        own, central = make.make_published(title="Của phường"), make.make_published(title="Của thành phố")
        SectionPin.objects.create(section=ward, resource=own)
        lead = make.make_lead()
        client.force_login(lead)
        answer = client.post(reverse("city_pins:add"), self.data(central, types=["ward"], mandatory="on"))
        assert answer.status_code == 302, answer.context["form"].errors
        assert CityPin.objects.get().created_by == lead
        drain()
        assert titles(ward)[:2] == ["Của thành phố", "Của phường"]
        assert [each.reason for each in standings(ward, timezone.now())][:2] == [
            "Bắt buộc, do cơ quan chủ trì ghim",
            "Cơ quan ghim",
        ]
        assert "Bắt buộc" not in " ".join(each.reason for each in standings(press, timezone.now()))
        client.post(reverse("city_pins:delete", args=[CityPin.objects.get().pk]))
        drain()
        assert titles(ward)[0] == "Của phường"

    def test_it_begins_and_ends_at_its_moments(self) -> None:
        now = timezone.now()
        section = make_section()
        make.make_published(title="Mới hơn", at=now - timedelta(minutes=1))
        old = make.make_published(title="Ghim", at=now - timedelta(days=9))
        CityPin.objects.create(resource=old, since=now + timedelta(hours=1), until=now + timedelta(hours=2))
        drain()
        assert titles(section) == ["Mới hơn", "Ghim"]
        for hours, expected in ((1, ["Ghim", "Mới hơn"]), (2, ["Mới hơn", "Ghim"])):
            moment = now + timedelta(hours=hours)
            with time_machine.travel(moment, tick=False):
                assert central.announce(moment) == 1
                assert central.announce(moment) == 0
                drain(moment)
            assert titles(section) == expected

    def test_for_others_its_addresses_do_not_exist(self, client: Client) -> None:
        agency = make.make_agency()
        pin = CityPin.objects.create(resource=make.make_published())
        places = [
            reverse("city_pins:index"),
            reverse("city_pins:add"),
            reverse("city_pins:edit", args=[pin.pk]),
        ]
        for user in (make.make_communicator(agency), make.make_editor(agency)):
            client.force_login(user)
            assert [client.get(place).status_code for place in places] == [404] * 3
        client.force_login(make.make_lead())
        assert [client.get(place).status_code for place in places] == [200] * 3

    @pytest.mark.parametrize("wrong", [{"types": ["x"]}, {"resource": 0}, {"until": "01/01/2020 08:00"}])
    def test_what_is_wrong_is_said_at_its_field(self, client: Client, wrong: dict[str, Any]) -> None:
        client.force_login(make.make_lead())
        answer = client.post(reverse("city_pins:add"), self.data(make.make_published(), **wrong))
        assert answer.status_code == 200 and list(answer.context["form"].errors) == list(wrong)
        assert not CityPin.objects.exists()

    def test_a_hidden_resource_cannot_be_pinned(self, client: Client) -> None:
        client.force_login(make.make_lead())
        answer = client.post(reverse("city_pins:add"), self.data(make.make_embargoed()))
        assert "resource" in answer.context["form"].errors


def test_what_the_agency_leaves_out_stays_out_until_it_takes_that_back() -> None:
    unwanted, other = make.make_published(title="Không hợp"), make.make_published(title="Khác")
    section = make_section()
    section.exclusions = [SectionExclusion(resource=unwanted)]
    section.save()
    drain()
    assert titles(section) == [other.title]
    section.exclusions = []
    section.save()
    drain()
    assert set(titles(section)) == {unwanted.title, other.title}


def test_dates_bound_what_the_rule_selects() -> None:
    now = timezone.now()
    for days in (1, 5, 9):
        make.make_published(title=f"{days} ngày trước", at=now - timedelta(days=days))
    today = timezone.localdate(now)
    section = make_section(
        published_from=today - timedelta(days=6), published_until=today - timedelta(days=4)
    )
    drain()
    assert titles(section) == ["5 ngày trước"]


def test_a_section_whose_rule_finds_nothing_shows_the_newest_for_its_audiences() -> None:
    make.make_published(title="Cho mọi người")
    near = make.make_published(title="Cho học sinh", audiences=[make.audience("students")])
    section = make_section(kinds=["video"], audiences=[make.audience("students")])
    drain()
    assert titles(section)[0] == near.title
    reasons = [each.reason for each in standings(section, timezone.now())]
    assert set(reasons) == {"Bổ sung, vì quy tắc không tìm thêm được"}
    make.make_published("video", title="Đúng quy tắc", audiences=[make.audience("students")])
    drain()
    assert titles(section) == ["Đúng quy tắc"]


def test_an_editor_leaves_a_resource_out_and_not_one_that_is_pinned() -> None:
    section = make_section()
    editor, unwanted = make.make_editor(section.agency), make.make_published()
    both = signed_in(editor).post(edit(section), form_of(pins=[unwanted], exclusions=[unwanted]))
    assert "chỉ chọn ghim hoặc loại" in both.content.decode()
    assert not Section.objects.get(pk=section.pk).exclusions.exists()
    answer = signed_in(editor).post(edit(section), form_of(exclusions=[unwanted]))
    assert answer.status_code == 302
    assert Section.objects.get(pk=section.pk).excluded() == {unwanted.pk}


def test_its_editor_reads_what_stands_in_it_and_why() -> None:
    make.make_published(title="Đứng vì quy tắc")
    section = make_section(pins=[make.make_published(title="Đứng vì ghim")])
    page = signed_in(make.make_editor(section.agency)).get(edit(section)).content.decode()
    assert "Đứng vì quy tắc" in page and "Theo quy tắc" in page and "Cơ quan ghim" in page


def test_a_large_batch_of_one_agency_leaves_room_for_the_others() -> None:
    now, flood = timezone.now(), make.make_agency()
    for number in range(25):
        make.make_published(title=f"Đợt lớn {number}", agency=flood, at=now - timedelta(minutes=number))
    for number in range(4):
        make.make_published("video", title=f"Nơi khác {number}", at=now - timedelta(days=5, minutes=number))
    section = make_section(limit=5)
    drain()
    assert [title.split()[0] for title in titles(section)] == ["Đợt", "Đợt", "Nơi", "Đợt", "Đợt"]
    section.mixed = False
    section.save()
    drain()
    assert {title.split()[0] for title in titles(section)} == {"Đợt"}


def test_what_an_embargo_held_back_counts_from_its_end() -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    make.make_published(title="Đúng ngày", at=now - timedelta(days=8))
    for number in range(6):
        held = make.make_published(
            title=f"Vừa hết hạn cấm {number}", at=now - timedelta(days=7, minutes=number)
        )
        Resource.objects.filter(pk=held.pk).update(embargo_until=now - timedelta(hours=1))
    section = make_section(limit=1, mixed=False, published_until=today - timedelta(days=3))
    drain()
    assert titles(section) == ["Đúng ngày"]


def test_the_list_says_where_a_pin_stands_in_no_section(client: Client) -> None:
    resource = make.make_published()
    Resource.objects.filter(pk=resource.pk).update(embedding_refused="Ảnh mua cho một lần dùng.")
    CityPin.objects.create(resource=resource, mandatory=True)
    client.force_login(make.make_lead())
    assert "Ảnh mua cho một lần dùng." in client.get(reverse("city_pins:index")).content.decode()
