"""Publishing, scheduling, expiry, withdrawal and translation, and what they refuse."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, ModelLogEntry, Revision

from media_library import changes, publishing
from media_library.kinds import Kind, Role
from media_library.models import Agency, Asset, Resource, StoredFile, User
from tests.factories import (
    make_agency,
    make_communicator,
    make_editor,
    make_lead,
    make_published,
    make_resource,
    make_scheduled,
    make_stored_file,
    make_withdrawn,
)

pytestmark = [pytest.mark.django_db, pytest.mark.contract]

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def editor(agency: Agency) -> User:
    return make_editor(agency)


def again(resource: Resource) -> Resource:
    return Resource.objects.get(pk=resource.pk)


def edited(resource: Resource, *, by: User | None = None, **fields: object) -> Revision:
    """Save a draft over the resource, as the editor's form does."""
    draft = again(resource).get_latest_revision_as_object()
    for name, value in fields.items():
        setattr(draft, name, value)
    return draft.save_revision(user=by)


@pytest.fixture
def announced() -> Iterator[list[tuple[list[int], str]]]:
    heard: list[tuple[list[int], str]] = []

    def hear(sender: object, resource_ids: list[int], why: str, **kwargs: object) -> None:
        heard.append((resource_ids, why))

    changes.resource_changed.connect(hear, weak=False)
    yield heard
    changes.resource_changed.disconnect(hear)


def test_an_editor_publishes_and_everyone_sees_it(agency, editor, announced) -> None:
    resource = make_resource(agency=agency)
    publishing.publish(resource=resource, by=editor, at=NOW)
    row = again(resource)
    assert row.live and row.first_published_at == NOW and not row.has_unpublished_changes
    assert Resource.objects.public(NOW).contains(row)
    assert announced == [([row.pk], "published")]
    assert row.version == 1


def test_publishing_twice_changes_nothing(agency, editor, announced) -> None:
    resource = make_resource(agency=agency)
    publishing.publish(resource=resource, by=editor, at=NOW)
    logged = ModelLogEntry.objects.count()
    publishing.publish(resource=again(resource), by=editor, at=NOW + DAY)
    assert again(resource).last_published_at == NOW
    assert len(announced) == 1
    assert ModelLogEntry.objects.count() == logged


@pytest.mark.parametrize("who", ["communicator", "stranger"])
def test_who_may_not_publish_is_refused_and_nothing_changes(agency, who, announced) -> None:
    user = make_communicator(agency) if who == "communicator" else make_editor(make_agency())
    resource = make_resource(agency=agency)
    with pytest.raises(publishing.NotPermitted):
        publishing.publish(resource=resource, by=user, at=NOW)
    assert not again(resource).live and not announced


def test_wagtails_own_way_of_publishing_asks_the_same_rights(agency) -> None:
    resource = make_resource(agency=agency)
    with pytest.raises(publishing.NotPermitted):
        resource.latest_revision.publish(user=make_communicator(agency))
    with pytest.raises(publishing.NotPermitted):
        resource.unpublish(user=make_lead())
    assert not again(resource).live


def test_a_resource_locked_by_another_is_not_published(agency, editor) -> None:
    resource = make_resource(agency=agency)
    Resource.objects.filter(pk=resource.pk).update(locked=True, locked_by=make_editor(agency))
    with pytest.raises(publishing.Locked):
        publishing.publish(resource=resource, by=editor, at=NOW)


def test_what_is_missing_is_listed_with_its_field(agency, editor) -> None:
    resource = make_resource(agency=agency, complete=False, summary="", credit_line="")
    resource.body = []
    resource.save_revision()
    with pytest.raises(publishing.PublicationRefused) as refusal:
        publishing.publish(resource=resource, by=editor, at=NOW)
    assert [item.field for item in refusal.value.missing] == [
        "summary",
        "audiences",
        "topics",
        "credit_line",
        "body",
    ]


