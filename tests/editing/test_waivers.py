"""What was published without words for a recorded reason stays before the editors' eyes until it has them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from media_library import publishing
from media_library.kinds import Kind
from media_library.models import Agency, Asset, Resource, User
from tests.editing.screens import address, signed_in
from tests.factories import (
    make_agency,
    make_communicator,
    make_editor,
    make_lead,
    make_published,
    make_stored_file,
)

pytestmark = pytest.mark.django_db
REASON = "Phim câm, không có lời."


def waived(agency: Agency, title: str = "Phim không lời", kind: Kind = Kind.VIDEO) -> Resource:
    made = make_published(kind, agency=agency, title=title)
    made.assets.filter(role__in=("caption", "transcript")).delete()
    Resource.objects.filter(pk=made.pk).update(accessibility_waiver=REASON, waived_by=make_editor(agency))
    return made


def home(user: User) -> str:
    return signed_in(user).get("/admin/").content.decode()


@pytest.mark.contract
def test_only_what_is_public_without_words_counts() -> None:
    agency = make_agency()
    film, sound = waived(agency), waived(agency, kind=Kind.PODCAST)
    with_words = make_published(Kind.VIDEO, agency=agency)
    Resource.objects.filter(pk=with_words.pk).update(accessibility_waiver=REASON)
    taken_back = waived(agency, "Đã rút")
    publishing.withdraw(resource=taken_back, by=make_lead(), reason="Sai.", at=timezone.now())
    make_published(Kind.ARTICLE, agency=agency)
    assert set(Resource.objects.waived()) == {film, sound}


def test_editors_of_the_agency_and_the_lead_see_reason_and_person_and_others_do_not() -> None:
    agency = make_agency()
    film = waived(agency)
    for user in (make_editor(agency), make_lead()):
        page = home(user)
        assert film.title in page and REASON in page and "người cho phép" in page
        assert f"{address('list')}?words=waived" in page
    for user in (make_communicator(agency), make_editor(make_agency())):
        assert REASON not in home(user)


def test_it_is_gone_from_there_once_the_words_are_added() -> None:
    agency = make_agency()
    film, editor = waived(agency), make_editor(agency)
    Asset.objects.create(resource=film, role="caption", language="vi", file=make_stored_file(agency))
    assert REASON not in home(editor)


def test_the_whole_list_shows_these_alone() -> None:
    agency = make_agency()
    waived(agency)
    make_published(Kind.VIDEO, agency=agency, title="Phim có phụ đề")
    page = signed_in(make_editor(agency)).get(f"{address('list')}?words=waived").content.decode()
    assert "Phim không lời" in page and "Phim có phụ đề" not in page


def test_the_first_page_shows_the_oldest_and_how_many_there_are() -> None:
    agency = make_agency()
    for number in range(10):
        waived(agency, f"Phim số {number}")
    page = BeautifulSoup(home(make_editor(agency)), "html.parser")
    group = page.select_one("[aria-labelledby=k57-waived]")
    assert group is not None
    assert len(group.select(".k57-waiting > li")) == 8
    assert [count.text for count in group.select(".k57-count")] == ["10"]


def test_more_of_them_cost_no_more_queries() -> None:
    agency = make_agency()
    client = signed_in(make_editor(agency))

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/admin/")
        return len(caught)

    waived(agency)
    client.get("/admin/")
    first = queries()
    for _number in range(5):
        waived(agency)
    assert queries() == first
