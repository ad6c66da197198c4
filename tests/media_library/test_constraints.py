"""What the database itself refuses, whatever code asks."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from media_library.models import (
    Agency,
    Asset,
    Campaign,
    Identifier,
    Job,
    Membership,
    Rendition,
    Resource,
    StoredFile,
)
from tests.factories import (
    identify,
    make_agency,
    make_communicator,
    make_published,
    make_rendition,
    make_resource,
    make_stored_file,
)

pytestmark = [pytest.mark.django_db, pytest.mark.contract]

NOW = timezone.now()


def refused(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "poem"},
        {"title": ""},
        {"live": True, "withdrawn_at": NOW, "withdrawn_reason": "Sai."},
        {"withdrawn_at": NOW},
        {"withdrawn_reason": "Sai."},
        {"embargo_until": NOW, "expire_at": NOW},
        {"replaced_by": F("id")},
    ],
)
def test_a_resource_that_contradicts_itself_is_refused(fields) -> None:
    row = make_resource()
    assert refused(lambda: Resource.objects.filter(pk=row.pk).update(**fields))


def test_one_resource_of_another_system_is_one_resource_here() -> None:
    identify(make_resource(), "kh-task", "VD-1")
    assert refused(lambda: identify(make_resource(), "kh-task", "VD-1"))
    identify(make_resource(), "other-scheme", "VD-1")
    assert refused(lambda: Identifier.objects.create(resource=make_resource(), scheme="", value="x"))


def test_a_resource_stands_once_in_each_language() -> None:
    first, second = make_resource(), make_resource()
    assert refused(
        lambda: Resource.objects.filter(pk=second.pk).update(translation_key=first.translation_key)
    )


def test_a_person_has_one_role_in_an_agency() -> None:
    agency = make_agency()
    user = make_communicator(agency)
    assert refused(lambda: Membership.objects.create(user=user, agency=agency, role="editor"))


def test_an_agency_has_a_code_of_its_own_and_is_not_its_own_successor() -> None:
    agency = make_agency()
    assert refused(lambda: make_agency(code=agency.code))
    assert refused(lambda: Agency.objects.filter(pk=agency.pk).update(successor=F("id")))
    assert refused(lambda: Agency.objects.filter(pk=agency.pk).update(code=""))


def test_a_file_that_an_asset_names_cannot_be_deleted() -> None:
    agency = make_agency()
    file = make_stored_file(agency)
    make_resource("photo", agency=agency, file=file)
    with pytest.raises(Exception, match="protected"):
        file.delete()


def test_stored_files_and_renditions_hold_bytes_and_stand_once() -> None:
    file = make_stored_file(make_agency())
    assert refused(lambda: StoredFile.objects.filter(pk=file.pk).update(size=0))
    assert refused(lambda: StoredFile.objects.filter(pk=file.pk).update(processing_state="lost"))
    assert refused(lambda: make_rendition(file, name="w640.webp"))
    assert refused(lambda: Rendition.objects.filter(file=file).update(size=0))


@pytest.mark.parametrize("point", [{"focal_x": 0.5}, {"focal_x": 1.2, "focal_y": 0.5}, {"role": "poster"}])
def test_an_asset_has_a_known_role_and_its_focal_point_in_the_picture(point) -> None:
    agency = make_agency()
    asset = make_resource("photo", agency=agency).assets.get()
    assert refused(lambda: Asset.objects.filter(pk=asset.pk).update(**point))


def test_a_job_stands_once_under_its_key_and_runs_only_with_a_lease() -> None:
    job = Job.objects.create(kind="k", key="a", run_at=NOW, created_at=NOW)
    assert refused(lambda: Job.objects.create(kind="k", key="a", run_at=NOW, created_at=NOW))
    assert refused(lambda: Job.objects.filter(pk=job.pk).update(state="running"))
    assert refused(lambda: Job.objects.filter(pk=job.pk).update(progress=1.5))


def test_text_arrives_in_nfc_without_hidden_characters() -> None:
    row = make_published(title="Kỹ\u202e năng \u0000 số")
    assert row.title == "Kỹ năng số"
    assert row.title_folded == "ky nang so"
    assert row.slug == "ky-nang-so"


def test_public_ids_are_random_and_keep_their_form() -> None:
    ids = {make_resource().public_id for _round in range(20)}
    assert len(ids) == 20
    import re

    assert all(re.fullmatch(r"k57-[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}", one) for one in ids)


@pytest.mark.parametrize(
    ("starts", "ends", "day", "running"),
    [
        ("04-18", "05-25", "2026-05-18", True),
        ("04-18", "05-25", "2026-05-26", False),
        ("12-20", "01-10", "2026-12-31", True),
        ("12-20", "01-10", "2027-01-10", True),
        ("12-20", "01-10", "2026-06-01", False),
    ],
)
def test_a_yearly_campaign_runs_between_its_days_also_over_new_year(starts, ends, day, running) -> None:
    from datetime import date

    campaign = Campaign(code="c", title="C", recurs="yearly", starts=starts, ends=ends)
    assert campaign.is_running(date.fromisoformat(day)) is running


def test_a_campaign_says_when_it_is() -> None:
    campaign = Campaign(code="c", title="C", recurs="yearly", lead=make_agency())
    with pytest.raises(ValidationError) as refusal:
        campaign.full_clean()
    assert "starts" in refusal.value.message_dict
