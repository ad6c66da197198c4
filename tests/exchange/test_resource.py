"""One resource, and what is said where it is not public."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from media_library import publishing
from media_library.models import Agency, Resource
from tests import factories
from tests.exchange.conftest import Ask

pytestmark = pytest.mark.django_db
SITE = "https://kho.example.vn"


@pytest.fixture(autouse=True)
def _site(settings: Any) -> None:
    settings.PUBLIC_BASE_URL = SITE


def test_it_tells_what_is_known_what_may_be_done_and_where_its_files_are(ask: Ask) -> None:
    row = factories.make_published("video", title="Chữ ký số", keywords=["VNeID"])
    factories.identify(row, "demo", "r0042")
    caption = row.assets.get(role="caption")
    factories.make_rendition(caption.file, name="caption.vtt", purpose="caption")
    factories.make_rendition(row.assets.get(role="original").file, name="film.mp4", purpose="download")
    answer = ask(f"resources/{row.public_id.upper()}", lang="en")
    assert answer["id"] == row.public_id
    assert answer["url"] == f"{SITE}/vi/r/{row.public_id}/{row.slug}/"
    assert answer["identifiers"] == [{"scheme": "demo", "value": "r0042"}]
    assert answer["audiences"] == [{"code": "students", "name": "Students"}]
    assert answer["keywords"] == ["VNeID"]
    assert answer["captions"] == ["vi"]
    assert answer["rights"]["licence"] == "cc-by-4.0" and answer["rights"]["commercial"] is True
    assert [file["role"] for file in answer["files"]] == ["original", "caption"]
    for file in answer["files"]:
        assert file["url"].startswith(f"{SITE}/files/{row.public_id}/")


def test_a_file_that_the_terms_keep_is_not_named(ask: Ask) -> None:
    row = factories.make_published("photo", licence="press-only")
    factories.make_rendition(row.assets.get().file, name="full.jpg", format="jpeg", purpose="download")
    answer = ask(f"resources/{row.public_id}")
    assert answer["files"] == [] and answer["pictures"]


def test_its_public_translation_is_named_and_a_draft_of_one_is_not(ask: Ask) -> None:
    row = factories.make_published()
    english = factories.make_resource(language="en", translation_key=row.translation_key)
    assert ask(f"resources/{row.public_id}")["translations"] == []
    publishing.publish(resource=english, by=None, at=timezone.now())
    (told,) = ask(f"resources/{row.public_id}")["translations"]
    assert told == {
        "id": english.public_id,
        "language": "en",
        "url": f"{SITE}/en/r/{english.public_id}/{english.slug}/",
    }


def test_rights_are_answered_for_each_purpose_in_the_language_asked_for(ask: Ask) -> None:
    row = factories.make_published(licence="cc-by-nc-4.0")
    rights = ask(f"resources/{row.public_id}?lang=en")["rights"]
    answers = {use["purpose"]: use["answer"] for use in rights["uses"]}
    assert answers.pop("commercial") == "no" and set(answers.values()) == {"yes_with_credit"}
    assert rights["uses"][0]["sentence"] == "Yes, if you name the source."
    assert set(rights["credits"]) == {"vi", "en"}
    assert rights["policy"] == f"{SITE}/r/{row.public_id}/rights.json"


def test_what_was_withdrawn_says_when_why_and_what_to_use_instead(ask: Ask, client: Client) -> None:
    row, instead = factories.make_published(), factories.make_published()
    publishing.withdraw(resource=row, by=factories.make_lead(), reason="Số liệu sai.", at=timezone.now())
    Resource.objects.filter(pk=row.pk).update(replaced_by=instead)
    told = ask(f"resources/{row.public_id}", status=410)
    assert set(told) == {"reason", "at", "replaced_by"}
    assert (told["reason"], told["replaced_by"]) == ("Số liệu sai.", instead.public_id)
    Resource.objects.filter(pk=instead.pk).update(live=False)
    assert ask(f"resources/{row.public_id}", status=410)["replaced_by"] is None
    assert client.get(f"/api/v1/resources/{row.public_id}")["Cache-Control"] == "no-store"


def test_an_announced_embargo_tells_its_time_and_one_that_is_not_announced_nothing(ask: Ask) -> None:
    agency = factories.make_agency("Sở Số", code="SO-1")
    row = factories.make_embargoed(title="Kết quả", agency=agency, embargo_announced=True)
    told = ask(f"resources/{row.public_id}", status=403)
    assert row.embargo_until is not None
    until = told.pop("until")
    assert until.startswith(row.embargo_until.strftime("%Y-%m-%dT%H:%M:%S"))
    assert told == {"title": "Kết quả", "kind": "article", "agency": {"code": "SO-1", "name": "Sở Số"}}
    quiet = factories.make_embargoed()
    assert ask(f"resources/{quiet.public_id}", status=404) == ask("resources/k57-0000-0000", status=404)


@pytest.mark.parametrize(
    "name", ["nope", "k57-", "k57-0000-00000", "😀", "k57-0000-0000%0A", "..%2fopenapi.json"]
)
def test_what_is_no_id_is_not_found(client: Client, name: str) -> None:
    assert client.get(f"/api/v1/resources/{name}").status_code == 404


def test_a_merged_agency_answers_by_its_successor(ask: Ask) -> None:
    old, new = factories.make_agency(code="CU"), factories.make_agency("Sở Mới", code="MOI")
    row = factories.make_published(agency=old)
    Agency.objects.filter(pk=old.pk).update(successor=new)
    assert ask(f"resources/{row.public_id}")["agency"] == {"code": "MOI", "name": "Sở Mới"}


def test_what_is_past_its_expiry_is_not_found(ask: Ask) -> None:
    row = factories.make_published()
    Resource.objects.filter(pk=row.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    ask(f"resources/{row.public_id}", status=404)


def test_it_asks_as_many_queries_with_ten_topics_as_with_one(client: Client) -> None:
    one = factories.make_published("photo")
    ten = factories.make_published("photo", topics=[factories.topic(f"chu-de-{n}") for n in range(10)])
    counts = []
    for row in (one, ten):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/api/v1/resources/{row.public_id}").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