@pytest.mark.parametrize("kind", [Kind.PHOTO, Kind.INFOGRAPHIC])
def test_a_picture_needs_words_for_those_who_cannot_see_it(agency, editor, kind) -> None:
    resource = make_resource(kind, agency=agency)
    asset = resource.assets.get()
    asset.alt = ""
    asset.save()
    resource = again(resource)
    resource.save_revision()
    with pytest.raises(publishing.PublicationRefused) as refusal:
        publishing.publish(resource=resource, by=editor, at=NOW)
    assert [item.field for item in refusal.value.missing] == ["alt"]


@pytest.mark.parametrize("kind", [Kind.VIDEO, Kind.PODCAST])
def test_film_and_sound_need_captions_or_a_recorded_reason(agency, editor, kind) -> None:
    resource = make_resource(kind, agency=agency)
    resource.assets.set([asset for asset in resource.assets.all() if asset.role == Role.ORIGINAL])
    resource.save_revision()
    with pytest.raises(publishing.PublicationRefused):
        publishing.publish(resource=resource, by=editor, at=NOW)
    resource.accessibility_waiver = "Phim không lời, chỉ có nhạc nền."
    publishing.publish(resource=resource, revision=resource.save_revision(), by=editor, at=NOW)
    assert again(resource).live


@pytest.mark.parametrize("state", ["waiting", "failed"])
def test_a_file_that_is_not_ready_holds_publication(agency, editor, state) -> None:
    file = make_stored_file(agency, processing_state=state)
    resource = make_resource(Kind.PHOTO, agency=agency, file=file)
    with pytest.raises(publishing.PublicationRefused):
        publishing.publish(resource=resource, by=editor, at=NOW)


def test_a_draft_over_a_published_version_changes_nothing_public(agency, editor) -> None:
    resource = make_published(Kind.PHOTO, agency=agency, title="Bản đã công bố", at=NOW)
    public_file = again(resource).original.file
    draft = again(resource).get_latest_revision_as_object()
    draft.title = "Bản nháp"
    asset = draft.assets.get()
    asset.file = make_stored_file(agency)
    draft.assets.set([asset])
    draft.save_revision(user=editor)
    row = again(resource)
    assert row.title == "Bản đã công bố" and row.original.file == public_file
    assert StoredFile.objects.filter(pk=public_file.pk, renditions__isnull=False).exists()
    publishing.publish(resource=row, by=editor, at=NOW)
    row = again(resource)
    assert row.title == "Bản nháp" and row.original.file != public_file
    assert StoredFile.objects.filter(pk=public_file.pk).exists(), "a revision still names the old file"


def test_tags_of_a_draft_stay_in_the_draft(agency, editor) -> None:
    resource = make_published(agency=agency, keywords=["cũ"])
    draft = again(resource)
    draft.keywords.add("mới")
    draft.save_revision(user=editor)
    assert set(again(resource).keywords.names()) == {"cũ"}
    publishing.publish(resource=resource, by=editor, at=NOW)
    assert set(again(resource).keywords.names()) == {"cũ", "mới"}


def test_a_draft_cannot_move_a_resource_into_another_agency(agency, editor) -> None:
    resource = make_published(agency=agency)
    revision = edited(resource, agency=make_agency())
    publishing.publish(resource=resource, revision=revision, by=editor, at=NOW)
    assert again(resource).agency == agency


def test_a_scheduled_version_goes_live_at_its_time_and_once(agency, editor, announced) -> None:
    resource = make_resource(agency=agency)
    publishing.schedule(resource=resource, go_live_at=NOW + DAY, by=editor, at=NOW)
    assert not again(resource).live
    assert publishing.publish_due(NOW) == 0
    assert publishing.publish_due(NOW + DAY) == 1
    assert publishing.publish_due(NOW + DAY) == 0
    assert again(resource).live and len(announced) == 1
    assert again(resource).first_published_at == NOW + DAY


def test_a_time_already_past_cannot_be_scheduled(agency, editor) -> None:
    with pytest.raises(publishing.PublicationRefused):
        publishing.schedule(resource=make_resource(agency=agency), go_live_at=NOW, by=editor, at=NOW)


