"""“This may already be in the library”: what is told to whom, and the three answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from media_library import collector, publishing
from media_library.editing.duplicates import address_of
from media_library.models import Agency, Asset, Audience, Different, Proposal, Resource, StoredFile, User
from tests.editing.screens import address, edit, picture_upload, problems, said, signed_in
from tests.factories import (
    audience,
    make_agency,
    make_communicator,
    make_editor,
    make_published,
    make_resource,
    topic,
)
from tests.media_library.likes import brighter, coded, photo, stored_picture

pytestmark = pytest.mark.django_db
ALIKE = "may already be in the library"


class Case:
    """A public photograph of one agency, and a brighter one in a draft of another."""

    def __init__(self, *, owner: Agency | None = None) -> None:
        self.owner = owner or make_agency("Sở Du lịch")
        self.mine = make_agency("Phường Thuận Hoá")
        self.user = make_communicator(self.mine)
        self.public = make_published(
            "photo", agency=self.owner, title="Gấu trúc đỏ", file=stored_picture(self.owner, photo())
        )
        self.file = stored_picture(self.mine, brighter(photo()), name="moi.jpg")
        self.draft = make_resource(
            "photo", agency=self.mine, by=self.user, title="Ảnh gấu trúc", file=self.file
        )

    @property
    def client(self) -> Client:
        return signed_in(self.user)

    @property
    def page(self) -> str:
        return address_of(self.file, self.draft)

    def answer(self, name: str, **fields: Any) -> HttpResponse:
        data = {f"{name}-{key}": value for key, value in fields.items()}
        return self.client.post(self.page, {"answer": name, "with": self.public.pk, **data}, follow=True)


@pytest.fixture
def case() -> Case:
    return Case()


@pytest.fixture(autouse=True)
def _in_english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"


def again(resource: Resource) -> Resource:
    return Resource.objects.get(pk=resource.pk)


def farmers() -> Audience:
    return audience("farmers", "Nông dân", "Farmers")


def shown(answer: HttpResponse) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


def test_form_and_listing_lead_to_a_page_with_both_side_by_side(case: Case) -> None:
    form = case.client.get(address("edit", case.draft.pk))
    link = BeautifulSoup(form.content, "html.parser").select_one(".k57-alike a")
    assert link is not None and link.text == "Gấu trúc đỏ"
    listing = BeautifulSoup(case.client.get(address("list")).content, "html.parser")
    assert [one["href"] for one in listing.select(".k57-alike-link")] == [case.page]
    page = case.client.get(link["href"])
    text = shown(page)
    assert "Ảnh gấu trúc" in text and "Gấu trúc đỏ" in text and "Sở Du lịch" in text and "640 × 400" in text
    pictures = [one["src"] for one in BeautifulSoup(page.content, "html.parser").select(".k57-side img")]
    assert len(pictures) == 2 and pictures[1].startswith(f"/files/{case.public.public_id}/")
    assert {case.client.get(one).status_code for one in pictures} == {200}


def test_what_another_agency_has_not_published_is_never_told(case: Case) -> None:
    secret = make_resource(
        "photo",
        agency=case.owner,
        title="Bản nháp kín",
        file=stored_picture(case.owner, brighter(photo(), 1.1)),
    )
    for place in (case.page, address("edit", case.draft.pk), address("list")):
        assert "Bản nháp kín" not in shown(case.client.get(place)), place
    unknown = case.client.get(f"{case.page}&with={secret.pk}")
    assert unknown.status_code == 404
    assert case.client.post(case.page, {"answer": "use", "with": secret.pk}).status_code == 404
    # …and with it as the only match there is none at all.
    publishing.withdraw(resource=case.public, by=make_editor(case.owner), reason="Sai.", at=timezone.now())
    assert ALIKE not in shown(case.client.get(address("list")))
    assert "Nothing in the library resembles this file." in shown(case.client.get(case.page))


def test_a_file_of_another_agency_answers_like_one_that_is_not_there(case: Case) -> None:
    stranger = signed_in(make_editor(make_agency()))
    hidden, missing = (stranger.get(reverse("kho57_duplicates", args=[pk])) for pk in (case.file.pk, 987654))
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content
    of_theirs = case.client.get(f"{reverse('kho57_duplicates', args=[case.file.pk])}?of={case.public.pk}")
    assert of_theirs.status_code == 404


def test_using_the_existing_one_is_proposed_to_its_owner_and_the_draft_is_put_away(
    case: Case, django_capture_on_commit_callbacks: Any
) -> None:
    editor = make_editor(case.owner)
    wanted, matter = farmers(), topic("nong-nghiep")
    with django_capture_on_commit_callbacks(execute=True):
        answer = case.answer(
            "use", audiences=[wanted.pk], topics=[matter.pk], message="Xin dùng chung.", put_away="delete"
        )
    assert "Sở Du lịch" in said(answer)
    assert not Resource.objects.filter(pk=case.draft.pk).exists()
    proposal = Proposal.objects.get()
    assert (proposal.resource, proposal.agency, proposal.by) == (case.public, case.mine, case.user)
    assert [letter.to for letter in mail.outbox] == [[editor.email]]
    place = reverse("kho57_proposal", args=[proposal.pk])
    assert place in mail.outbox[0].body and "Xin dùng chung." in mail.outbox[0].body
    client = signed_in(editor)
    assert "Phường Thuận Hoá" in shown(client.get("/admin/"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(place, {"answer": "accept"})
    assert wanted in again(case.public).audiences.all() and matter in again(case.public).topics.all()
    assert again(case.public).live and not again(case.public).has_unpublished_changes
    assert mail.outbox[-1].to == [case.user.email]
    second = client.post(place, {"answer": "accept"})
    assert "already" in said(second)


def test_an_owner_declines_with_a_reason_that_reaches_who_proposed_it(
    case: Case, django_capture_on_commit_callbacks: Any
) -> None:
    case.answer("use", audiences=[farmers().pk], put_away="keep")
    assert again(case.draft)
    place = reverse("kho57_proposal", args=[Proposal.objects.get().pk])
    client = signed_in(make_editor(case.owner))
    without = client.post(place, {"answer": "decline", "reason": " "})
    assert without.status_code == 200 and Proposal.objects.get().state == "open"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(place, {"answer": "decline", "reason": "Không dành cho nông dân."})
    assert Proposal.objects.get().state == "declined"
    assert mail.outbox[-1].to == [case.user.email] and "Không dành cho nông dân." in mail.outbox[-1].body
    assert case.client.post(place, {"answer": "accept"}).status_code == 404


def test_a_communicator_of_the_owner_sees_a_proposal_and_does_not_decide(case: Case) -> None:
    case.answer("use", audiences=[farmers().pk], put_away="keep")
    place = reverse("kho57_proposal", args=[Proposal.objects.get().pk])
    client = signed_in(make_communicator(case.owner))
    assert client.get(place).status_code == 200
    assert client.post(place, {"answer": "accept"}).status_code == 404
    assert signed_in(make_editor(make_agency())).get(place).status_code == 404


def test_accepting_does_not_publish_what_else_is_being_worked_on(case: Case) -> None:
    draft = again(case.public)
    draft.title = "Chưa xong"
    draft.save_revision()
    case.answer("use", audiences=[farmers().pk], put_away="keep")
    signed_in(make_editor(case.owner)).post(
        reverse("kho57_proposal", args=[Proposal.objects.get().pk]), {"answer": "accept"}
    )
    row = again(case.public)
    assert row.title == "Gấu trúc đỏ" and farmers() not in row.audiences.all()
    newest = row.get_latest_revision_as_object()
    assert newest.title == "Chưa xong" and farmers() in newest.audiences.all()


def test_where_the_lead_department_reviews_as_well_an_accepted_proposal_goes_to_review() -> None:
    case = Case(owner=make_agency("Sở có duyệt", requires_lead_review=True))
    case.answer("use", audiences=[farmers().pk], put_away="keep")
    signed_in(make_editor(case.owner)).post(
        reverse("kho57_proposal", args=[Proposal.objects.get().pk]), {"answer": "accept"}
    )
    row = again(case.public)
    assert row.workflow_in_progress and farmers() not in row.audiences.all()


def test_a_newer_file_is_proposed_shown_to_the_owner_and_takes_the_place_of_the_old_one(case: Case) -> None:
    case.answer("version", reason="Sáng hơn.", put_away="delete")
    assert not Resource.objects.filter(pk=case.draft.pk).exists()
    proposal = Proposal.objects.get()
    client = signed_in(make_editor(case.owner))
    picture = reverse("media_library:staff_file", args=[case.file.pk, "w640.webp"])
    place = reverse("kho57_proposal", args=[proposal.pk])
    assert picture in client.get(place).content.decode() and client.get(picture).status_code == 200
    client.post(place, {"answer": "accept"})
    row = again(case.public)
    assert row.original.file == case.file and row.original.alt == "Một hình minh hoạ."
    assert row.public_id == case.public.public_id
    assert client.get(picture).status_code == 200
    history = shown(client.get(address("files", row.pk)))
    assert "Sáng hơn." in history and "moi.jpg" in history and "anh.jpg" in history


def test_what_was_declined_is_out_of_the_owners_sight_again(case: Case) -> None:
    case.answer("version", reason="Sáng hơn.", put_away="keep")
    editor = make_editor(case.owner)
    signed_in(editor).post(
        reverse("kho57_proposal", args=[Proposal.objects.get().pk]),
        {"answer": "decline", "reason": "Cũ hơn."},
    )
    picture = reverse("media_library:staff_file", args=[case.file.pk, "w640.webp"])
    assert signed_in(editor).get(picture).status_code == 404
    assert case.client.get(picture).status_code == 200


def test_a_proposed_file_is_kept_until_it_is_declined(case: Case) -> None:
    case.answer("version", reason="Sáng hơn.", put_away="delete")
    later = timezone.now() + timedelta(days=1)
    assert case.file.pk not in list(collector.unnamed_rows(before=later))
    signed_in(make_editor(case.owner)).post(
        reverse("kho57_proposal", args=[Proposal.objects.get().pk]),
        {"answer": "decline", "reason": "Cũ hơn."},
    )
    assert case.file.pk in list(collector.unnamed_rows(before=later))
    case.file.delete()
    assert Proposal.objects.get().file is None


def test_a_new_version_of_ones_own_is_a_new_draft_at_the_same_address() -> None:
    agency = make_agency()
    user = make_communicator(agency)
    old = make_published("photo", agency=agency, file=stored_picture(agency, photo()))
    file = stored_picture(agency, brighter(photo()), name="moi.jpg")
    draft = make_resource("photo", agency=agency, by=user, file=file)
    data = {"answer": "version", "with": old.pk, "version-reason": "Sáng hơn.", "version-put_away": "delete"}
    signed_in(user).post(address_of(file, draft), data)
    row = again(old)
    assert row.original.file != file and row.get_latest_revision_as_object().original.file == file
    assert not Proposal.objects.exists() and not Resource.objects.filter(pk=draft.pk).exists()


def test_different_ones_are_not_asked_about_again_and_need_a_reason(case: Case) -> None:
    without = case.answer("different", reason="")
    assert not Different.objects.exists() and "different-reason" in without.content.decode()
    case.answer("different", reason="Chụp vào ngày khác.")
    assert Different.objects.get().by == case.user
    assert ALIKE not in shown(case.client.get(address("list")))
    assert not BeautifulSoup(case.client.get(address("edit", case.draft.pk)).content, "html.parser").select(
        ".k57-alike"
    )


def test_a_proposal_needs_something_and_says_so(case: Case) -> None:
    answer = case.answer("use", put_away="delete")
    assert "Choose at least one audience or topic." in shown(answer)
    assert Resource.objects.filter(pk=case.draft.pk).exists() and not Proposal.objects.exists()


def test_the_same_bytes_are_told_as_soon_as_a_file_is_chosen(case: Case) -> None:
    def take(content: bytes) -> dict[str, Any]:
        file = SimpleUploadedFile("anh.jpg", content, content_type="image/jpeg")
        data = {"field": "main_file", "kind": "photo", "agency": case.mine.pk, "file": file}
        return case.client.post(reverse("kho57_take_file"), data).json()

    told = take(coded(photo()))["known"]
    assert "Gấu trúc đỏ" in told["said"] and told["url"] == case.public.get_absolute_url()
    assert "known" not in take(coded(photo("PINE")))
    secret = coded(photo("PINE"), quality=60)
    make_resource("photo", agency=case.owner, file=_stored(case.owner, secret))
    assert "known" not in take(secret)


def _stored(agency: Agency, content: bytes) -> Any:
    from tests.factories import make_stored_file

    return make_stored_file(agency, content=content, media_type="image/jpeg")


def queries(client: Client, place: str) -> int:
    client.get(place)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(place).status_code == 200
    return len(asked)


def test_more_matches_and_more_drafts_cost_no_more_queries(case: Case) -> None:
    places = [case.page, address("list"), address("edit", case.draft.pk)]
    before = [queries(case.client, place) for place in places]
    for number in range(2):
        image = brighter(photo(), 1.02 + number / 50)
        make_published("photo", agency=make_agency(), file=stored_picture(case.owner, image))
        make_resource(
            "photo", agency=case.mine, by=case.user, file=stored_picture(case.mine, image, quality=70)
        )
    assert [queries(case.client, place) for place in places] == before


# Replacing a file, and bringing one back


def test_replacing_the_file_of_what_is_public_asks_why_and_keeps_the_old_one(case: Case) -> None:
    user = make_communicator(case.owner)
    client = signed_in(user)
    refused = edit(client, case.public, main_file=picture_upload())
    assert "replace_reason" in problems(refused)
    assert "kept_files" in refused.content.decode()
    edit(client, case.public, main_file=picture_upload(), replace_reason="Sửa số liệu ở cột ba.")
    text = shown(client.get(address("files", case.public.pk)))
    assert "Sửa số liệu ở cột ba." in text and "anh.jpg" in text and user.username in text
    assert again(case.public).original.file.original_name == "anh.jpg"


def test_an_earlier_file_is_brought_back_in_a_new_draft(case: Case) -> None:
    editor = make_editor(case.owner)
    client, old = signed_in(editor), case.public.original.file
    edit(client, case.public, main_file=picture_upload(), replace_reason="Sửa.")
    StoredFile.objects.update(processing_state="ready")
    publishing.publish(resource=case.public, by=editor, at=timezone.now())
    assert again(case.public).original.file != old
    place = address("files", case.public.pk)
    without = client.post(place, {"file": old.pk, "reason": ""})
    assert without.status_code == 200 and "open" in without.content.decode()
    client.post(place, {"file": old.pk, "reason": "Bản mới sai."})
    row = again(case.public)
    assert row.original.file != old and row.get_latest_revision_as_object().original.file == old
    assert "Bản mới sai." in shown(client.get(place))
    foreign = client.post(place, {"file": case.file.pk, "reason": "Thử."})
    assert "never belonged" in said(foreign)


def test_a_draft_that_was_never_public_needs_no_reason(case: Case) -> None:
    assert "replace_reason" not in case.client.get(address("edit", case.draft.pk)).content.decode()


def test_what_is_locked_by_another_is_neither_replaced_nor_accepted(case: Case) -> None:
    case.answer("use", audiences=[farmers().pk], put_away="keep")
    locker: User = make_editor(case.owner)
    Resource.objects.filter(pk=case.public.pk).update(locked=True, locked_by=locker, locked_at=timezone.now())
    client = signed_in(make_editor(case.owner))
    answer = client.post(reverse("kho57_proposal", args=[Proposal.objects.get().pk]), {"answer": "accept"})
    assert "locked" in said(answer) and Proposal.objects.get().state == "open"


def test_the_history_of_files_costs_the_same_for_many(case: Case) -> None:
    client = signed_in(make_editor(case.owner))
    place = address("files", case.public.pk)
    before = queries(client, place)
    for number in range(3):
        draft = again(case.public).get_latest_revision_as_object()
        file = stored_picture(case.owner, brighter(photo(), 1.3 + number / 10))
        draft.assets.set([Asset(role="original", file=file, alt="x")])
        draft.save_revision()
    assert queries(client, place) == before


@pytest.mark.parametrize(
    "query", ["of=²", "of=99999999999999999999999", "with=x", "with=99999999999999999999", "of="]
)
def test_hostile_addresses_find_nothing_and_break_nothing(case: Case, query: str) -> None:
    place = reverse("kho57_duplicates", args=[case.file.pk])
    assert case.client.get(f"{place}?{query}").status_code == (200 if query == "of=" else 404)


def test_hostile_answers_are_told_or_not_heard(case: Case) -> None:
    assert case.client.post(case.page, {"answer": "burn", "with": case.public.pk}).status_code == 302
    wrong = case.answer("use", audiences=["x"], topics=["99999999999999999999"], put_away="burn")
    assert wrong.status_code == 200 and not Proposal.objects.exists() and again(case.draft)
    long = case.answer("version", reason="x" * 301, put_away="keep")
    assert not Proposal.objects.exists() and "x" * 300 in long.content.decode()
    assert case.client.get("/admin/resources/duplicates/99999999999999999999999/").status_code == 404
    files = signed_in(make_editor(case.owner)).post(
        address("files", case.public.pk), {"file": "²", "reason": "a"}
    )
    assert files.status_code == 200
