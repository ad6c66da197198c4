"""``manage.py demo`` brings the manifest in as it stands, once; sections and first pages show what they were set
to."""

from __future__ import annotations

import io
import unicodedata
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone
from PIL import Image

from cms.demonstration import accounts, home, load, resources, sections
from cms.demonstration.manifest import Entry, read, read_list
from cms.demonstration.progress import Silent
from cms.newsroom.models import PressKit
from cms.portal.models import HomePage
from cms.sections import files
from cms.sections.models import CityPin, Section, SectionRender
from cms.sections.render import storage_name
from media_library import access
from media_library.files import storage
from media_library.models import Agency, Campaign, Identifier, Job, Rendition, Resource, State, StoredFile
from media_library.models.job import JobState
from search.models import IndexedDocument
from tests.demonstration.conftest import PART

# One process, so that the part of the demonstration is loaded once for a module.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("demonstration")]


def entries(at: datetime) -> list[Entry]:
    return [entry for entry in read(load.FOLDER, at=at) if entry.id in PART]


def found(id: str) -> Resource:
    resource = resources.find(id)
    assert resource is not None
    return resource


def test_every_state_is_that_of_the_manifest(loaded_at: datetime) -> None:
    assert {entry.id: found(entry.id).state(loaded_at) for entry in entries(loaded_at)} == {
        entry.id: State(entry.state) for entry in entries(loaded_at)
    }


def test_only_the_published_is_public(loaded_at: datetime) -> None:
    public = set(
        Identifier.objects.filter(scheme="demo", resource__in=Resource.objects.public(loaded_at)).values_list(
            "value", flat=True
        )
    )
    assert public == {entry.id for entry in entries(loaded_at) if entry.state == "published"}


def test_what_is_scheduled_or_held_becomes_public_at_its_time(loaded_at: datetime) -> None:
    held = found("gh-nen-binh-dan-hoc-vu-so")
    assert not access.is_public(held, loaded_at + timedelta(days=20))
    assert access.is_public(held, loaded_at + timedelta(days=22))
    scheduled = found("gh-the-mang-xa-hoi-18-5").scheduled_revision
    assert scheduled.approved_go_live_at == loaded_at + timedelta(days=3)


def test_a_second_run_changes_nothing_and_is_fast(
    loaded_at: datetime, django_assert_max_num_queries: Any
) -> None:
    def state() -> list[Any]:
        rows = Resource.objects.order_by("pk").values_list("pk", "version", "updated_at", "live")
        return [*rows, StoredFile.objects.count(), Rendition.objects.count(), Campaign.objects.count()]

    before = state()
    with django_assert_max_num_queries(72):
        assert load.load(at=timezone.now(), progress=Silent(), only=PART) == 0
    assert state() == before


def test_a_second_run_leaves_what_a_person_changed(loaded_at: datetime) -> None:
    Agency.objects.filter(code="SO-04").update(name="Sở Giáo dục")
    Resource.objects.filter(pk=found("gh-banner-10-10").pk).update(title="Đã sửa")
    load.load(at=timezone.now(), progress=Silent(), only=PART)
    assert Agency.objects.get(code="SO-04").name == "Sở Giáo dục"
    assert found("gh-banner-10-10").title == "Đã sửa"


def test_history_shows_the_times_of_the_manifest(loaded_at: datetime) -> None:
    entry = next(entry for entry in entries(loaded_at) if entry.id == "ig-5-ky-nang-so-co-ban")
    resource = found(entry.id)
    assert resource.created_at == entry.created
    assert resource.first_published_at == resource.updated_at == entry.published


def test_an_english_version_is_the_translation_of_its_original(loaded_at: datetime) -> None:
    original, english = found("ig-muc-tieu-ke-hoach-310"), found("ig-muc-tieu-ke-hoach-310-en")
    assert english.language == "en"
    assert english.translation_key == original.translation_key
    assert english.public_id != original.public_id


def test_a_withdrawal_keeps_its_reason_and_names_its_successor(loaded_at: datetime) -> None:
    old = found("bai-doi-mat-khau-moi-thang")
    assert old.withdrawn_reason.startswith("Lời khuyên đổi mật khẩu mỗi tháng")
    assert old.withdrawn_at == loaded_at - timedelta(days=30)
    assert old.replaced_by == found("bai-ve-sinh-an-toan-thong-tin")


def test_rights_tags_and_sources_come_over(loaded_at: datetime) -> None:
    for entry in entries(loaded_at):
        resource = found(entry.id)
        assert (resource.licence, resource.credit_line, resource.terms) == (
            entry.licence,
            entry.credit,
            entry.terms,
        )
        assert {tag.slug for tag in resource.audiences.all()} == set(entry.audiences)
        assert {tag.slug for tag in resource.topics.all()} == set(entry.topics)
        assert {tag.name for tag in resource.keywords.all()} == set(entry.keywords)
        names = set(resource.identifiers.values_list("scheme", "value"))
        assert names == {("demo", entry.id), *entry.sources}


