"""Withdrawing, bringing back, translating, deleting; acts on many; the listing; the first page; the jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from media_library import publishing
from media_library.editing.listing import BoundedPaginator
from media_library.models import Agency, Job, Resource, StoredFile
from tests.editing.screens import address, said, signed_in
from tests.factories import (
    audience,
    make_administrator,
    make_agency,
    make_communicator,
    make_editor,
    make_published,
    make_resource,
    make_stored_file,
    make_withdrawn,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def again(resource: Resource) -> Resource:
    return Resource.objects.get(pk=resource.pk)


def act(name: str) -> str:
    return reverse("wagtail_bulk_action", args=["media_library", "resource", name])


def test_an_editor_withdraws_with_a_reason_after_seeing_where_it_is_used(
    agency: Agency, django_capture_on_commit_callbacks: Any
) -> None:
    author, editor = make_communicator(agency), make_editor(agency)
    resource = make_published(agency=agency, by=author)
    client = signed_in(editor)
    place = address("withdraw", resource.pk)
    assert client.get(place).status_code == 200
    refused = client.post(place, {"reason": " "})
    assert refused.status_code == 200 and again(resource).live
    with django_capture_on_commit_callbacks(execute=True):
        client.post(place, {"reason": "Số liệu đã cũ."})
    assert again(resource).withdrawn_reason == "Số liệu đã cũ." and not again(resource).live
    assert [letter.to for letter in mail.outbox] == [[author.email]]
    assert "Số liệu đã cũ." in mail.outbox[0].body


def test_a_communicator_may_not_withdraw(agency: Agency) -> None:
    resource = make_published(agency=agency)
    client = signed_in(make_communicator(agency))
    assert client.get(address("withdraw", resource.pk)).status_code == 404
    assert client.post(address("withdraw", resource.pk), {"reason": "x"}).status_code == 404
    assert again(resource).live


def test_what_was_withdrawn_can_be_brought_back_as_a_draft(agency: Agency) -> None:
    resource = make_withdrawn(agency=agency)
    signed_in(make_editor(agency)).post(address("reinstate", resource.pk))
    assert again(resource).withdrawn_at is None and not again(resource).live


def test_a_translation_begins_as_a_draft_of_its_own(agency: Agency) -> None:
    user = make_communicator(agency)
    resource = make_published(agency=agency, by=user)
    signed_in(user).post(address("translate", resource.pk))
    copy = Resource.objects.exclude(pk=resource.pk).get()
    assert (copy.language, copy.live, copy.agency) == ("en", False, agency)
    second = signed_in(user).post(address("translate", resource.pk))
    assert second.status_code == 200 and Resource.objects.count() == 2


def test_only_a_draft_that_never_was_public_is_deleted(agency: Agency) -> None:
    user = make_communicator(agency)
    draft, public = make_resource(agency=agency, by=user), make_published(agency=agency, by=user)
    client = signed_in(user)
    client.post(address("delete", draft.pk))
    client.post(address("delete", public.pk))
    client.post(f"{act('delete')}?id={public.pk}")
    assert list(Resource.objects.all()) == [public]


def test_unpublishing_without_a_reason_is_closed(agency: Agency) -> None:
    resource = make_published(agency=agency)
    client = signed_in(make_editor(agency))
    assert client.post(address("unpublish", resource.pk)).status_code == 404
    assert again(resource).live


def test_many_are_handed_in_and_what_is_incomplete_stays_a_draft(agency: Agency) -> None:
    user = make_communicator(agency)
    whole, broken = make_resource(agency=agency, by=user), make_resource(agency=agency, complete=False)
    answer = signed_in(user).post(
        f"{act('k57_submit')}?id={whole.pk}&id={broken.pk}&next=/admin/resources/", follow=True
    )
    assert again(whole).workflow_in_progress and not again(broken).workflow_in_progress
    assert broken.title in said(answer)


def test_many_are_published_by_an_editor_and_by_nobody_below(agency: Agency) -> None:
    one, two = make_resource(agency=agency), make_resource(agency=agency)
    query = f"{act('k57_publish')}?id={one.pk}&id={two.pk}"
    signed_in(make_communicator(agency)).post(query)
    assert not again(one).live
    signed_in(make_editor(agency)).post(query)
    assert again(one).live and again(two).live


def test_many_are_withdrawn_with_one_reason(agency: Agency) -> None:
    one, two = make_published(agency=agency), make_published(agency=agency)
    client = signed_in(make_editor(agency))
    query = f"{act('k57_withdraw')}?id={one.pk}&id={two.pk}"
    client.post(query, {"reason": ""})
    assert again(one).live
    client.post(query, {"reason": "Nhầm kỳ báo cáo."})
    assert not again(one).live and again(two).withdrawn_reason == "Nhầm kỳ báo cáo."


def test_terms_are_added_to_drafts_and_not_to_what_is_public(agency: Agency) -> None:
    resource = make_published(agency=agency)
    more = audience("businesses", "Doanh nghiệp", "Businesses")
    signed_in(make_communicator(agency)).post(
        f"{act('k57_audiences')}?id={resource.pk}", {"terms": [more.pk]}
    )
    assert more not in again(resource).audiences.all()
    assert more in again(resource).get_latest_revision_as_object().audiences.all()


def test_all_of_a_filtered_listing_is_only_what_the_filters_show(agency: Agency) -> None:
    photo, article = make_resource("photo", agency=agency), make_resource("article", agency=agency)
    page = signed_in(make_communicator(agency)).get(f"{act('k57_submit')}?id=all&kind=photo").content.decode()
    assert photo.title in page and article.title not in page


def test_the_listing_finds_titles_typed_without_accents(agency: Agency) -> None:
    make_resource(agency=agency, title="Đường dây nóng chuyển đổi số")
    make_resource(agency=agency, title="Trường học thông minh")
    page = signed_in(make_communicator(agency)).get(address("list_results"), {"q": "duong day nong"})
    assert "Đường dây nóng" in page.content.decode() and "Trường học" not in page.content.decode()


@pytest.mark.parametrize(
    "filters",
    [
        {"kind": "photo"},
        {"state": "draft"},
        {"language": "vi"},
        {"state": "no-such"},
        {"kind": "'"},
        {"p": "-9"},
    ],
)
def test_filters_never_break_the_listing(filters: dict[str, str], agency: Agency) -> None:
    make_resource("photo", agency=agency)
    assert signed_in(make_communicator(agency)).get(address("list"), filters).status_code == 200


@pytest.mark.slow
def test_the_listing_asks_the_same_number_of_queries_at_ten_and_at_a_thousand(
    agency: Agency,
) -> None:
    client = signed_in(make_editor(agency))
    for _number in range(10):
        make_resource("photo", agency=agency)
    client.get(address("list"))
    with CaptureQueriesContext(connection) as few:
        client.get(address("list"))
    copies = list(Resource.objects.filter(agency=agency))
    for number in range(990):
        source = copies[number % 10]
        row = Resource(kind="photo", agency=agency, title=f"Ảnh {number}", locale=source.locale, live=False)
        row.normalise()
        copies.append(row)
    shown = [row.pk for row in copies[:10]]
    Resource.objects.bulk_create(copies[10:])
    Resource.objects.exclude(pk__in=shown).update(updated_at=timezone.now() - timedelta(days=9))
    with CaptureQueriesContext(connection) as many:
        client.get(address("list"))
    assert Resource.objects.count() == 1000
    assert len(many) == len(few), [query["sql"][:120] for query in many]
    assert len(many) < 60


def test_the_listing_offers_no_page_beyond_its_bound(agency: Agency) -> None:
    for _number in range(3):
        make_resource(agency=agency)
    paginator = BoundedPaginator(Resource.objects.order_by("pk"), 1)
    paginator.LAST_PAGE = 2
    assert paginator.num_pages == 2


def test_the_first_page_says_what_waits_for_each(agency: Agency) -> None:
    author, editor = make_communicator(agency), make_editor(agency)
    waiting = make_resource(agency=agency, by=author, title="Bài đang chờ duyệt")
    waiting.get_workflow().start(waiting, author)
    unfinished = make_resource(agency=agency, by=author, complete=False, title="Bài còn thiếu")
    make_stored_file(agency, processing_state="failed", problem="Tệp hỏng.", name="hong.mp4")
    theirs = signed_in(editor).get("/admin/").content.decode()
    ours = signed_in(author).get("/admin/").content.decode()
    assert "Bài đang chờ duyệt" in theirs and "Bài còn thiếu" not in theirs
    assert unfinished.title in ours and "ít nhất một đối tượng" in ours and "Tệp hỏng." in ours
    stranger = signed_in(make_editor(make_agency())).get("/admin/").content.decode()
    assert "Bài đang chờ duyệt" not in stranger and "hong.mp4" not in stranger


def test_who_handed_in_finds_what_was_sent_back_with_the_comment(agency: Agency) -> None:
    author, editor = make_communicator(agency), make_editor(agency)
    resource = make_resource(agency=agency, by=author, title="Bài bị trả lại")
    resource.get_workflow().start(resource, author)
    task = again(resource).current_workflow_task_state
    signed_in(editor).post(
        address("workflow_action", resource.pk, "reject", task.pk), {"comment": "Sửa câu đầu"}
    )
    page = signed_in(author).get("/admin/").content.decode()
    assert "Bài bị trả lại" in page and "Sửa câu đầu" in page


def test_an_administrator_tries_a_failed_job_again_and_nobody_else_sees_it(agency: Agency) -> None:
    now = timezone.now()
    job = Job.objects.create(
        kind="x", key="x:1", state="failed", error="hết bộ nhớ", run_at=now, created_at=now, attempts=5
    )
    place = reverse("kho57_jobs")
    assert signed_in(make_editor(agency)).get(place).status_code in (302, 403)
    client = signed_in(make_administrator())
    assert "hết bộ nhớ" in client.get(place).content.decode()
    client.post(place, {"job": job.pk})
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("queued", 0)


def test_a_schedule_is_approved_and_taken_back(agency: Agency) -> None:
    editor = make_editor(agency)
    resource = make_resource(agency=agency, by=editor)
    at = timezone.now()
    publishing.schedule(resource=resource, go_live_at=at + timedelta(days=2), by=editor, at=at)
    revision = again(resource).scheduled_revision
    client = signed_in(editor)
    client.post(address("revisions_unschedule", resource.pk, revision.pk))
    assert again(resource).scheduled_revision is None and not again(resource).live
    assert StoredFile.objects.count() == 0
