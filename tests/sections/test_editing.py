"""Sections in the admin: who composes which, what a bad form says, and the preview."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cms.sections.models import Section
from media_library import publishing
from media_library.models import Agency, User
from tests import factories as make
from tests.sections.making import make_section

pytestmark = pytest.mark.django_db
LIST = "/admin/sections/"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form_of(section: Section | None = None, **changes: Any) -> dict[str, Any]:
    """What the browser sends for ``section``; ``pins`` and ``exclusions`` are lists of resources."""
    data: dict[str, Any] = {
        "title": "Chuyên mục của phường",
        "title_en": "",
        "intro": "",
        "intro_en": "",
        "live": "on",
        "order": "newest",
        "limit": "10",
        "layout": "list",
        "allowed_hosts": "",
    }
    pins = changes.pop("pins", [])
    data |= {"pins-TOTAL_FORMS": len(pins), "pins-INITIAL_FORMS": 0}
    data |= {"pins-MIN_NUM_FORMS": 0, "pins-MAX_NUM_FORMS": 20}
    left_out = changes.pop("exclusions", [])
    data |= {"exclusions-TOTAL_FORMS": len(left_out), "exclusions-INITIAL_FORMS": 0}
    for place, resource in enumerate(left_out):
        data |= {f"exclusions-{place}-resource": resource.pk, f"exclusions-{place}-ORDER": place + 1}
        data |= {f"exclusions-{place}-id": ""}
    for place, resource in enumerate(pins):
        data |= {f"pins-{place}-resource": resource.pk, f"pins-{place}-ORDER": place + 1}
        data |= {f"pins-{place}-until": "", f"pins-{place}-id": ""}
    return {**data, **changes}


def edit(section: Section) -> str:
    return f"/admin/sections/edit/{section.pk}/"


def test_an_editor_makes_a_section_of_their_agency() -> None:
    agency = make.make_agency()
    editor = make.make_editor(agency)
    pinned = make.make_published()
    data = form_of(
        agency=agency.pk,
        slug="nghi-quyet-57",
        kinds=["video", "podcast"],
        languages=["vi"],
        allowed_hosts="https://SKHCN.hue.gov.vn/trang-chu\nphuong.example",
        pins=[pinned],
    )
    response = signed_in(editor).post("/admin/sections/add/", data)
    assert response.status_code == 302, response.content.decode()
    section = Section.objects.get()
    assert section.agency == agency
    assert section.kinds == ["video", "podcast"]
    assert section.languages == ["vi"]
    assert section.allowed_hosts == ["skhcn.hue.gov.vn", "phuong.example"]
    assert [pin.resource for pin in section.pins.all()] == [pinned]


def test_nobody_plants_a_section_in_another_agency() -> None:
    editor, other = make.make_editor(make.make_agency()), make.make_agency()
    response = signed_in(editor).post("/admin/sections/add/", form_of(agency=other.pk, slug="x"))
    assert response.status_code == 200
    assert not Section.objects.exists()


@pytest.mark.parametrize("address", ["edit", "delete", "history", "usage"])
def test_another_agencys_section_answers_exactly_like_a_missing_one(address: str) -> None:
    client = signed_in(make.make_editor(make.make_agency()))
    theirs = make_section()
    hidden = client.get(f"/admin/sections/{address}/{theirs.pk}/")
    missing = client.get(f"/admin/sections/{address}/{theirs.pk + 999}/")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content


def test_another_agencys_section_is_not_changed_nor_deleted_by_a_post() -> None:
    client, theirs = signed_in(make.make_editor(make.make_agency())), make_section(title="Của người khác")
    assert client.post(edit(theirs), form_of(title="Đổi")).status_code == 404
    assert client.post(f"/admin/sections/delete/{theirs.pk}/").status_code == 404
    bulk = f"/admin/bulk/sections/section/delete/?id={theirs.pk}"
    assert client.post(bulk).status_code == 404
    client.post("/admin/bulk/sections/section/delete/?id=all")
    assert Section.objects.get().title == "Của người khác"


def test_the_listing_shows_an_editor_their_own_and_the_lead_all() -> None:
    agency = make.make_agency()
    make_section(agency=agency, title="Mục của mình")
    make_section(title="Mục nơi khác")
    own = signed_in(make.make_editor(agency)).get(LIST).content.decode()
    every = signed_in(make.make_lead()).get(LIST).content.decode()
    assert "Mục của mình" in own and "Mục nơi khác" not in own
    assert "Mục của mình" in every and "Mục nơi khác" in every


def test_a_communicator_composes_no_section() -> None:
    agency = make.make_agency()
    section = make_section(agency=agency, title="Chỉ người duyệt sửa")
    client = signed_in(make.make_communicator(agency))
    client.post(edit(section), form_of(title="Đổi"))
    assert Section.objects.get().title == "Chỉ người duyệt sửa"
    assert "Chỉ người duyệt sửa" not in client.get(LIST).content.decode()


def test_after_a_merger_the_successors_editor_runs_the_section_at_its_old_address() -> None:
    old, new = make.make_agency(), make.make_agency()
    section = make_section(agency=old)
    Agency.objects.filter(pk=old.pk).update(successor=new)
    editor = make.make_editor(new)
    response = signed_in(editor).post(edit(section), form_of(title="Sau sáp nhập"))
    assert response.status_code == 302
    section.refresh_from_db()
    assert section.title == "Sau sáp nhập"
    assert section.agency == old and section.slug == "nghi-quyet-57"


def test_the_address_of_a_section_cannot_be_changed_by_the_form() -> None:
    agency, other = make.make_agency(), make.make_agency()
    section = make_section(agency=agency)
    signed_in(make.make_lead()).post(edit(section), form_of(agency=other.pk, slug="khac"))
    section.refresh_from_db()
    assert (section.agency, section.slug) == (agency, "nghi-quyet-57")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"allowed_hosts": "không phải địa chỉ"}, "allowed_hosts"),
        ({"allowed_hosts": "a.vn; script-src *"}, "allowed_hosts"),
        ({"limit": "51"}, "limit"),
        ({"limit": "0"}, "limit"),
        ({"title": ""}, "title"),
        ({"kinds": ["hologram"]}, "kinds"),
        ({"layout": "ticker"}, "layout"),
    ],
)
def test_a_wrong_value_is_told_at_its_field_and_the_rest_is_kept(wrong: dict[str, Any], field: str) -> None:
    agency = make.make_agency()
    section = make_section(agency=agency)
    response = signed_in(make.make_editor(agency)).post(
        edit(section), form_of(**{"intro": "Còn nguyên", **wrong})
    )
    assert response.status_code == 200
    form = response.context["form"]
    assert field in form.errors
    assert "Còn nguyên" in response.content.decode()


def test_one_address_once_in_an_agency_is_told_at_the_field() -> None:
    agency = make.make_agency()
    make_section(agency=agency)
    response = signed_in(make.make_editor(agency)).post(
        "/admin/sections/add/", form_of(agency=agency.pk, slug="nghi-quyet-57")
    )
    assert response.status_code == 200
    assert "slug" in response.context["form"].errors


def test_the_same_resource_pinned_twice_is_told_not_crashed() -> None:
    agency = make.make_agency()
    section, pinned = make_section(agency=agency), make.make_published()
    response = signed_in(make.make_editor(agency)).post(edit(section), form_of(pins=[pinned, pinned]))
    assert response.status_code == 200
    assert not section.pins.exists()


def test_a_draft_cannot_be_pinned_by_writing_its_number() -> None:
    agency = make.make_agency()
    section, draft = make_section(agency=agency), make.make_resource(title="Nháp của nơi khác")
    response = signed_in(make.make_editor(agency)).post(edit(section), form_of(pins=[draft]))
    assert response.status_code == 200
    assert "Nháp của nơi khác" not in response.content.decode()
    assert not section.pins.exists()


def test_a_pin_that_was_withdrawn_does_not_stop_the_form() -> None:
    agency = make.make_agency()
    gone = make.make_published(title="Đã thu hồi rồi")
    section = make_section(agency=agency, pins=[gone])
    publishing.withdraw(resource=gone, by=make.make_lead(), reason="Sai.", at=timezone.now())
    client = signed_in(make.make_editor(agency))
    assert "Đã thu hồi rồi" not in client.get(edit(section)).content.decode()
    assert client.post(edit(section), form_of()).status_code == 302
    assert not Section.objects.get().pins.exists()


@pytest.mark.parametrize("mode", ["", "page"])
def test_the_preview_shows_what_is_typed_before_it_is_saved(mode: str) -> None:
    agency = make.make_agency()
    section = make_section(agency=agency)
    shown = make.make_published("video", title="Hiện khi xem thử")
    make.make_published("article", title="Không hợp luật mới")
    client = signed_in(make.make_editor(agency))
    preview = f"/admin/sections/preview/{section.pk}/"
    data = form_of(title="Tên chưa lưu", kinds=["video"], pins=[])
    assert client.post(preview, data).json()["is_valid"]
    text = client.get(f"{preview}?mode={mode}").content.decode()
    assert "Tên chưa lưu" in text and "Hiện khi xem thử" in text
    assert "Không hợp luật mới" not in text
    assert Section.objects.get().title != "Tên chưa lưu"
    assert shown.public_id in text


def test_the_preview_of_a_new_section_works_before_it_has_a_number() -> None:
    agency = make.make_agency()
    make.make_published(title="Có sẵn trong kho")
    client = signed_in(make.make_editor(agency))
    data = form_of(agency=agency.pk, slug="moi", title="Chuyên mục mới")
    assert client.post("/admin/sections/preview/", data).json()["is_valid"]
    assert "Có sẵn trong kho" in client.get("/admin/sections/preview/?mode=").content.decode()


def test_the_preview_of_another_agencys_section_is_closed() -> None:
    theirs = make_section()
    client = signed_in(make.make_editor(make.make_agency()))
    assert client.get(f"/admin/sections/preview/{theirs.pk}/").status_code == 404
    assert client.post(f"/admin/sections/preview/{theirs.pk}/", form_of()).status_code == 404