def test_files_keep_their_role_words_and_language(loaded_at: datetime) -> None:
    for entry in entries(loaded_at):
        assets = found(entry.id).assets.order_by("sort_order").select_related("file")
        if entry.state == "scheduled":
            continue
        assert [
            (asset.role, asset.language, asset.alt, asset.text_alternative, asset.file.sha256)
            for asset in assets
        ] == [
            (file.role, file.language, file.alt, file.text_alternative, file.sha256) for file in entry.files
        ]


def test_sound_has_its_transcript_cover_and_chapters(loaded_at: datetime) -> None:
    podcast = found("pc-mat-khau-va-ban-chai")
    assert [asset.role for asset in podcast.assets.order_by("sort_order")] == [
        "original",
        "transcript",
        "cover",
    ]
    assert podcast.chapters.count() == 3
    assert podcast.words[0].file.extracted["cues"]


def test_an_article_shows_pictures_of_the_library(loaded_at: datetime) -> None:
    article = found("bai-ke-hoach-310-cho-can-bo")
    pictures = [block.value for block in article.body if block.block_type == "picture"]
    assert [picture["resource"] for picture in pictures] == [found("ig-muc-tieu-ke-hoach-310")]
    assert pictures[0]["alt"]


def test_everything_is_processed_when_it_is_loaded(loaded_at: datetime) -> None:
    assert not Job.objects.exclude(state=JobState.DONE).exists()
    for file in StoredFile.objects.all():
        assert file.processing_state == "ready"
        assert file.renditions.exists(), file.original_name


def test_a_personal_trace_in_a_photograph_reaches_no_public_copy(loaded_at: datetime) -> None:
    """Checks ``strip-gps`` and ``strip-personal-exif`` of the manifest; each copy names the source instead."""
    resource = found("anh-cay-thong-mua-thu")
    file = resource.original.file
    secrets = [b"Exif\x00\x00", *_personal_values(file.storage_name)]
    told = [resource.credit_line, resource.licence_terms.url, f"/r/{resource.public_id}/"]
    copies = list(file.renditions.all())
    assert copies
    for copy in copies:
        with storage.private_storage().open(copy.storage_name) as stream:
            content = stream.read()
        assert not Image.open(io.BytesIO(content)).getexif(), copy.name
        for secret in secrets:
            assert secret not in content, (copy.name, secret)
        for part in told:
            assert part.encode() in content, (copy.name, part)


def _personal_values(storage_name: str) -> list[bytes]:
    """Text values of the original's metadata, which must exist for the test to mean anything."""
    with storage.private_storage().open(storage_name) as stream:
        exif = Image.open(io.BytesIO(stream.read())).getexif()
    assert exif.get_ifd(0x8825), "the original should carry a position"
    everywhere = [*exif.values(), *exif.get_ifd(0x8769).values()]
    values = [value for value in everywhere if isinstance(value, str) and len(value) > 5]
    assert len(values) > 2
    assert "VIDU-000123" in values
    return [value.encode("latin-1") for value in values]


def test_a_file_name_from_a_mac_is_kept_in_its_composed_form(loaded_at: datetime) -> None:
    """Check ``nfd-filename`` of the manifest."""
    entry = next(entry for entry in entries(loaded_at) if "nfd-filename" in entry.checks)
    sent = Path(entry.files[0].path).name
    kept = found(entry.id).original.file.original_name
    assert kept != sent
    assert kept == unicodedata.normalize("NFC", sent) == "bảng-kiểm-an-toàn-thông-tin.pdf"


def test_campaigns_have_the_cover_and_pins_that_are_loaded(loaded_at: datetime) -> None:
    campaign = Campaign.objects.get(code="binh-dan-hoc-vu-so")
    assert campaign.cover == found("ig-5-ky-nang-so-co-ban")
    assert [pin.resource for pin in campaign.pins.all()] == [found("ig-5-ky-nang-so-co-ban")]


def test_all_agencies_are_there_with_their_type(loaded_at: datetime) -> None:
    assert Agency.objects.count() == 63
    assert Agency.objects.get(code="XA-20056").type == "commune"
    assert Agency.objects.get(code="XA-19786").type == "ward"
    assert Agency.objects.get(code="DH-01").type == "school"


