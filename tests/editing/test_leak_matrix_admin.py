"""No admin address shows, changes or betrays what another agency keeps; see ``admin_routes.py``.

Each state in which a resource is hidden is tried, at every address, by a communicator and an editor of another
agency; so is one row of every other model that the fence protects.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from wagtail.admin.views.bulk_action.registry import bulk_action_registry

from cms.coverage.models import Place
from cms.newsroom.models import Accreditation, Citation, Enquiry, PressKit, Use
from cms.notifying.models import Subscriber
from cms.sections.central import CityPin
from cms.sections.models import Section
from media_library.editing.fence import protected_models
from media_library.kinds import Kind
from media_library.models import Proposal, Resource, StoredFile, User
from search.models import Pick, Synonym, Wish
from tests.clients import plain_client
from tests.editing.admin_routes import Route, read_by_a_person, routes
from tests.editing.screens import address, signed_in
from tests.factories import (
    make_agency,
    make_editor,
    make_lead,
    make_published,
    make_resource,
    make_stored_file,
    make_user,
    picture_bytes,
)
from tests.leaks.population import MARK, STATES, World, add_draft_over_live, build_people
from tests.newsroom.making import make_press_kit
from tests.newsroom.press import asked

pytestmark = pytest.mark.django_db
NOWHERE = 987654321
STRANGERS = ("communicator of another agency", "editor of another agency")
OVER = "draft over a public version"
_TRACE = re.compile(rf"{MARK}(?:[ -][\w\\]|\.\w)")
"""The mark with what follows it in the library; a page that repeats the question has the mark alone."""


def test_every_admin_address_is_classified() -> None:
    unknown = {route.key for route in routes() if route.sort == "other"} - read_by_a_person()
    assert not unknown, "Read these and enter them in admin_addresses.txt, or protect their model."


def test_no_entry_of_the_table_is_out_of_date() -> None:
    assert read_by_a_person() <= {route.key for route in routes()}


@pytest.fixture
def world() -> World:
    return build_people()


@pytest.fixture
def hidden(world: World) -> dict[str, Resource]:
    """An article of another agency in each hidden state, and one with a draft over what is public."""
    found = {state: make(world, Kind.ARTICLE) for state, make in STATES.items()}
    return {state: Resource.objects.get(pk=row.pk) for state, row in found.items()} | {
        OVER: add_draft_over_live(world)
    }


def strangers(world: World) -> dict[str, User]:
    return {person: User.objects.get(pk=world.people[person].pk) for person in STRANGERS}


def values_of(row: Any) -> dict[str, Any]:
    """What addresses name besides the key of ``row``."""
    revisions = list(row.revisions.values_list("pk", flat=True)) if isinstance(row, Resource) else []
    state = row.current_workflow_state if isinstance(row, Resource) else None
    task = state.current_task_state if state else None
    return {
        "app_label": row._meta.app_label,
        "model_name": row._meta.model_name,
        "action_name": "approve",
        "task_state_id": task.pk if task else NOWHERE,
        "task_id": task.task_id if task else NOWHERE,
        "workflow_state_id": state.pk if state else NOWHERE,
        "revision_id": revisions[0] if revisions else NOWHERE,
        "revision_id_a": "earliest",
        "revision_id_b": "latest",
        "session_id": 1,
        "lang": "vi",
    }


def body(response: HttpResponse) -> str:
    """The page without what differs on each request (tokens) and without the address itself."""
    text = response.content.decode()
    text = re.sub(r"[A-Za-z0-9]{64}", "", text)
    return re.sub(r"/admin/[^\"' <]*", "", text)


def answers(client: Client, route: Route, known: dict[str, Any], pk: int) -> list[tuple[int, str]]:
    """Status and page for GET and for POST, at the address of the row of ``known`` with the key ``pk``."""
    keys = {"pk": pk, "object_id": pk}
    place = reverse(route.name, kwargs={name: {**known, **keys}[name] for name in route.params})
    data = {"title": "Bị đổi", "action-publish": "1", "comment": "", "is_editing": "1"}
    return [(one.status_code, body(one)) for one in (client.get(place), client.post(place, data))]


FENCED = [route for route in routes() if route.sort == "fenced"]
NAMED_IN_THE_ADDRESS = [
    route for route in routes() if route.sort == "generic" and {"pk", "object_id"} & set(route.params)
]
NAME_NO_OBJECT = {
    "wagtail_bulk_action",  # in its query: the acts on many below
    "wagtailadmin_pages:choose_parent",
    "wagtailadmin_workflows:add_task",
}
NOT_ASKED = (
    "wagtailadmin_logout",
    "wagtailadmin_javascript_catalog",
    # Of pages only; Wagtail fails there for who may see no page.
    "wagtailadmin_choose_page_chosen_multiple",
)


def test_every_address_that_names_its_model_is_tried() -> None:
    assert NAME_NO_OBJECT | {route.name for route in NAMED_IN_THE_ADDRESS} == {
        route.name for route in routes() if route.sort == "generic"
    }
    assert NAMED_IN_THE_ADDRESS, "editing sessions name an object"


def proposal_to(resource: Resource) -> Proposal:
    """Of a third agency; it is between that one and the owner."""
    return Proposal.objects.create(
        resource=resource, agency=make_agency(), message=MARK, created_at=timezone.now()
    )


def enquiry_about(resource: Resource) -> Enquiry:
    """Of a journalist; it is between them and the owner."""
    at = timezone.now()
    return Enquiry.objects.create(
        resource=resource, asked_by=make_user(), outlet=MARK, wants="quality", asked_at=at, changed_at=at
    )


def rows_of_every_protected_model(world: World, hidden: dict[str, Resource]) -> dict[type[Model], list[Any]]:
    return {
        Resource: list(hidden.values()),
        Section: [world.section],
        Place: [Place.objects.create(agency=world.owner, url=f"https://{MARK}.example/57")],
        PressKit: [make_press_kit(world.owner, title=MARK, live=False)],
        Enquiry: [enquiry_about(hidden[OVER])],
        Wish: [Wish.objects.create(text=MARK, created_at=timezone.now())],
        Pick: [Pick.objects.create(question=MARK, resource=hidden[OVER])],
        Subscriber: [
            Subscriber.objects.create(name=MARK, url="https://example.org/", contact="a@example.org")
        ],
        Citation: [
            Citation.objects.create(resource=hidden[OVER], outlet=MARK, published_on=timezone.localdate())
        ],
        CityPin: [CityPin.objects.create(resource=hidden[OVER])],
        Synonym: [Synonym.objects.create(short=MARK, full="một")],
        StoredFile: [make_stored_file(world.owner, name=f"{MARK}.png")],
        Proposal: [proposal_to(hidden[OVER])],
        Accreditation: [asked(outlet=MARK)],
    }


def upload_for(resource_pk: int) -> dict[str, Any]:
    """A file taken in for a resource that the form names in its data, not in its address."""
    file = SimpleUploadedFile("anh.png", picture_bytes(), content_type="image/png")
    return {"field": "main_file", "resource": str(resource_pk), "file": file}


@pytest.mark.slow
def test_a_hidden_row_and_a_missing_one_answer_alike(world: World, hidden: dict[str, Resource]) -> None:
    rows = rows_of_every_protected_model(world, hidden)
    assert rows.keys() == set(protected_models())
    before = {model: list(model._default_manager.order_by("pk").values()) for model in rows}
    known = {model: [values_of(row) for row in ones] for model, ones in rows.items()}
    tried = 0
    for person, user in strangers(world).items():
        client = plain_client(user)
        for model, ones in rows.items():
            for route in [one for one in FENCED if one.model is model] + NAMED_IN_THE_ADDRESS:
                never = answers(client, route, known[model][0], NOWHERE)
                assert {status for status, _page in never} <= {404, 405}, route.name
                for row, of_row in zip(ones, known[model], strict=True):
                    tried += 1
                    assert answers(client, route, of_row, row.pk) == never, (person, route.name, row)
                assert MARK not in str(never), route.name
        for key in (*(row.pk for row in hidden.values()), NOWHERE):
            assert client.post(reverse("kho57_take_file"), upload_for(key)).status_code == 404
    assert tried == len(STRANGERS) * sum(
        len(ones) * (len(NAMED_IN_THE_ADDRESS) + sum(route.model is model for route in FENCED))
        for model, ones in rows.items()
    )
    assert {model: list(model._default_manager.order_by("pk").values()) for model in rows} == before
    assert hidden["in review"].current_workflow_state.current_task_state.status == "in_progress"


@pytest.mark.slow
def test_no_listing_names_a_hidden_resource(world: World, hidden: dict[str, Resource]) -> None:
    several = "&".join(f"id={row.pk}" for row in hidden.values())
    for row in hidden.values():
        Use.objects.create(resource=row, offer=MARK, outlet=MARK, at=timezone.now())
        Citation.objects.create(resource=row, outlet=MARK, published_on=timezone.localdate())
    for person, user in strangers(world).items():
        make_resource(agency=world.other, by=user)
        client = plain_client(user)
        for route in routes():
            if route.params or route.name in NOT_ASKED:
                continue
            try:
                place = reverse(route.name)
            except NoReverseMatch:
                continue
            chosen = [f"?multiple=1&{several}"] if "choose" in place or "choose" in route.name else []
            queries = ["", f"?q={MARK}", *chosen]
            for query in queries:
                answer = client.get(place + query)
                assert answer.status_code < 500, (route.name, query)
                if not query and answer.status_code == 200:
                    queries.append("?export=csv")
                text = b"".join(answer.streaming_content) if answer.streaming else answer.content
                found = text.decode(errors="replace")
                trace = _TRACE.search(found) if query.startswith("?q=") else MARK in found
                assert not trace, (person, route.name, query)


def acts() -> list[tuple[type[Model], str]]:
    """Every act on many of a protected model that Wagtail knows."""
    return [
        (model, act.action_type)
        for model in protected_models()
        for act in bulk_action_registry.get_bulk_actions_for_model(
            model._meta.app_label, model._meta.model_name
        )
    ]


def test_no_act_on_many_reaches_a_hidden_row(world: World, hidden: dict[str, Resource]) -> None:
    rows = rows_of_every_protected_model(world, hidden)
    assert {model for model, _act in acts()} == {Resource, Section, Place, PressKit} and len(acts()) > 6
    before = {model: list(model._default_manager.order_by("pk").values()) for model in rows}
    for user in strangers(world).values():
        client = signed_in(user)
        for model, act in acts():
            own = make_resource(agency=world.other, by=user)
            place = reverse("wagtail_bulk_action", args=[model._meta.app_label, model._meta.model_name, act])
            keys = [*(row.pk for row in rows[model]), NOWHERE]
            for query in [f"?id={key}" for key in keys] + [f"?id={own.pk}&id={keys[0]}"]:
                assert client.post(place + query, {"reason": "x"}).status_code == 404, (act, query)
            assert client.get(f"{place}?id={keys[0]}").status_code == 404, act
            every = client.get(f"{place}?id=all")
            assert MARK not in every.content.decode()
            client.post(f"{place}?id=all", {"reason": "x"})
            Resource.objects.filter(pk=own.pk).delete()
    assert {model: list(model._default_manager.order_by("pk").values()) for model in rows} == before


def test_a_task_of_another_resource_cannot_be_approved_through_ones_own(
    world: World, hidden: dict[str, Resource]
) -> None:
    editor = strangers(world)["editor of another agency"]
    own = make_resource(agency=world.other, by=editor)
    task = hidden["in review"].current_workflow_state.current_task_state
    answer = signed_in(editor).post(address("workflow_action", own.pk, "approve", task.pk), {"comment": ""})
    assert answer.status_code == 404
    task.refresh_from_db()
    assert task.status == "in_progress"


def test_choosers_offer_public_resources_of_every_agency_and_nothing_hidden(
    world: World, hidden: dict[str, Resource]
) -> None:
    shown = make_published(title="Tài nguyên công khai của cơ quan bạn")
    chooser = Resource.snippet_viewset.chooser_viewset
    public = {shown.pk, hidden.pop(OVER).pk}
    for user in strangers(world).values():
        client = signed_in(user)
        listing = client.get(reverse(chooser.get_url_name("choose_results"))).content.decode()
        assert shown.title in listing and MARK not in listing
        chosen = {
            pk: client.get(reverse(chooser.get_url_name("chosen"), args=[pk]))
            for pk in (*public, *(row.pk for row in hidden.values()))
        }
        assert {pk for pk, answer in chosen.items() if answer.status_code == 200} == public
        assert {answer.status_code for answer in chosen.values()} == {200, 404}
        assert MARK not in "".join(answer.content.decode() for answer in chosen.values())
        several = client.get(reverse(chooser.get_url_name("chosen_multiple")), {"id": list(chosen)})
        assert {int(one["id"]) for one in several.json()["result"]} == public
        assert MARK not in several.content.decode()


def test_the_pages_of_a_hidden_row_are_open_to_its_editor_and_to_the_lead_department(
    world: World, hidden: dict[str, Resource]
) -> None:
    for user, states in ((make_editor(world.owner), list(hidden)), (make_lead(), ["in review"])):
        client = signed_in(user)
        for state in states:
            answer = client.get(address("edit", hidden[state].pk))
            assert answer.status_code == 200 and MARK in answer.content.decode(), state


def test_who_is_not_signed_in_is_led_to_the_door() -> None:
    draft = make_resource(agency=make_agency())
    answer = Client().get(address("edit", draft.pk))
    assert answer.status_code == 302 and "/login/" in answer["Location"]
    assert Client().get("/admin/").status_code == 302
