"""The rule of who may see and do what, as query and as predicate."""

import itertools
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.utils import timezone

from media_library import access
from media_library.models import Agency, Resource, User
from media_library.reuse import Reader
from tests.factories import (
    make_administrator,
    make_agency,
    make_communicator,
    make_editor,
    make_lead,
    make_published,
    make_resource,
    make_stored_file,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.contract]

NOW = timezone.now()
HOUR = timedelta(hours=1)
TIMES = (None, NOW - HOUR, NOW, NOW + HOUR)


@pytest.fixture
def agencies() -> dict[str, Agency]:
    return {name: make_agency(name) for name in ("ours", "theirs")}


@pytest.fixture
def population(agencies: dict[str, Agency]) -> list[Resource]:
    """A row for every combination of what visibility depends on that the constraints allow."""
    rows = []
    for live, withdrawn, embargo, expiry, agency in itertools.product(
        (False, True), (False, True), TIMES, TIMES, agencies.values()
    ):
        if (live and withdrawn) or (embargo and expiry and expiry <= embargo):
            continue
        row = make_resource(agency=agency, embargo_until=embargo, expire_at=expiry, complete=False)
        row.live = live
        row.withdrawn_at = NOW if withdrawn else None
        row.withdrawn_reason = "Sai." if withdrawn else ""
        row.save()
        rows.append(row)
    return rows


@pytest.fixture
def people(agencies: dict[str, Agency]) -> list:
    inactive = make_editor(agencies["ours"])
    inactive.is_active = False
    inactive.save()
    return [
        None,
        AnonymousUser(),
        inactive,
        make_communicator(agencies["ours"]),
        make_editor(agencies["theirs"]),
        make_lead(),
        make_administrator(),
    ]


def test_queries_and_predicates_agree_for_every_row_person_and_time(population, people) -> None:
    """The two forms of each rule are one rule."""
    for user, at in itertools.product(people, (NOW - 2 * HOUR, NOW, NOW + 2 * HOUR)):
        visible = set(Resource.objects.visible_to(user, at).values_list("pk", flat=True))
        managed = set(Resource.objects.manageable_by(user).values_list("pk", flat=True))
        public = set(Resource.objects.public(at).values_list("pk", flat=True))
        hidden = {pk for (pk,) in Resource.objects.hidden(at)}
        assert (public | hidden, public & hidden) == ({row.pk for row in population}, set())
        for row in population:
            assert (row.pk in visible) == access.may_view(user, row, at)
            assert (row.pk in managed) == access.may_manage(user, row)
            assert (row.pk in public) == access.is_public(row, at)


def test_the_public_sees_only_what_is_live_past_its_embargo_and_before_its_expiry(population) -> None:
    seen = Resource.objects.public(NOW)
    assert seen
    for row in seen:
        assert row.live and row.withdrawn_at is None
        assert row.embargo_until is None or row.embargo_until <= NOW
        assert row.expire_at is None or row.expire_at > NOW


def test_rights_nest_who_may_publish_may_review_edit_and_see(population, people) -> None:
    for user, row in itertools.product(people, population):
        if access.may_publish(user, row, NOW):
            assert access.may_review(user, row)
        if access.may_review(user, row):
            assert access.may_edit(user, row, NOW) and access.may_withdraw(user, row, NOW)
        if access.may_edit(user, row, NOW):
            assert access.may_view(user, row, NOW)


def test_a_communicator_may_edit_but_not_publish_or_withdraw(agencies) -> None:
    user, row = make_communicator(agencies["ours"]), make_resource(agency=agencies["ours"])
    assert access.may_edit(user, row, NOW)
    assert not access.may_publish(user, row, NOW)
    assert not access.may_withdraw(user, row, NOW)


def test_an_agency_editor_publishes_only_where_the_lead_department_does_not_review() -> None:
    own = make_agency()
    watched = make_agency(requires_lead_review=True)
    assert access.may_publish(make_editor(own), make_resource(agency=own), NOW)
    assert not access.may_publish(make_editor(watched), make_resource(agency=watched), NOW)
    assert access.may_withdraw(make_editor(watched), make_resource(agency=watched), NOW)


def test_nobody_touches_another_agencys_resource(agencies) -> None:
    row = make_published(agency=agencies["theirs"])
    for user in (make_communicator(agencies["ours"]), make_editor(agencies["ours"])):
        assert access.may_view(user, row, NOW)
        assert not access.may_edit(user, row, NOW)
        assert not access.may_publish(user, row, NOW)
        assert not access.may_withdraw(user, row, NOW)


@pytest.mark.parametrize(
    ("licence", "open_to_all"),
    [
        ("cc-by-4.0", True),
        ("cc-by-nc-4.0", True),
        ("cc0-1.0", True),
        ("verbatim-credit", True),
        ("press-only", False),
        ("all-rights", False),
    ],
)
def test_downloading_follows_the_licence(agencies, licence: str, open_to_all: bool) -> None:
    row = make_published(agency=agencies["ours"], licence=licence)
    assert access.may_download(AnonymousUser(), row, NOW) is open_to_all
    assert access.may_download(make_communicator(agencies["ours"]), row, NOW)
    assert access.may_download(make_editor(agencies["theirs"]), row, NOW) is open_to_all


def test_after_a_merger_the_successors_people_carry_everything_on() -> None:
    """A → B → C: members of any of them work on all three, and nobody else does."""
    last = make_agency("C")
    middle = make_agency("B", successor=last)
    first = make_agency("A", successor=middle)
    stranger = make_agency("X")
    rows = [make_resource(agency=agency) for agency in (first, middle, last)]
    for agency in (first, middle, last):
        user = make_editor(agency)
        assert all(access.may_edit(user, row, NOW) for row in rows)
        assert access.agency_ids(user) == {first.pk, middle.pk, last.pk}
    assert not any(access.may_edit(make_editor(stranger), row, NOW) for row in rows)
    assert first.current == last


def test_an_agency_cannot_succeed_itself_in_a_circle() -> None:
    from django.core.exceptions import ValidationError

    first = make_agency("A")
    second = make_agency("B", successor=first)
    first.successor = second
    with pytest.raises(ValidationError):
        first.full_clean()


def test_stored_bytes_are_seen_by_their_agency_alone(agencies) -> None:
    file = make_stored_file(agencies["ours"])
    assert access.may_see_file(make_communicator(agencies["ours"]), file)
    assert access.may_see_file(make_lead(), file)
    assert not access.may_see_file(make_editor(agencies["theirs"]), file)
    assert not access.may_see_file(AnonymousUser(), file)


def test_only_who_was_accredited_is_press_and_ones_own_agency_comes_first(agencies) -> None:
    row = make_published(agency=agencies["ours"], licence="press-only")
    reporter = make_user()
    reporter.user_permissions.add(Permission.objects.get(codename="report_resource"))
    reporter = User.objects.get(pk=reporter.pk)
    assert [access.is_press(user) for user in (None, AnonymousUser(), make_lead(), make_administrator())] == [
        *([False] * 4)
    ]
    assert (access.is_press(reporter), access.reader_of(reporter, row)) == (True, Reader.PRESS)
    assert access.reader_of(make_communicator(agencies["ours"]), row) == Reader.OWN
    assert access.reader_of(make_editor(agencies["theirs"]), row) == Reader.ANYONE
    reporter.is_active = False
    assert not access.is_press(reporter)
