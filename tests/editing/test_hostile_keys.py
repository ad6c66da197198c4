"""Keys that look like digits, and lists after somebody has left an agency."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from wagtail.models import WorkflowState

from media_library.editing.home import groups_for
from media_library.editing.submitting import submit
from media_library.models import User
from tests.factories import make_agency, make_communicator, make_editor, make_resource

pytestmark = pytest.mark.django_db

BULK = "/admin/bulk/media_library/resource/k57_submit/?id="


@pytest.mark.parametrize(
    "place",
    [
        "/admin/resources/edit/%C2%B2/",
        "/admin/resources/withdraw/%C2%B2/",
        f"{BULK}%C2%B2",
        "/admin/resources/%C2%B2/files/",
    ],
)
def test_a_raised_digit_is_no_key(client: Client, place: str) -> None:
    client.force_login(make_communicator(make_agency()))
    assert client.get(place).status_code == 404


def test_a_raised_digit_takes_no_file(client: Client) -> None:
    client.force_login(make_communicator(make_agency()))
    sent = {"field": "main_file", "file": SimpleUploadedFile("a.png", b"x"), "resource": "²"}
    assert client.post("/admin/resources/take/", sent).status_code == 404


def test_who_left_an_agency_sees_nothing_that_was_sent_back() -> None:
    agency = make_agency()
    author, editor = make_communicator(agency), make_editor(agency)
    resource = make_resource(agency=agency, by=author)
    submit(resource=resource, by=author)
    state = WorkflowState.objects.get(object_id=str(resource.pk))
    task_state = state.current_task_state
    task_state.task.specific.on_action(task_state, editor, "reject", comment="Sửa lại.")

    assert _sent_back(author)
    author.memberships.all().delete()
    assert not _sent_back(User.objects.get(pk=author.pk))


def _sent_back(user: User) -> list[str]:
    groups = groups_for(user, at=timezone.now())
    return [line.title for group in groups if group.name == "sent-back" for line in group.lines]
