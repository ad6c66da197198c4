"""Accents restored and typing errors mended from the library's own words."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from search import spelling
from search.engines.database.engine import DatabaseEngine
from search.models import Gram
from search.query import Query
from tests.search.documents import document

pytestmark = [pytest.mark.django_db, pytest.mark.contract]
TITLES = (
    "Chuyển đổi số cho hộ kinh doanh",
    "Chuyển đổi số ở trường học",
    "Hướng dẫn tình nguyện viên",
    "Giải thưởng Cố đô về khoa học",
    "Sổ nhật ký phòng thí nghiệm",
    "Mật khẩu và bàn chải",
    "Bán hàng qua mạng",
    "Năm việc cần làm",
    "Việt Nam đổi mới sáng tạo",
)


def put_right(typed: str) -> str | None:
    right = spelling.put_right(Query.parse(typed))
    return right.text if right else None


@pytest.fixture(autouse=True)
def library(db: None) -> None:
    DatabaseEngine().index([document(n, title) for n, title in enumerate(TITLES, start=1)])


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("chuyen doi so", "chuyển đổi số"),
        ("chuyễn đổi số", "chuyển đổi số"),
        ("chueyn doi so", "chuyển đổi số"),
        ("huong dan tinh nguyen vien", "hướng dẫn tình nguyện viên"),
        ("giãi thuởng", "giải thưởng"),
        ("phong thi ngiem", "phòng thí nghiệm"),
        ("MAT KHAU", "MẬT KHẨU"),
        ("Ban hang", "Bán hàng"),
        ("viet nam", "việt nam"),
        ("so nhat ky", "sổ nhật ký"),
        ("SO NHAT KI", "SỔ NHẬT KÍ"),
        ("nam viec", "năm việc"),
    ],
)
def test_a_question_is_put_right_in_the_words_of_the_library(typed: str, right: str) -> None:
    assert put_right(typed) == right


@pytest.mark.parametrize(
    "typed", ["chuyển đổi số", "Việt Nam", "57", "", "!?", "mật khẩu", "zzzzqx", "việc làm"]
)
def test_what_is_right_or_beyond_help_is_left_alone(typed: str) -> None:
    assert put_right(typed) is None


def test_a_word_that_the_library_has_in_no_form_is_told() -> None:
    restored, mended = (spelling.put_right(Query.parse(typed)) for typed in ("mat khau", "mat khuaa"))
    assert restored is not None
    assert mended is not None
    assert (restored.unknown, mended.unknown) == (False, True)


def test_only_what_is_wrong_is_replaced() -> None:
    assert put_right("“mật khâu”, 2026!") == "“mật khẩu”, 2026!"


def test_a_long_question_asks_three_queries_at_most() -> None:
    query = Query.parse("chuyen doi so giai thuong phong thi ngiem " * 8)
    with CaptureQueriesContext(connection) as captured:
        spelling.put_right(query)
    assert len(captured) <= 3


def test_grams_count_documents_and_go_with_the_last_of_them() -> None:
    from search.engines.contract import Tombstone

    engine = DatabaseEngine()
    assert Gram.objects.get(text="chuyển đổi").documents == 2
    assert Gram.objects.get(text="đổi").documents == 3
    engine.index([document(1, "Khác hẳn", version=2)])
    engine.delete([Tombstone(2, 2)])
    assert not Gram.objects.filter(text="chuyển đổi").exists()
    assert Gram.objects.get(text="đổi").documents == 1
    for pk in range(1, len(TITLES) + 1):
        engine.delete([Tombstone(pk, 9)])
    assert not Gram.objects.exists()
