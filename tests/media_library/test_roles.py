"""The groups behind the roles, as the migrations leave them."""

import pytest
from wagtail.models import Page

from media_library import access
from media_library.models import Membership, MembershipRole, User
from tests.factories import make_agency, make_communicator, make_editor, make_lead

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


def test_everyone_on_the_staff_comes_into_the_admin() -> None:
    agency = make_agency()
    for user in (make_communicator(agency), make_editor(agency), make_lead()):
        assert user.has_perm("wagtailadmin.access_admin")


def test_a_membership_opens_the_doors_of_its_role_and_closes_them_with_it() -> None:
    agency = make_agency()
    user = make_communicator(agency)
    assert user.has_perm("media_library.add_resource")
    assert not user.has_perm("media_library.publish_resource")
    Membership.objects.filter(user=user).first().delete()
    assert not User.objects.get(pk=user.pk).has_perm("media_library.add_resource")


def test_the_higher_of_two_roles_counts() -> None:
    user = make_communicator(make_agency())
    Membership.objects.create(user=user, agency=make_agency(), role=MembershipRole.EDITOR)
    assert User.objects.get(pk=user.pk).has_perm("media_library.publish_resource")


def test_only_the_lead_department_edits_the_standing_pages() -> None:
    home = Page.objects.filter(depth=2).first()
    assert home.permissions_for_user(make_lead()).can_edit()
    assert not home.permissions_for_user(make_editor(make_agency())).can_edit()


def test_the_lead_department_is_known_by_its_permission() -> None:
    assert access.is_lead(make_lead())
    assert not access.is_lead(make_editor(make_agency()))
