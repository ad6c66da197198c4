"""What is spoken in a film, apart from the language of its record."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from media_library import publishing, speech
from media_library.kinds import missing_for_publication
from media_library.models import Resource
from tests.factories import make_lead, make_resource

pytestmark = pytest.mark.django_db


def test_languages_are_kept_in_the_order_in_which_they_are_offered():
    assert speech.written(["en", "vi", "en"]) == "vi en"
    assert speech.written([]) == ""


@pytest.mark.parametrize("codes", [["xx"], ["vi", "zxx"], ["vi en"], [""]])
def test_what_is_no_language_or_contradicts_itself_is_refused(codes):
    with pytest.raises(ValidationError):
        speech.written(codes)


def test_a_film_of_which_nobody_said_it_speaks_the_language_of_its_record():
    assert speech.codes_of(make_resource("video", language="en", spoken="")) == ("en",)
    assert speech.codes_of(make_resource("video", spoken="vi pac")) == ("vi", "pac")
    assert speech.codes_of(make_resource("document")) == ()


def test_a_film_in_which_nobody_speaks_has_no_language():
    film = make_resource("video", spoken="zxx")
    assert speech.codes_of(film) == ("zxx",)
    assert speech.languages_of(film) == ()


@pytest.mark.parametrize("kind", ["video", "podcast"])
def test_what_is_spoken_is_said_before_a_film_or_sound_is_published(kind):
    lacking = make_resource(kind, spoken="")
    assert [one.field for one in missing_for_publication(lacking)] == ["spoken"]
    with pytest.raises(publishing.PublicationRefused):
        publishing.publish(resource=lacking, by=make_lead(), at=timezone.now())
    assert missing_for_publication(make_resource(kind, spoken="zxx")) == []
    assert missing_for_publication(make_resource("photo")) == []


def test_a_draft_from_before_the_field_speaks_as_its_row_does():
    film = make_resource("video", spoken="en")
    revision = film.latest_revision
    del revision.content["spoken"]
    revision.save()
    assert Resource.objects.get(pk=film.pk).get_latest_revision_as_object().spoken == "en"