def test_each_role_has_an_account_that_may_do_what_it_says(loaded_at: datetime) -> None:
    def user(account: accounts.Account) -> Any:
        return authenticate(username=account.username, password=accounts.PASSWORD)

    theirs, others = found("ig-5-ky-nang-so-co-ban"), found("bai-ke-hoach-310-cho-can-bo")
    assert access.may_edit(user(accounts.COMMUNICATOR), theirs, loaded_at)
    assert not access.may_publish(user(accounts.COMMUNICATOR), theirs, loaded_at)
    assert access.may_publish(user(accounts.EDITOR), theirs, loaded_at)
    assert not access.may_edit(user(accounts.EDITOR), others, loaded_at)
    assert not access.may_edit(user(accounts.COMMUNE_EDITOR), theirs, loaded_at)
    assert access.is_lead(user(accounts.LEAD))
    assert user(accounts.ADMINISTRATOR).is_superuser
    assert access.is_press(user(accounts.JOURNALIST)) and not access.is_lead(user(accounts.JOURNALIST))


def test_the_press_finds_a_kit_and_what_is_under_embargo(loaded_at: datetime) -> None:
    kit = PressKit.objects.public(loaded_at + timedelta(minutes=9)).get()
    shown = [entry.resource for entry in kit.entries.all()]
    assert shown and all(access.is_public(one, loaded_at) for one in shown)
    ahead = Resource.objects.filter(access.for_press(loaded_at))
    assert ahead.exists() and all(one.get_latest_revision_as_object().embargo_for_press for one in ahead)


def test_there_are_eight_sections_at_their_addresses(loaded_at: datetime) -> None:
    expected = {f"{row['agency']}/{row['slug']}" for row in read_list(load.FOLDER, "sections.json")}
    assert {section.address for section in Section.objects.select_related("agency")} == expected
    assert len(expected) == 8


def test_a_section_keeps_its_rule_and_pins(loaded_at: datetime) -> None:
    section = Section.objects.get(slug="ban-tin-xa")
    assert {term.slug for term in section.audiences.all()} == {"citizens"}
    assert {term.slug for term in section.topics.all()} == {"ky-nang-so", "an-toan-thong-tin", "dich-vu-cong"}
    assert (section.languages, section.limit, section.layout) == (["vi"], 6, "list")
    assert [pin.resource for pin in section.pins.all()] == [resources.find("ig-5-ky-nang-so-co-ban")]


def test_the_lead_department_has_pinned_two_and_again_pins_none(loaded_at: datetime) -> None:
    pinned = {pin.resource_id: (pin.mandatory, pin.types) for pin in CityPin.objects.all()}
    expected = {sections.MANDATORY: (True, []), sections.IN_COMMUNES: (False, ["ward", "commune"])}
    there = {id: resources.find(id) for id in expected if id in PART}
    assert pinned == {one.pk: expected[id] for id, one in there.items() if one is not None}
    sections.load_city_pins(by=None, at=loaded_at)
    assert CityPin.objects.count() == len(pinned) > 0


def test_a_section_may_be_shown_by_its_site_and_by_this_machine_alone(loaded_at: datetime) -> None:
    section = Section.objects.get(slug="ban-tin-xa")
    assert section.allowed_hosts == ["a-luoi-1.example", "localhost:*", "127.0.0.1:*"]


def test_index_and_section_files_are_up_to_date_when_it_is_loaded(loaded_at: datetime) -> None:
    assert not SectionRender.objects.exists()
    assert IndexedDocument.objects.exists()


def test_each_language_has_its_picks_and_no_other(loaded_at: datetime) -> None:
    for page in HomePage.objects.all():
        expected = [id for id in home.PICKS[page.locale.language_code] if id in PART]
        assert [pick.resource for pick in page.picks.all()] == [resources.find(id) for id in expected]


def test_picks_exist_are_published_and_in_their_language() -> None:
    entries = {entry.id: entry for entry in read(load.FOLDER, at=timezone.now())}
    for language, ids in home.PICKS.items():
        assert {(entries[id].language, entries[id].state) for id in ids} == {(language, "published")}


def test_feeds_follow_the_site_to_another_address(loaded_at: datetime, settings: Any) -> None:
    name = storage_name(address="XA-20056/ban-tin-xa", name="feed.json", language="vi")
    first, other = settings.PUBLIC_BASE_URL, "http://127.0.0.1:9123"
    settings.PUBLIC_BASE_URL = other
    load.load(at=timezone.now(), progress=Silent(), only=PART)
    content = files.read(name)
    assert content is not None
    assert f"{other}/vi/r/".encode() in content
    assert not SectionRender.objects.exists()
    settings.PUBLIC_BASE_URL = first
    load.load(at=timezone.now(), progress=Silent(), only=PART)
    back = files.read(name)
    assert back is not None and other.encode() not in back
