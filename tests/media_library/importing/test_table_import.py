"""A table becomes drafts: all that is right, once, with a sentence for all that is wrong."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError
from django.utils import timezone
from wagtail.models import Revision

from media_library import publishing
from media_library.importing import drafting, forgetting, running, writing
from media_library.importing.problems import MESSAGES, told
from media_library.models import Identifier, ImportRun, Keyword, Resource, StoredFile
from media_library.processing import jobs
from search.models import PendingChange
from tests.factories import make_agency, make_communicator, make_lead, make_resource, picture_bytes
from tests.media_library.importing.tables import (
    HEAD,
    begun,
    csv_bytes,
    done,
    imported,
    line,
    somebody,
    zip_of,
)

pytestmark = pytest.mark.django_db
FILED = ["Định danh", "Loại", "Tiêu đề", "Tệp", "Alt", "Phụ đề"]


@pytest.fixture(autouse=True)
def _own_files(data_folder: Path) -> None:
    """Each test has its own storage."""


def wrong(run: ImportRun) -> dict[int, list[tuple[str, str]]]:
    """Column and code of each problem, by row."""
    return {
        row.number: [(one["column"], one["code"]) for one in row.problems]
        for row in run.rows.all()
        if row.problems
    }


def ended(run: ImportRun) -> list[str]:
    return list(run.rows.order_by("number").values_list("state", flat=True))


@pytest.mark.contract
def test_each_row_becomes_a_draft_with_all_it_says() -> None:
    agency, by = somebody()
    run = imported(csv_bytes(HEAD, *(line(n) for n in range(3))), agency=agency, by=by)
    assert (run.state, ended(run)) == ("done", ["created"] * 3)
    row = Resource.objects.get(title="Bài số 1")
    assert (row.live, row.agency, row.created_by, row.kind) == (False, agency, by, "article")
    draft = row.get_latest_revision_as_object()
    for one in (row, draft):
        assert one.summary == "Tóm tắt số 1." and one.has_unpublished_changes
        assert [tag.slug for tag in one.audiences.all()] == ["students"]
        assert [tag.slug for tag in one.topics.all()] == ["chuyen-doi-so"]
        assert sorted(tag.name for tag in one.keywords.all()) == ["an toàn", "mật khẩu"]
    assert Keyword.objects.count() == 2
    assert [str(one) for one in row.identifiers.all()] == [f"{agency.code}:cms:1"]
    assert row.revisions.get().user == by and row.version == 1
    assert PendingChange.objects.filter(resource_id=row.pk).exists(), "search hears of it"
    assert run.rows.get(number=3).revision == row.latest_revision_id


def test_what_is_written_in_bulk_is_what_wagtail_would_write() -> None:
    agency, by = somebody()
    imported(csv_bytes(HEAD, line(1)), agency=agency, by=by)
    row = Resource.objects.get()
    in_bulk = row.latest_revision.content
    saved = row.get_latest_revision_as_object().save_revision(user=by)
    one_by_one = Revision.objects.get(pk=saved.pk).content
    passing = {"latest_revision", "updated_at", "version"}
    assert {k: v for k, v in in_bulk.items() if k not in passing} == {
        k: v for k, v in one_by_one.items() if k not in passing
    }


def test_running_it_again_changes_nothing() -> None:
    agency, by = somebody()
    bare = line(2, identifier="")
    table = csv_bytes(HEAD, line(1), bare)
    imported(table, agency=agency, by=by)
    before = list(Resource.objects.order_by("pk").values())
    run = begun(table, agency=agency, by=by)
    assert set(run.rows.values_list("plan", flat=True)) == {"unchanged"}
    assert ended(done(run)) == ["unchanged", "unchanged"]
    assert list(Resource.objects.order_by("pk").values()) == before
    assert set(run.rows.values_list("resource", flat=True)) == {one["id"] for one in before}


def test_a_changed_row_becomes_a_new_draft_of_the_same_resource() -> None:
    agency, by = somebody()
    imported(csv_bytes(HEAD, line(1)), agency=agency, by=by)
    changed = line(1, title="Tên mới", summary="", keywords="mới")
    run = imported(csv_bytes(HEAD, changed), agency=agency, by=by)
    assert ended(run) == ["updated"]
    row = Resource.objects.get()
    draft = row.get_latest_revision_as_object()
    assert row.title == "Bài số 1", "a draft does not touch the row"
    assert (draft.title, draft.summary) == ("Tên mới", "Tóm tắt số 1."), "an empty cell says nothing"
    assert [tag.name for tag in draft.keywords.all()] == ["mới"]
    assert ended(imported(csv_bytes(HEAD, changed), agency=agency, by=by)) == ["unchanged"]
    assert ended(imported(csv_bytes(HEAD, line(1)), agency=agency, by=by)) == ["updated"], "and back"


def test_what_somebody_changed_meanwhile_is_left_alone() -> None:
    agency, by = somebody()
    imported(csv_bytes(HEAD, line(1)), agency=agency, by=by)
    changed = csv_bytes(HEAD, line(1, title="Tên từ bảng"))
    waiting = begun(changed, agency=agency, by=by)
    row = Resource.objects.get()
    row.title = "Tên của biên tập viên"
    row.save_revision(user=make_lead())
    assert wrong(begun(changed, agency=agency, by=by)) == {2: [("identifier", "changed_since")]}
    assert ended(done(waiting)) == ["refused"], "changed between the look and the confirmation"
    assert row.get_latest_revision_as_object().title == "Tên của biên tập viên"


def test_what_waits_for_approval_or_is_locked_is_left_alone() -> None:
    agency, by = somebody()
    imported(csv_bytes(HEAD, line(1)), agency=agency, by=by)
    row = Resource.objects.get()
    row.locked, row.locked_by, row.locked_at = True, make_lead(), timezone.now()
    row.save()
    run = imported(csv_bytes(HEAD, line(1, title="Khác")), agency=agency, by=by)
    assert ended(run) == ["refused"] and wrong(run)[2][0][1] == "locked"


def test_every_error_is_told_by_row_and_column_and_nothing_is_written() -> None:
    agency, by = somebody()
    other = make_agency(name="Sở Khác")
    head = [*HEAD, "Cơ quan", "Giấy phép", "Ngôn ngữ", "Cấm công bố đến", "Hết hạn", "Chiến dịch", "Tệp"]
    rest = ["", "", "", "", "", "", ""]
    table = csv_bytes(
        head,
        line(1) + rest,
        line(2, kind="bài hát", title="", audiences="ai đó; students", topics="không có") + rest,
        [*line(3), "Sở Khác", "tự do", "fr", "32/01/2026", "hôm qua", "không", "a.pdf"],
        [*line(4), "Không có cơ quan", "", "", "2026-12-31", "30/12/2026 08:00", "", ""],
        line(5, title="x" * 201, summary="y" * 301, identifier="không có dấu hai chấm") + rest,
        line(1) + rest,
        line(6, kind="") + rest,
    )
    run = begun(table, agency=agency, by=by)
    assert run.state == "checked" and other.pk
    assert wrong(run) == {
        3: [
            ("kind", "unknown_kind"),
            ("title", "title_missing"),
            ("audiences", "unknown_audiences"),
            ("topics", "unknown_topics"),
        ],
        4: [
            ("agency", "agency_not_yours"),
            ("embargo", "time"),
            ("expires", "time"),
            ("language", "unknown_language"),
            ("campaign", "unknown_campaign"),
            ("licence", "unknown_licence"),
            ("file", "file_kind"),
            ("file", "file_without_zip"),
        ],
        5: [("agency", "unknown_agency"), ("expires", "expires_first")],
        6: [("identifier", "identifier_form"), ("title", "long"), ("summary", "long")],
        7: [("identifier", "identifier_twice")],
        8: [("kind", "kind_missing")],
    }
    assert not Resource.objects.exists()
    for row in run.rows.all():
        assert all("%(" not in told(one) for one in row.problems)
    assert ended(done(run)) == ["created", *["wrong"] * 6]
    assert Resource.objects.count() == 1


def test_an_identifier_tells_nothing_of_what_another_agency_keeps() -> None:
    agency, by = somebody()
    imported(csv_bytes(HEAD, line(1)), agency=agency, by=by)
    other = make_agency()
    run = imported(csv_bytes(HEAD, line(1)), agency=other, by=make_communicator(other))
    assert ended(run) == ["created"]
    assert Identifier.objects.filter(value="1").count() == 2


def test_a_right_that_was_taken_away_since_is_asked_for_again() -> None:
    agency, by = somebody()
    run = begun(csv_bytes(HEAD, line(1)), agency=agency, by=by)
    by.memberships.all().delete()
    assert ended(done(run)) == ["refused"] and wrong(run)[2] == [("agency", "agency_not_yours")]
    assert not Resource.objects.exists()


def test_an_identifier_that_was_not_imported_is_not_touched() -> None:
    agency, by = somebody()
    kept = make_resource(agency=agency)
    Identifier.objects.create(resource=kept, scheme=f"{agency.code}:cms", value="1")
    assert wrong(begun(csv_bytes(HEAD, line(1)), agency=agency, by=by)) == {2: [("identifier", "taken")]}


def test_files_come_from_the_zip_by_name_in_whatever_form_it_is_written() -> None:
    import unicodedata

    agency, by = somebody()
    decomposed = unicodedata.normalize("NFD", "ảnh/Tháp Ngọ Môn.png")
    archive = zip_of(
        [(decomposed, picture_bytes()), ("ghi-chu.txt", b"x"), ("__MACOSX/._x", b"x"), ("giả.png", b"no")]
    )
    table = csv_bytes(
        FILED,
        ["a:1", "Ảnh", "Ngọ Môn", "ảnh/Tháp Ngọ Môn.png", "Cổng thành.", ""],
        ["a:2", "", "", "Tháp Ngọ Môn.png", "", ""],
        ["a:3", "Ảnh", "x", "khong-co.png", "", ""],
        ["a:4", "Ảnh", "x", "giả.png", "", ""],
    )
    run = begun(table, agency=agency, by=by, archive=archive)
    assert wrong(run) == {4: [("file", "file_not_in_zip")]}
    run = done(run)
    assert ended(run) == ["created", "created", "wrong", "refused"]
    assert wrong(run)[5] == [("file", "unknown")]
    first, second = Resource.objects.order_by("pk")
    assert (first.original.alt, first.original.file.original_name) == ("Cổng thành.", "Tháp Ngọ Môn.png")
    assert (second.kind, second.title) == ("photo", "Tháp Ngọ Môn")
    assert first.latest_revision.content["assets"][0]["file"] == first.original.file_id
    assert StoredFile.objects.count() == 2
    run = imported(table, agency=agency, by=by, archive=archive)
    assert ended(run)[:2] == ["unchanged", "unchanged"] and StoredFile.objects.count() == 2
    other = zip_of([(decomposed, picture_bytes(colour="#123456")), ("giả.png", b"no")])
    run = imported(table, agency=agency, by=by, archive=other)
    assert ended(run)[:2] == ["updated", "updated"], "another file under the same name is another row"
    draft = Resource.objects.get(pk=first.pk).get_latest_revision_as_object()
    assert draft.original.file_id != first.original.file_id and draft.original.alt == "Cổng thành."


def test_one_row_that_cannot_be_written_costs_no_other_its_place() -> None:
    agency, by = somebody()
    run = begun(csv_bytes(HEAD, *(line(n) for n in range(4))), agency=agency, by=by)
    whole = drafting.create

    def failing(asked: Any, **more: Any) -> Any:
        if any(proposal.value == "2" for proposal, _files in asked):
            raise IntegrityError("as if somebody had been quicker")
        return whole(asked, **more)

    with patch.object(drafting, "create", failing):
        run = done(run)
    assert ended(run) == ["created", "created", "failed", "created"] and run.state == "done"
    assert Resource.objects.count() == 3
    assert running.again(run, at=timezone.now()) == 1
    jobs.run_all_due()
    assert ended(ImportRun.objects.get()) == ["created"] * 4


def test_a_job_that_dies_in_the_middle_is_done_again_without_doubles() -> None:
    agency, by = somebody()
    run = begun(csv_bytes(HEAD, *(line(n) for n in range(3))), agency=agency, by=by)
    with patch.object(writing, "_end", side_effect=RuntimeError("killed")):
        run = done_once(run)
    assert not Resource.objects.exists() and set(ended(run)) == {"ready"}
    jobs.Job.objects.filter(state="queued").update(run_at=timezone.now())
    jobs.run_all_due()
    assert ended(run) == ["created"] * 3 and Resource.objects.count() == 3


def done_once(run: ImportRun) -> ImportRun:
    running.confirm(run, at=timezone.now())
    jobs.run_all_due()
    return run


def test_a_piece_that_is_given_up_says_so_and_lost_work_can_be_taken_up_again() -> None:
    agency, by = somebody()
    run = begun(csv_bytes(HEAD, line(1)), agency=agency, by=by)
    with patch.object(writing, "_end", side_effect=RuntimeError("killed")):
        run = done(run)
    assert ended(run) == ["failed"]
    running.again(run, at=timezone.now())
    jobs.Job.objects.filter(state="queued").delete()
    run = ImportRun.objects.get()
    assert running.stuck(run) and running.again(run, at=timezone.now()) == 1
    jobs.run_all_due()
    assert ended(run) == ["created"]
    with pytest.raises(running.NotReady):
        running.confirm(run, at=timezone.now())


def test_writing_takes_the_same_number_of_queries_for_few_rows_and_many(
    django_assert_max_num_queries: Any,
) -> None:
    agency, by = somebody()
    imported(csv_bytes(HEAD, line(0)), agency=agency, by=by)
    for number in (3, 150):
        run = begun(csv_bytes(HEAD, *(line(1000 * number + n) for n in range(number))), agency=agency, by=by)
        running.confirm(run, at=timezone.now())
        jobs.run_next(worker="test", at=timezone.now())
        with django_assert_max_num_queries(60):
            jobs.run_next(worker="test", at=timezone.now())
        assert set(ended(run)) == {"created"}


def test_an_imported_draft_can_be_published_like_any_other() -> None:
    agency, by = somebody()
    imported(csv_bytes(HEAD, line(1)), agency=agency, by=by)
    row = Resource.objects.get()
    draft = row.get_latest_revision_as_object()
    draft.body = [("paragraph", "<p>Nội dung.</p>")]
    draft.credit_line = "Sở / Kho 57"
    draft.save_revision()
    publishing.publish(resource=row, by=make_lead(), at=timezone.now())
    assert Resource.objects.public(timezone.now()).get().keywords.count() == 2


def test_what_nobody_confirmed_and_old_files_are_forgotten(data_folder: Path) -> None:
    agency, by = somebody()
    old = begun(csv_bytes(HEAD, line(1)), agency=agency, by=by)
    ran = imported(csv_bytes(HEAD, line(2)), agency=agency, by=by)
    now = timezone.now()
    assert forgetting.forget(now) == 0
    assert forgetting.forget(now + timedelta(days=31)) == 2
    assert list(ImportRun.objects.all()) == [ran] and old.pk != ran.pk
    assert not list(data_folder.glob("files/imports/*/*"))
    assert ended(imported(csv_bytes(HEAD, line(2)), agency=agency, by=by)) == ["unchanged"], "still known"


def test_every_sentence_has_its_figures() -> None:
    assert all(told({"code": code}) for code in MESSAGES)


def test_a_row_says_what_is_spoken_and_is_told_where_that_cannot_be() -> None:
    agency, by = somebody()
    head = ["Loại", "Tiêu đề", "Ngôn ngữ", "Ngôn ngữ nói"]
    run = imported(
        csv_bytes(
            head,
            ["video", "Phim", "vi", "Pa Cô; tiếng Anh"],
            ["podcast", "Loa", "en", ""],
            ["photo", "Ảnh", "vi", "vi"],
            ["video", "Phim lạ", "vi", "Klingon"],
            ["video", "Phim hai lời", "vi", "vi; không có lời nói"],
        ),
        agency=agency,
        by=by,
    )
    assert dict(Resource.objects.values_list("title", "spoken")) == {"Phim": "en pac", "Loa": "en"}
    assert wrong(run) == {
        4: [("spoken", "spoken_kind")],
        5: [("spoken", "unknown_spoken")],
        6: [("spoken", "spoken_and_silent")],
    }
