"""One screen for a resource: what it takes, what it refuses, and that nothing typed or sent is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from media_library.models import Agency, Resource, State, StoredFile
from tests.editing.screens import (
    add,
    address,
    controls,
    edit,
    picture_upload,
    problems,
    said,
    signed_in,
    words,
)
from tests.factories import (
    make_agency,
    make_communicator,
    make_editor,
    make_lead,
    make_published,
    make_resource,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def again(resource: Resource) -> Resource:
    return Resource.objects.get(pk=resource.pk)


@pytest.mark.parametrize("kind", ["infographic", "video", "podcast", "article", "photo", "document"])
def test_each_kind_has_its_screen_and_can_be_saved_as_an_unfinished_draft(kind: str, agency: Agency) -> None:
    client = signed_in(make_communicator(agency))
    answer = add(client, kind, title="Bản nháp còn dở")
    assert answer.status_code == 302, problems(answer)
    resource = Resource.objects.get()
    assert (resource.kind, resource.live, resource.agency) == (kind, False, agency)


def test_without_a_kind_the_six_are_offered_and_the_way_to_many(agency: Agency) -> None:
    page = signed_in(make_communicator(agency)).get(address("add")).content.decode()
    assert page.count("k57-kind__name") == 6 + 1


BAD = [
    (SimpleUploadedFile("anh.jpg", b"PK\x03\x04" + b"\0" * 200), "an archive"),
    (SimpleUploadedFile("trong.png", b""), "an empty file"),
    (SimpleUploadedFile("ve.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"), "a drawing"),
]


@pytest.mark.parametrize("upload", [bad for bad, _what in BAD], ids=[what for _bad, what in BAD])
def test_a_refused_file_is_explained_at_its_field_and_the_rest_is_kept(upload: Any, agency: Agency) -> None:
    client = signed_in(make_communicator(agency))
    upload.seek(0)
    answer = add(client, "infographic", **words(), main_file=upload)
    assert answer.status_code == 200
    assert list(problems(answer)) == ["main_file"]
    kept = controls(answer)
    assert kept["title"] == words()["title"] and kept["alt"] == words()["alt"]
    assert kept["audiences"] == [str(words()["audiences"][0])]
    assert not Resource.objects.exists() and not StoredFile.objects.exists()


def test_a_file_taken_in_by_a_form_with_mistakes_need_not_be_sent_again(agency: Agency) -> None:
    client = signed_in(make_communicator(agency))
    first = add(client, "infographic", **words(title=""), main_file=picture_upload())
    assert list(problems(first)) == ["title"]
    second = client.post(f"{address('add')}?kind=infographic", controls(first) | {"title": "Đã sửa"})
    assert second.status_code == 302, problems(second)
    draft = Resource.objects.get().get_latest_revision_as_object()
    assert draft.original.file.original_name == "nhan-dien.png" and StoredFile.objects.count() == 1


def test_kept_files_of_another_person_are_not_taken(agency: Agency) -> None:
    first = add(
        signed_in(make_communicator(agency)), "infographic", **words(title=""), main_file=picture_upload()
    )
    other = signed_in(make_communicator(agency))
    answer = add(other, "infographic", **words(), kept_files=controls(first)["kept_files"])
    assert answer.status_code == 302
    assert Resource.objects.get().get_latest_revision_as_object().original is None


def test_a_file_chosen_in_the_browser_is_taken_at_once_and_then_saved(agency: Agency) -> None:
    client = signed_in(make_communicator(agency))
    sent = {"field": "main_file", "kind": "photo", "agency": agency.pk, "file": picture_upload()}
    answer = client.post(reverse("kho57_take_file"), sent)
    assert answer.status_code == 200
    saved = add(client, "photo", **words(), kept_files=answer.json()["kept"])
    assert saved.status_code == 302, problems(saved)
    assert Resource.objects.get().get_latest_revision_as_object().original is not None


def test_a_file_is_taken_only_for_ones_own_agency_and_resources(agency: Agency) -> None:
    client = signed_in(make_communicator(agency))
    foreign = make_resource("photo")
    place = reverse("kho57_take_file")
    for_theirs = {"field": "main_file", "kind": "photo", "agency": foreign.agency_id}
    assert client.post(place, for_theirs | {"file": picture_upload()}).status_code == 422
    for_it = {"field": "main_file", "resource": foreign.pk}
    assert client.post(place, for_it | {"file": picture_upload()}).status_code == 404
    assert not StoredFile.objects.filter(agency=agency).exists()


def test_nobody_plants_a_resource_in_another_agency(agency: Agency) -> None:
    client = signed_in(make_editor(agency))
    answer = add(client, "article", **words(), agency=make_agency().pk)
    assert list(problems(answer)) == ["agency"] and not Resource.objects.exists()


def test_the_agency_of_a_resource_cannot_be_changed_later(agency: Agency) -> None:
    user = make_communicator(agency)
    resource = make_resource(agency=agency, by=user)
    assert edit(signed_in(user), resource, agency=make_agency().pk, title="Tên mới").status_code == 302
    draft = again(resource).get_latest_revision_as_object()
    assert (draft.title, draft.agency) == ("Tên mới", agency)


def test_the_lead_department_may_choose_the_agency(agency: Agency) -> None:
    answer = add(signed_in(make_lead()), "article", **words(), agency=agency.pk)
    assert answer.status_code == 302, problems(answer)
    assert Resource.objects.get().agency == agency


def test_replacing_the_file_of_a_draft_leaves_the_public_version_alone(agency: Agency) -> None:
    user = make_communicator(agency)
    resource = make_published("infographic", agency=agency, by=user)
    public = again(resource).original.file_id
    reason = {"replace_reason": "Số liệu mới."}
    answer = edit(signed_in(user), resource, main_file=picture_upload("moi.png", width=700), **reason)
    assert answer.status_code == 302, problems(answer)
    assert again(resource).original.file_id == public
    assert again(resource).get_latest_revision_as_object().original.file.original_name == "moi.png"


def test_who_saves_second_is_told_and_nothing_is_overwritten_unseen(agency: Agency) -> None:
    first, second = make_communicator(agency), make_communicator(agency)
    resource = make_resource(agency=agency, by=first)
    slow = signed_in(second)
    opened = controls(slow.get(address("edit", resource.pk)))
    edit(signed_in(first), resource, title="Của người thứ nhất")
    answer = slow.post(address("edit", resource.pk), opened | {"title": "Của người thứ hai"})
    assert answer.status_code == 200 and "người khác đã lưu" in said(answer)
    assert again(resource).get_latest_revision_as_object().title == "Của người thứ nhất"
    assert controls(answer)["title"] == "Của người thứ hai"
    knowingly = slow.post(address("edit", resource.pk), controls(answer))
    assert knowingly.status_code == 302
    assert again(resource).get_latest_revision_as_object().title == "Của người thứ hai"


def test_a_locked_resource_is_not_saved_by_others(agency: Agency) -> None:
    editor, other = make_editor(agency), make_communicator(agency)
    resource = make_resource(agency=agency, by=other, title="Như cũ")
    client = signed_in(other)
    opened = controls(client.get(address("edit", resource.pk)))
    signed_in(editor).post(address("lock", resource.pk))
    answer = client.post(address("edit", resource.pk), opened | {"title": "Khác"})
    assert answer.status_code == 200 and "khóa" in said(answer)
    assert again(resource).get_latest_revision_as_object().title == "Như cũ"


def test_what_is_incomplete_is_not_handed_in_and_each_gap_leads_to_its_field(agency: Agency) -> None:
    client = signed_in(make_communicator(agency))
    add(client, "infographic", title="Còn thiếu")
    resource = Resource.objects.get()
    edit(client, resource, **{"action-submit": "1"})
    assert again(resource).current_workflow_state is None
    page = client.get(address("edit", resource.pk)).content.decode()
    for field in ("main_file", "summary", "audiences", "topics", "credit_line"):
        assert f"#id_{field}" in page, field


def test_a_communicator_cannot_publish_by_a_forged_button(agency: Agency) -> None:
    user = make_communicator(agency)
    resource = make_resource(agency=agency, by=user)
    edit(signed_in(user), resource, **{"action-publish": "1"})
    assert not again(resource).live


def test_the_editor_of_an_agency_under_lead_review_cannot_publish_alone() -> None:
    agency = make_agency(requires_lead_review=True)
    editor = make_editor(agency)
    resource = make_resource(agency=agency, by=editor)
    page = signed_in(editor).get(address("edit", resource.pk)).content.decode()
    assert 'name="action-publish"' not in page
    edit(signed_in(editor), resource, **{"action-publish": "1"})
    assert not again(resource).live


def test_an_editor_publishes_and_what_is_missing_becomes_a_message(agency: Agency) -> None:
    editor = make_editor(agency)
    whole, broken = make_resource(agency=agency, by=editor), make_resource(agency=agency, complete=False)
    edit(signed_in(editor), whole, **{"action-publish": "1"})
    assert again(whole).live
    answer = edit(signed_in(editor), broken, **{"action-publish": "1"})
    assert answer.status_code == 302 and not again(broken).live
    assert again(broken).state(again(broken).updated_at) == State.DRAFT


def test_the_draft_shows_as_on_the_portal_and_in_a_section(agency: Agency) -> None:
    user = make_communicator(agency)
    resource = make_resource("infographic", agency=agency, by=user, title="Bản xem trước")
    client = signed_in(user)
    place = address("preview_on_edit", resource.pk)
    sent = client.post(place, controls(client.get(address("edit", resource.pk))))
    assert sent.json() == {"is_valid": True, "is_available": True}
    for mode in ("", "embed"):
        shown = client.get(place, {"mode": mode})
        assert shown.status_code == 200 and "Bản xem trước" in shown.content.decode()
        assert shown["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'none'" not in shown["Content-Security-Policy"]


def test_versions_can_be_read_compared_and_taken_back(agency: Agency) -> None:
    user = make_communicator(agency)
    resource = make_resource(agency=agency, by=user, title="Bản một")
    first = again(resource).latest_revision_id
    edit(signed_in(user), resource, title="Bản hai")
    client = signed_in(user)
    assert client.get(address("history", resource.pk)).status_code == 200
    compared = client.get(address("revisions_compare", resource.pk, first, "latest")).content.decode()
    assert "Bản" in compared and "hai" in compared
    place = address("revisions_revert", resource.pk, first)
    assert client.post(place, controls(client.get(place))).status_code == 302
    assert again(resource).get_latest_revision_as_object().title == "Bản một"


def test_the_body_of_an_article_is_saved_and_survives_a_form_sent_without_script(agency: Agency) -> None:
    user = make_communicator(agency)
    block = {"body-0-deleted": "", "body-0-order": "0", "body-0-type": "heading", "body-0-id": ""}
    answer = add(
        signed_in(user), "article", **words(), **block, **{"body-count": "1", "body-0-value": "Mục một"}
    )
    assert answer.status_code == 302, problems(answer)
    resource = Resource.objects.get()
    assert edit(signed_in(user), resource, title="Đổi tên").status_code == 302
    draft = again(resource).get_latest_revision_as_object()
    assert (draft.title, draft.body[0].value) == ("Đổi tên", "Mục một")


def test_releases_and_territory_are_kept_and_answer_what_readers_may_do(agency: Agency) -> None:
    resource = make_resource("photo", agency=agency)
    client = signed_in(make_editor(agency))
    place = address("edit", resource.pk)
    opened = controls(client.get(place))
    assert (opened["people_release"], opened["music_release"], opened["territory"]) == (
        *("not_needed", "not_needed"),
        "everywhere",
    )
    changed = {"people_release": "missing", "territory": "vietnam"}
    assert client.post(place, opened | changed).status_code == 302
    draft = again(resource).get_latest_revision_as_object()
    assert (draft.people_release, draft.music_release, draft.territory) == (
        "missing",
        "not_needed",
        "vietnam",
    )
    refused = client.post(place, controls(client.get(place)) | {"territory": "moon"})
    assert refused.status_code == 200 and again(resource).territory == "vietnam"


def test_what_is_spoken_is_that_of_the_record_until_somebody_says_otherwise(agency: Agency) -> None:
    client = signed_in(make_communicator(agency))
    page = client.get(f"{address('add')}?kind=podcast")
    assert controls(page)["spoken"] == ["vi"]
    assert add(client, "podcast", title="Bản tin", spoken=["pac", "vi"]).status_code == 302
    bulletin = Resource.objects.get()
    assert bulletin.spoken == "vi pac"
    assert controls(client.get(address("edit", bulletin.pk)))["spoken"] == ["vi", "pac"]
    assert "spoken" not in controls(client.get(f"{address('add')}?kind=photo"))


@pytest.mark.parametrize("codes", [["zxx", "vi"], ["xx"], ["vi en"]])
def test_spoken_languages_that_cannot_be_are_explained_at_their_field(
    agency: Agency, codes: list[str]
) -> None:
    client = signed_in(make_communicator(agency))
    answer = add(client, "video", title="Phim còn dở", spoken=codes)
    assert list(problems(answer)) == ["spoken"]
    assert controls(answer)["title"] == "Phim còn dở"


def test_who_leaves_out_what_is_spoken_is_told_on_handing_in(agency: Agency) -> None:
    client = signed_in(make_communicator(agency))
    film = make_resource("video", agency=agency)
    answer = edit(client, film, spoken=[], **{"action-submit": "1"})
    assert "#id_spoken" in client.get(answer.url).content.decode()
    assert again(film).get_latest_revision_as_object().spoken == ""
