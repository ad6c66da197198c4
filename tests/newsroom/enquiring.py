"""Requests of the press for tests: asked and permitted through the forms."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cms.newsroom.models import Enquiry
from media_library.models import Agency, Resource, User
from tests.editing.screens import signed_in
from tests.factories import make_agency, make_editor, make_published

LIST = "/admin/press/requests/"
TEXT = "Báo cần bản 300 dpi cho trang nhất.\n\nHạn: thứ Sáu."


@pytest.fixture
def agency() -> Agency:
    return make_agency("Sở Khoa học và Công nghệ")


@pytest.fixture
def photo(agency: Agency) -> Resource:
    return make_published("photo", agency=agency, title="Cầu Trường Tiền", licence="all-rights")


@pytest.fixture
def editor(agency: Agency) -> User:
    return make_editor(agency)


def words(**changes: Any) -> dict[str, Any]:
    told = {"wants": "permission", "purpose": "print", "outlet": " Báo  Huế ", "text": TEXT}
    return told | changes


def asked(who: User, resource: Resource, **changes: Any) -> Enquiry:
    answer = signed_in(who).post(f"/vi/press/r/{resource.public_id}/ask/", words(**changes))
    assert answer.status_code == 302, answer.content.decode()
    return Enquiry.objects.order_by("-pk")[0]


def permission(**changes: Any) -> dict[str, Any]:
    """What the editor's form sends with a permission until the day after tomorrow."""
    last = timezone.localdate() + timedelta(days=2)
    told = {
        "text": "Đồng ý.",
        "state": "granted",
        "purposes": ["print", "news"],
        "first": "",
        "last": f"{last:%Y-%m-%d}",
        "territory": "tỉnh Thừa Thiên Huế cũ",
        "asks_credit": "on",
        "credit_line": "Ảnh: Sở KH&CN",
        "terms": "Không cắt cúp.",
    }
    return told | changes


def place(enquiry: Enquiry) -> str:
    return f"{LIST}{enquiry.pk}/"
