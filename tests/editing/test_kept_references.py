"""What an article shows of the library stays chosen while it is withdrawn, and comes back with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from media_library import publishing
from media_library.kinds import Kind
from media_library.models import Agency, Resource
from tests.editing.screens import address, controls, signed_in
from tests.factories import make_agency, make_communicator, make_lead, make_published, make_resource

pytestmark = pytest.mark.django_db
CAPTION = "Lễ phát động"


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def client(agency: Agency) -> Client:
    return signed_in(make_communicator(agency))


def article_with(picture: Resource, agency: Agency) -> Resource:
    value = {"resource": picture.pk, "alt": "Ba người đứng.", "caption": CAPTION}
    return make_published(Kind.ARTICLE, agency=agency, body=[{"type": "picture", "value": value}])


def sent(client: Client, article: Resource, picture: int) -> Any:
    """The form of ``article`` as the browser sends it, its blocks drawn by script."""
    block = {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "picture",
        "body-0-id": "",
        "body-0-value-resource": str(picture),
        "body-0-value-alt": "Ba người đứng.",
        "body-0-value-caption": CAPTION,
    }
    form = controls(client.get(address("edit", article.pk)))
    return client.post(address("edit", article.pk), form | block | {"title": "Tiêu đề khác"})


def chosen(article: Resource) -> Any:
    draft = Resource.objects.get(pk=article.pk).get_latest_revision_as_object()
    return draft.body.raw_data[0]["value"]["resource"]


def test_a_withdrawn_picture_stays_chosen_is_not_shown_and_comes_back(agency: Agency, client: Client) -> None:
    picture = make_published(Kind.PHOTO, agency=make_agency(), title="Tên chỉ chủ nó biết")
    article = article_with(picture, agency)
    publishing.withdraw(resource=picture, by=make_lead(), reason="Nhầm ảnh.", at=timezone.now())

    page = client.get(address("edit", article.pk)).content.decode()
    assert picture.public_id in page and "Tên chỉ chủ nó biết" not in page
    assert sent(client, article, picture.pk).status_code == 302
    assert chosen(article) == picture.pk

    article = Resource.objects.get(pk=article.pk)
    publishing.publish(resource=article, by=make_lead(), at=timezone.now())
    assert CAPTION not in client.get(article.get_absolute_url(), follow=True).content.decode()
    publishing.reinstate(resource=Resource.objects.get(pk=picture.pk), by=make_lead(), at=timezone.now())
    publishing.publish(resource=Resource.objects.get(pk=picture.pk), by=make_lead(), at=timezone.now())
    assert CAPTION in client.get(article.get_absolute_url(), follow=True).content.decode()


def test_a_draft_of_another_agency_is_taken_no_more_than_what_does_not_exist(
    agency: Agency, client: Client
) -> None:
    article = article_with(make_published(Kind.PHOTO, agency=agency), agency)
    draft = make_resource(Kind.PHOTO, agency=make_agency(), title="Bản nháp của cơ quan khác")
    found = []
    for key in (draft.pk, draft.pk + 1000):
        answer = sent(client, article, key)
        page = client.get(address("edit", article.pk)).content.decode()
        assert "Bản nháp của cơ quan khác" not in page and draft.public_id not in page
        found.append((answer.status_code, chosen(article)))
    assert found[0] == found[1] == (302, None)
