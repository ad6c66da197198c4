"""What a file says of itself is offered in the form with its source, to be taken over or left."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from media_library.editing.suggesting import suggestions_of
from media_library.hints import alt_hints
from media_library.models import Agency, Asset, Resource
from tests.editing.screens import address, signed_in
from tests.factories import make_agency, make_communicator, make_resource, make_stored_file
from tests.media_library import specimens
from tests.media_library.conftest import data_folder  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db
EMBEDDED = {
    "title": {"value": "Lớp học tối <b>", "source": "IPTC"},
    "credit": {"value": "Báo Huế", "source": "XMP"},
    "keywords": {"value": ["kỹ năng số", "Huế"], "source": "IPTC"},
    "alt": {"value": "Mười người ngồi học.", "source": "XMP"},
    "date": {"value": "2025-05-18", "source": "EXIF"},
}


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def photo_that_tells(agency: Agency) -> Resource:
    file = make_stored_file(agency, properties={"embedded": EMBEDDED})
    return make_resource("photo", agency=agency, file=file)


def test_the_form_shows_what_the_file_tells_and_where_it_stands(agency: Agency) -> None:
    resource = photo_that_tells(agency)
    page = signed_in(make_communicator(agency)).get(address("edit", resource.pk)).content.decode()
    assert "Trong tệp (IPTC):" in page
    assert "Lớp học tối &lt;b&gt;" in page
    assert "kỹ năng số, Huế" in page
    for field in ("title", "credit_line", "keywords", "alt"):
        assert f'data-k57-fill="{field}"' in page
        assert f'id="id_{field}"' in page, "the button finds its field"
    assert page.count("data-k57-fill=") == 4, "the date is told, there is no field for it"


def test_only_what_the_form_has_a_field_for_is_offered(agency: Agency) -> None:
    file = make_stored_file(agency, properties={"embedded": EMBEDDED})
    assert [one.field for one in suggestions_of(file, fields=["title", "summary"])] == ["title", ""]
    assert suggestions_of(make_stored_file(agency), fields=["title"]) == []
    assert suggestions_of(None, fields=["title"]) == []


def test_a_file_taken_in_at_once_answers_with_what_it_tells(
    agency: Agency,
    data_folder: Path,  # noqa: F811
) -> None:
    exif = Image.Exif()
    exif[0x013B] = "Lê Thị Mẫu".encode()
    client = signed_in(make_communicator(agency))
    upload = SimpleUploadedFile("a.jpg", specimens.picture(exif=exif))
    answer = client.post(
        reverse("kho57_take_file"),
        {"field": "main_file", "file": upload, "kind": "photo", "agency": agency.pk},
    ).json()
    assert answer["suggestions"] == [
        {
            "field": "credit_line",
            "label": "Dòng ghi nguồn",
            "said": "Trong tệp (EXIF):",
            "value": "Lê Thị Mẫu",
        }
    ]


def test_what_the_file_tells_is_not_shown_to_the_public(agency: Agency) -> None:
    from django.test import Client
    from django.utils import timezone

    from media_library import publishing

    resource = photo_that_tells(agency)
    publishing.publish(resource=resource, by=None, at=timezone.now())
    client = Client()
    for path in (resource.get_absolute_url(), f"/api/v1/resources/{resource.public_id}"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "Lớp học tối" not in answer.content.decode()
        assert "Báo Huế" not in answer.content.decode()


@pytest.mark.parametrize(
    ("alt", "some"),
    [
        ("IMG_2034.JPG", "tên tệp"),
        ("anh-cay-thong mua thu", "tên tệp"),
        ("DSC 0042", "tên tệp"),
        ("Lớp học tối ở xã A Lưới", "lặp lại tiêu đề"),
        ("Lớp học", "quá ngắn"),
        ("Hình ảnh mười người ngồi học quanh một chiếc bàn dài", "ở đầu câu"),
        ("Picture of ten people who learn at a long table", "ở đầu câu"),
        ("Mười người ngồi học. " * 20, "250"),
    ],
)
def test_an_alt_text_that_helps_nobody_gets_a_hint(alt: str, some: str) -> None:
    hints = alt_hints(alt, title="Lớp học tối ở xã A Lưới", file_name="Ảnh_cây_thông mùa thu.jpg")
    assert any(some in hint for hint in hints), hints


@pytest.mark.parametrize(
    "alt",
    [
        "",
        "Mười người lớn tuổi ngồi học quanh một chiếc bàn dài.",
        "Ảnh hưởng của bão số 5 lên cầu Trường Tiền.",
    ],
)
def test_a_good_alt_text_gets_none_and_an_empty_one_is_asked_for_elsewhere(alt: str) -> None:
    assert alt_hints(alt, title="Lớp học", file_name="a.jpg") == []


def test_hints_stand_in_the_head_of_the_form_and_hold_nothing_up(agency: Agency) -> None:
    from media_library.kinds import missing_for_publication

    file = make_stored_file(agency, name="cau.png")
    resource = make_resource("photo", agency=agency, complete=True, file=file)
    resource.assets.set([Asset(role="original", file=file, alt="cau.png")])
    resource.save_revision()
    page = signed_in(make_communicator(agency)).get(address("edit", resource.pk)).content.decode()
    assert "Mô tả ảnh đang là tên tệp" in page
    assert missing_for_publication(resource.get_latest_revision_as_object()) == []


@pytest.mark.parametrize(("kind", "warned"), [("infographic", True), ("photo", False)])
def test_weak_words_are_warned_of_in_an_infographic_and_hold_nothing_up(
    agency: Agency, kind: str, warned: bool
) -> None:
    from media_library.kinds import missing_for_publication

    file = make_stored_file(agency)
    file.properties = {"weak_words": {"ratio": 2.1, "share": 0.3}}
    file.save()
    resource = make_resource(kind, agency=agency, complete=True, file=file)
    resource.save_revision()
    page = signed_in(make_communicator(agency)).get(address("edit", resource.pk)).content.decode()
    assert ("độ tương phản khoảng 2,1 : 1" in page) is warned
    assert missing_for_publication(resource.get_latest_revision_as_object()) == []
