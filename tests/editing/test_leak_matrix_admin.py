"""No admin address shows, changes or betrays what another agency keeps; see ``admin_routes.py``."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from media_library.models import Resource, User
from tests.editing.admin_routes import Route, read_by_a_person, routes
from tests.editing.screens import address, signed_in
from tests.factories import (
    make_agency,
    make_communicator,
    make_editor,
    make_lead,
    make_published,
    make_resource,
)

pytestmark = pytest.mark.django_db
MARK = "qzxadminleak"
NOWHERE = 987654321


def test_every_admin_address_is_classified() -> None:
    unknown = {route.name for route in routes() if route.sort == "other"} - read_by_a_person()
    assert not unknown, "Read these and enter them in admin_addresses.txt, or protect their model."


def test_no_entry_of_the_table_is_out_of_date() -> None:
    assert read_by_a_person() <= {route.name for route in routes()}


@pytest.fixture
def hidden() -> Resource:
    """A draft of another agency that waits for approval there, with two versions."""
    agency = make_agency("Cơ quan khác")
    author = make_communicator(agency)
    resource = make_resource("infographic", agency=agency, title=f"Tài nguyên {MARK}", by=author)
    draft = resource.get_latest_revision_as_object()
    draft.summary = f"Bản hai {MARK}"
    draft.save_revision(user=author, log_action=True)
    resource = Resource.objects.get(pk=resource.pk)
    resource.get_workflow().start(resource, author)
    return Resource.objects.get(pk=resource.pk)


@pytest.fixture(params=["communicator", "editor"])
def stranger(request: pytest.FixtureRequest) -> User:
    agency = make_agency("Cơ quan của tôi")
    make = make_communicator if request.param == "communicator" else make_editor
    user = make(agency)
    make_resource(agency=agency, by=user)
    return user


def values(route: Route, resource: Resource, pk: int) -> dict[str, Any]:
    revisions = list(resource.revisions.values_list("pk", flat=True))
    state = resource.current_workflow_state
    known = {
        "pk": pk,
        "object_id": pk,
        "app_label": resource._meta.app_label,
        "model_name": resource._meta.model_name,
        "action": "delete",
        "action_name": "approve",
        "task_state_id": state.current_task_state_id,
        "task_id": state.current_task_state.task_id,
        "workflow_state_id": state.pk,
        "revision_id": revisions[0],
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "session_id": 1,
    }
    return {name: known[name] for name in route.params}


def body(response: HttpResponse) -> str:
    """The page without what differs on each request (tokens) and without the address itself."""
    text = response.content.decode()
    text = re.sub(r"[A-Za-z0-9]{64}", "", text)
    return re.sub(r"/admin/[^\"' <]*", "", text)


def both(client: Client, route: Route, resource: Resource) -> list[tuple[HttpResponse, HttpResponse]]:
    """For GET and POST: the answer for the hidden row, and for one that never was."""
    there = reverse(route.name, kwargs=values(route, resource, resource.pk))
    nowhere = reverse(route.name, kwargs=values(route, resource, NOWHERE))
    data = {"title": "Bị đổi", "action-publish": "1", "comment": ""}
    return [
        (client.get(there), client.get(nowhere)),
        (client.post(there, data), client.post(nowhere, data)),
    ]


FENCED = [route for route in routes() if route.sort == "fenced" and route.model is Resource]
NOT_ASKED = (
    "wagtailadmin_logout",
    "wagtailadmin_javascript_catalog",
    # Of pages only; Wagtail fails there for who may see no page.
    "wagtailadmin_choose_page_chosen_multiple",
)
BULK = ["k57_submit", "k57_publish", "k57_withdraw", "k57_audiences", "k57_topics", "delete"]


@pytest.mark.slow
def test_a_hidden_resource_and_a_missing_one_answer_alike(hidden: Resource, stranger: User) -> None:
    client = signed_in(stranger)
    before = Resource.objects.filter(pk=hidden.pk).values().get()
    assert len(FENCED) > 20
    for route in FENCED:
        for seen, never in both(client, route, hidden):
            assert seen.status_code == never.status_code in (404, 405), route.name
            assert body(seen) == body(never), route.name
            assert MARK not in seen.content.decode(), route.name
    assert Resource.objects.filter(pk=hidden.pk).values().get() == before
    assert hidden.current_workflow_state.current_task_state.status == "in_progress"


@pytest.mark.slow
def test_no_listing_names_a_hidden_resource(hidden: Resource, stranger: User) -> None:
    client = signed_in(stranger)
    for route in routes():
        if route.params:
            continue
        try:
            place = reverse(route.name)
        except NoReverseMatch:
            continue
        if route.name in NOT_ASKED:
            continue
        for query in ("", f"?q={MARK}", "?export=csv", f"?multiple=1&id={hidden.pk}"):
            answer = client.get(place + query)
            assert answer.status_code < 500, (route.name, query)
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            found = text.decode(errors="replace").replace(f"q={MARK}", "").replace(f'value="{MARK}"', "")
            if query.startswith("?q="):
                found = found.replace(f"{MARK}</em>", "").replace(f"{MARK}&", "")
            assert f"Tài nguyên {MARK}" not in found and f"Bản hai {MARK}" not in found, (route.name, query)


@pytest.mark.parametrize("act", BULK)
def test_no_act_on_many_reaches_a_hidden_resource(act: str, hidden: Resource, stranger: User) -> None:
    client = signed_in(stranger)
    place = reverse("wagtail_bulk_action", args=["media_library", "resource", act])
    for query in (f"?id={hidden.pk}", f"?id={NOWHERE}"):
        assert client.get(place + query).status_code == 404
        assert client.post(place + query, {"reason": "x"}).status_code == 404
    every = client.get(f"{place}?id=all")
    assert MARK not in every.content.decode()
    client.post(f"{place}?id=all", {"reason": "x"})
    assert Resource.objects.get(pk=hidden.pk).title == f"Tài nguyên {MARK}"


def test_a_task_of_another_resource_cannot_be_approved_through_ones_own(hidden: Resource) -> None:
    agency = make_agency()
    editor = make_editor(agency)
    own = make_resource(agency=agency, by=editor)
    task = hidden.current_workflow_state.current_task_state
    answer = signed_in(editor).post(address("workflow_action", own.pk, "approve", task.pk), {"comment": ""})
    assert answer.status_code == 404
    task.refresh_from_db()
    assert task.status == "in_progress"


def test_choosers_offer_public_resources_of_every_agency_and_nothing_hidden(
    hidden: Resource, stranger: User
) -> None:
    client = signed_in(stranger)
    shown = make_published(title="Tài nguyên công khai của cơ quan bạn")
    chooser = Resource.snippet_viewset.chooser_viewset
    listing = client.get(reverse(chooser.get_url_name("choose_results"))).content.decode()
    assert shown.title in listing and MARK not in listing
    assert client.get(reverse(chooser.get_url_name("chosen"), args=[shown.pk])).status_code == 200
    assert client.get(reverse(chooser.get_url_name("chosen"), args=[hidden.pk])).status_code == 404
    several = client.get(reverse(chooser.get_url_name("chosen_multiple")), {"id": [hidden.pk]})
    assert MARK not in several.content.decode()


def test_the_pages_of_a_hidden_row_are_open_to_its_editor_and_to_the_lead_department(
    hidden: Resource,
) -> None:
    for user in (make_editor(hidden.agency), make_lead()):
        answer = signed_in(user).get(address("edit", hidden.pk))
        assert answer.status_code == 200 and MARK in answer.content.decode()


def test_who_is_not_signed_in_is_led_to_the_door(hidden: Resource) -> None:
    answer = Client().get(address("edit", hidden.pk))
    assert answer.status_code == 302 and "/login/" in answer["Location"]
    assert Client().get("/admin/").status_code == 302