def test_an_older_schedule_never_overwrites_a_newer_version(agency, editor) -> None:
    resource = make_published(agency=agency, title="Một", at=NOW)
    older = edited(resource, title="Hai, hẹn giờ")
    publishing.schedule(resource=resource, revision=older, go_live_at=NOW + DAY, by=editor, at=NOW)
    newer = edited(resource, title="Ba, mới nhất", go_live_at=None)
    Revision.objects.filter(pk=older.pk).update(approved_go_live_at=NOW + DAY)
    publishing.publish(resource=resource, revision=newer, by=editor, at=NOW)
    Revision.objects.filter(pk=older.pk).update(approved_go_live_at=NOW + DAY)
    assert publishing.publish_due(NOW + 2 * DAY) == 0
    assert again(resource).title == "Ba, mới nhất"
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    with pytest.raises(publishing.Stale):
        publishing.publish(resource=resource, revision=older, by=editor, at=NOW)


def test_a_scheduled_change_leaves_the_live_version_until_its_time(agency, editor) -> None:
    resource = make_published(agency=agency, title="Bây giờ", at=NOW)
    later = edited(resource, title="Sau này")
    publishing.schedule(resource=resource, revision=later, go_live_at=NOW + DAY, by=editor, at=NOW)
    assert again(resource).title == "Bây giờ" and again(resource).live
    publishing.publish_due(NOW + DAY)
    assert again(resource).title == "Sau này"


def test_one_that_can_no_longer_be_published_does_not_stop_the_others(agency, editor) -> None:
    first, second = make_resource(agency=agency), make_resource(agency=agency)
    for resource in (first, second):
        publishing.schedule(resource=resource, go_live_at=NOW + DAY, by=editor, at=NOW)
    publishing.withdraw(resource=first, by=editor, reason="Sai số liệu.", at=NOW)
    Revision.objects.filter(pk=first.latest_revision_id).update(approved_go_live_at=NOW + DAY)
    assert publishing.publish_due(NOW + DAY) == 1
    assert again(second).live and not again(first).live


def test_a_schedule_can_be_taken_back(agency, editor) -> None:
    resource = make_scheduled(agency=agency)
    publishing.cancel_schedule(resource=resource, by=editor, at=NOW)
    assert publishing.publish_due(NOW + 30 * DAY) == 0
    assert again(resource).state(NOW) == "draft"


def test_expiry_takes_down_at_its_time_and_once(agency, announced) -> None:
    resource = make_published(agency=agency, expire_at=NOW + DAY, at=NOW)
    assert publishing.expire_due(NOW) == 0
    assert not Resource.objects.public(NOW + DAY).contains(resource)
    assert publishing.expire_due(NOW + DAY) == 1
    assert publishing.expire_due(NOW + DAY) == 0
    row = again(resource)
    assert row.expired and not row.live and row.state(NOW + DAY) == "expired"
    assert [why for _ids, why in announced] == ["published", "expired"]


def test_an_embargo_hides_until_its_end_and_is_announced_once(agency, announced) -> None:
    resource = make_published(agency=agency, embargo_until=NOW + DAY, at=NOW)
    assert not Resource.objects.public(NOW).contains(resource)
    assert publishing.release_embargoes(NOW) == 0
    assert publishing.release_embargoes(NOW + DAY) == 1
    assert publishing.release_embargoes(NOW + DAY) == 0
    assert Resource.objects.public(NOW + DAY).contains(resource)
    assert [why for _ids, why in announced] == ["published", "embargo ended"]


