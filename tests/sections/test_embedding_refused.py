"""A resource that may not be embedded leaves sections and frames; its page says so and stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cms.sections.reasons import standings
from media_library import publishing
from media_library.models import Resource
from tests import factories as make
from tests.editing.screens import address, controls, signed_in
from tests.sections.making import drain, make_section, titles

pytestmark = pytest.mark.django_db
REASON = "Bản quyền ảnh chỉ cho kho."


def refused(**fields: Any) -> Resource:
    resource = make.make_published(**fields)
    resource.embedding_refused = REASON
    resource.save_revision(clean=False)
    publishing.publish(resource=resource, by=None, at=timezone.now())
    return Resource.objects.get(pk=resource.pk)


def test_it_leaves_every_section_and_the_editor_who_pinned_it_is_told_why() -> None:
    resource = make.make_published(title="Từng hiện")
    section = make_section(pins=[resource])
    make.make_published(title="Ở lại")
    drain()
    assert titles(section) == ["Từng hiện", "Ở lại"]
    resource.embedding_refused = REASON
    resource.save_revision(clean=False)
    publishing.publish(resource=resource, by=None, at=timezone.now())
    drain()
    assert titles(section) == ["Ở lại"]
    assert standings(section, timezone.now())[-1].reason == (
        f"Không hiện: cơ quan của tài nguyên không cho nhúng ({REASON})"
    )


def test_frame_builder_and_oembed_refuse_it_and_its_page_says_so(client: Client, settings: Any) -> None:
    resource = refused(title="Không nhúng")
    frame = client.get(f"/embed/r/{resource.public_id}/")
    assert frame.status_code == 403 and "không cho trang khác nhúng" in frame.content.decode()
    page = client.get(resource.get_absolute_url())
    text = page.content.decode()
    assert page.status_code == 200 and "không cho trang khác nhúng" in text
    assert f"/embed/r/{resource.public_id}/" not in text and "oembed" not in text
    asked = client.get("/oembed", {"url": settings.PUBLIC_BASE_URL + resource.get_absolute_url()})
    assert asked.status_code == 401
    assert "Không nhúng" not in client.get(f"/vi/embed/?resource={resource.public_id}").content.decode()
    allowed = make.make_published()
    assert client.get(f"/embed/r/{allowed.public_id}/").status_code == 200


def test_only_an_editor_records_the_reason() -> None:
    resource = make.make_published()
    for user, offered in (
        (make.make_communicator(resource.agency), False),
        (make.make_editor(resource.agency), True),
        (make.make_lead(), True),
    ):
        page = signed_in(user).get(address("edit", resource.pk))
        assert ("embedding_refused" in controls(page)) is offered