def test_withdrawal_takes_back_at_once_with_reason_and_successor(agency, editor, announced) -> None:
    resource, better = make_published(agency=agency), make_published(agency=agency)
    announced.clear()
    publishing.withdraw(resource=resource, by=editor, reason=" Số liệu sai. ", replaced_by=better, at=NOW)
    row = again(resource)
    assert not row.live and row.withdrawn_reason == "Số liệu sai." and row.replaced_by == better
    assert row.state(NOW) == "withdrawn"
    assert not Resource.objects.public(NOW).contains(row)
    assert announced == [([row.pk], "withdrawn")]
    publishing.withdraw(resource=row, by=editor, reason="Lần hai", at=NOW + DAY)
    assert again(resource).withdrawn_reason == "Số liệu sai." and len(announced) == 1


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_withdrawal_needs_a_reason_of_reasonable_length(agency, editor, reason) -> None:
    resource = make_published(agency=agency)
    with pytest.raises(publishing.PublicationRefused):
        publishing.withdraw(resource=resource, by=editor, reason=reason, at=NOW)
    assert again(resource).live


def test_what_was_withdrawn_is_published_only_after_it_was_brought_back(agency, editor) -> None:
    resource = make_withdrawn(agency=agency)
    with pytest.raises(publishing.NotPermitted):
        publishing.publish(resource=resource, by=editor, at=NOW)
    publishing.reinstate(resource=resource, by=editor, at=NOW)
    assert again(resource).state(NOW) == "draft"
    publishing.publish(resource=resource, by=editor, at=NOW)
    assert again(resource).live


def test_a_translation_is_an_unpublished_draft_with_its_own_address(agency, editor) -> None:
    resource = make_published(Kind.PHOTO, agency=agency)
    copy = publishing.make_translation(resource=resource, language="en", by=make_communicator(agency), at=NOW)
    assert not copy.live and copy.live_revision_id is None
    assert copy.public_id != resource.public_id
    assert copy.locale == Locale.objects.get(language_code="en")
    assert copy.original.file == again(resource).original.file
    assert copy.translation_key == resource.translation_key
    with pytest.raises(publishing.Stale):
        publishing.make_translation(resource=resource, language="en", by=editor, at=NOW)


def test_a_change_outside_a_transaction_is_refused() -> None:
    class Outside:
        in_atomic_block = False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transaction, "get_connection", lambda *args: Outside())
        with pytest.raises(changes.OutsideTransaction):
            changes.record(resource_ids=[1], why="test")


def test_if_an_announcement_fails_the_publication_is_undone(agency, editor) -> None:
    resource = make_resource(agency=agency)

    def fail(sender: object, **kwargs: object) -> None:
        raise RuntimeError("outbox full")

    changes.resource_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            publishing.publish(resource=resource, by=editor, at=NOW)
    finally:
        changes.resource_changed.disconnect(fail)
    assert not again(resource).live


def test_the_new_name_of_an_agency_is_announced_for_its_live_resources(agency, announced) -> None:
    live = make_published(agency=agency)
    make_resource(agency=agency)
    announced.clear()
    agency.name = "Sở mới"
    agency.save()
    assert announced == [([live.pk], "Agency changed")]


def test_a_file_named_twice_is_one_stored_file(agency) -> None:
    file = make_stored_file(agency)
    first = make_resource(Kind.PHOTO, agency=agency, file=file)
    second = make_resource(Kind.PHOTO, agency=agency, file=file)
    assert Asset.objects.filter(file=file).count() == 2
    assert first.original.file == second.original.file


def test_an_expiry_leaves_an_approved_return() -> None:
    resource = make_published(expire_at=NOW + DAY, at=NOW)
    edited(resource, expire_at=None)
    publishing.schedule(resource=again(resource), go_live_at=NOW + 2 * DAY, by=make_lead(), at=NOW)

    assert publishing.expire_due(NOW + DAY) == 1
    assert publishing.publish_due(NOW + 2 * DAY) == 1
    assert again(resource).live


def test_one_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    broken, whole = make_scheduled(), make_scheduled()
    go_live = publishing._go_live

    def fail_for_one(*, row: Resource, **rest: Any) -> Resource:
        if row.pk == broken.pk:
            raise ValueError("broken")
        return go_live(row=row, **rest)

    monkeypatch.setattr(publishing, "_go_live", fail_for_one)

    assert publishing.publish_due(timezone.now() + 4 * DAY) == 1
    assert again(whole).live
    assert not again(broken).live
