"""A resource at its own address."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from cms.portal.previews import resource as preview
from media_library import publishing
from media_library.kinds import Kind
from media_library.models import Resource
from tests import factories
from tests.portal.pages import give_media, page_text, structured

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_kind_has_a_page_in_both_languages(client: Client, kind: str, lang: str) -> None:
    resource = factories.make_published(kind, title="Bình dân học vụ số")
    text = page_text(client, resource.get_absolute_url(lang))
    assert '<h1 lang="vi">Bình dân học vụ số</h1>' in text
    assert f'<html lang="{lang}">' in text
    assert resource.credit_line in text


def test_a_page_sets_no_cookie_and_must_be_asked_for_again(client: Client) -> None:
    response = client.get(factories.make_published().get_absolute_url())
    assert not response.cookies
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("tail", ["", "ten-cu/", "ten-cu/?t=12"])
def test_another_slug_leads_to_the_present_one_for_ever(client: Client, tail: str) -> None:
    resource = factories.make_published()
    response = client.get(f"/vi/r/{resource.public_id}/{tail}")
    assert response.status_code == 301
    assert response["Location"] == resource.get_absolute_url("vi") + tail.partition("/")[2]


def test_an_id_typed_in_capitals_leads_to_the_resource(client: Client) -> None:
    resource = factories.make_published()
    response = client.get(f"/vi/r/{resource.public_id.upper()}/{resource.slug}/")
    assert (response.status_code, response["Location"]) == (301, resource.get_absolute_url("vi"))


def test_what_is_hidden_answers_like_what_never_was(client: Client) -> None:
    hidden = [
        factories.make_resource(),
        factories.make_scheduled(),
        factories.make_embargoed(),
        factories.make_expired(),
    ]
    missing = page_text(client, "/vi/r/k57-0000-0000/khong-co/", status=404)
    for resource in hidden:
        answer = page_text(client, f"/vi/r/{resource.public_id}/khong-co/", status=404)
        blank = re.compile(rf"{resource.public_id}|k57-0000-0000|[0-9a-f]{{16}}")
        assert blank.sub("", answer) == blank.sub("", missing)
        assert resource.title not in answer


def test_a_withdrawn_resource_says_why_and_what_to_use_instead(client: Client) -> None:
    replacement = factories.make_published(title="Bản mới")
    old = factories.make_published(title="Bản cũ")
    publishing.withdraw(
        resource=old,
        by=factories.make_lead(),
        reason="Quy trình đã thay đổi.",
        replaced_by=replacement,
        at=timezone.now(),
    )
    text = page_text(client, old.get_absolute_url(), status=410)
    assert "Quy trình đã thay đổi." in text
    assert replacement.get_absolute_url() in text
    assert old.summary not in text


def test_a_hidden_replacement_is_not_betrayed(client: Client) -> None:
    replacement = factories.make_published(title="Bản thay thế kín")
    old = factories.make_published()
    lead = factories.make_lead()
    publishing.withdraw(resource=old, by=lead, reason="Sai.", replaced_by=replacement, at=timezone.now())
    publishing.withdraw(resource=replacement, by=lead, reason="Cũng sai.", at=timezone.now())
    text = page_text(client, old.get_absolute_url(), status=410)
    assert "Bản thay thế kín" not in text and replacement.public_id not in text


def test_an_announced_embargo_tells_title_kind_agency_and_time_only(client: Client) -> None:
    resource = factories.make_embargoed(
        embargo_announced=True, title="Công bố lớn", summary="Bí mật đến giờ."
    )
    text = page_text(client, resource.get_absolute_url(), status=403)
    assert "Công bố lớn" in text and resource.agency.name in text
    assert timezone.localtime(resource.embargo_until).strftime("%d/%m/%Y") in text
    assert "Bí mật" not in text and "Nội dung bài viết" not in text


def test_an_embargo_that_has_passed_hides_nothing(client: Client) -> None:
    resource = factories.make_embargoed(embargo_announced=True)
    Resource.objects.filter(pk=resource.pk).update(embargo_until=timezone.now() - timedelta(seconds=1))
    assert resource.title in page_text(client, resource.get_absolute_url())


def test_a_place_in_the_address_starts_the_player_there_without_script(client: Client) -> None:
    resource = factories.make_published(Kind.VIDEO)
    give_media(resource)
    assert re.search(r'<source src="[^"]+#t=83"', page_text(client, f"{resource.get_absolute_url()}?t=83"))


@pytest.mark.parametrize("bad", ["", "-1", "abc", "1e9", "99999999999", "٣"])
def test_a_senseless_place_is_left_aside(client: Client, bad: str) -> None:
    resource = factories.make_published(Kind.VIDEO)
    give_media(resource)
    assert "#t=" not in page_text(client, f"{resource.get_absolute_url()}?t={bad}")


def test_the_words_stand_beside_the_player_and_lead_into_it(client: Client) -> None:
    text = page_text(client, factories.make_published(Kind.PODCAST).get_absolute_url())
    assert "Xin chào các bạn." in text
    assert 'href="?t=0"' in text


def test_a_resource_that_is_not_open_offers_no_download(client: Client) -> None:
    closed = factories.make_published(Kind.PHOTO, licence="all-rights")
    assert "?download=1" not in page_text(client, closed.get_absolute_url())
    opened = factories.make_published(Kind.PHOTO, licence="cc-by-4.0")
    assert opened.original is not None
    factories.make_rendition(opened.original.file, name="full.png", format="png", purpose="download")
    assert "?download=1" in page_text(client, opened.get_absolute_url())


def test_structured_data_says_what_it_is_and_for_whom(client: Client) -> None:
    resource = factories.make_published(Kind.VIDEO)
    data = structured(page_text(client, resource.get_absolute_url()))
    assert data["@type"] == "VideoObject"
    assert data["audience"] == [{"@type": "Audience", "audienceType": "Học sinh, sinh viên"}]
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert data["inLanguage"] == "vi"


def test_rights_are_answered_by_purpose_on_the_page_and_for_machines(client: Client) -> None:
    resource = factories.make_published(Kind.PHOTO, licence="cc-by-nc-4.0", people_release="missing")
    page = client.get(resource.get_absolute_url("en")).content.decode()
    assert "Yes, if you name the source." in page and "No: its licence excludes commercial use." in page
    assert "Ask the agency first: the people shown have not agreed to this use." in page
    assert f"/en/press/r/{resource.public_id}/" in page
    data = structured(page)
    assert data["creditText"] == f"{resource.credit_line}, CC BY-NC 4.0"
    assert str(data["copyrightNotice"]).startswith("© 20")
    assert str(data["usageInfo"]).endswith(f"/r/{resource.public_id}/rights.json")
    assert str(data["acquireLicensePage"]).endswith(f"/vi/press/r/{resource.public_id}/")


def test_structured_data_cannot_be_broken_out_of(client: Client) -> None:
    resource = factories.make_published(title="</script><script>alert(1)</script>&lt;")
    text = page_text(client, resource.get_absolute_url())
    assert "<script>alert" not in text
    assert structured(text)["name"] == "</script><script>alert(1)</script>&lt;"


def test_translations_name_each_other_and_each_is_canonical_in_its_own_language(client: Client) -> None:
    vietnamese = factories.make_published(title="Bản tiếng Việt")
    english = factories.make_published(
        title="The English one", language="en", translation_key=vietnamese.translation_key
    )
    for resource, lang in ((vietnamese, "vi"), (english, "en"), (vietnamese, "en")):
        text = page_text(client, resource.get_absolute_url(lang))
        own = f'<link rel="canonical" href="[^"]*{resource.get_absolute_url()}">'
        assert re.search(own, text)
        assert re.search(f'hreflang="en" href="[^"]*{english.get_absolute_url()}"', text)
        assert re.search(f'hreflang="vi" href="[^"]*{vietnamese.get_absolute_url()}"', text)


def test_a_hidden_translation_is_not_named(client: Client) -> None:
    vietnamese = factories.make_published()
    draft = factories.make_resource(
        title="Secret draft", language="en", translation_key=vietnamese.translation_key
    )
    text = page_text(client, vietnamese.get_absolute_url())
    assert draft.public_id not in text and "Secret draft" not in text


@pytest.mark.parametrize(("form", "start"), [("bib", "@misc{"), ("ris", "TY  - ")])
def test_citations_come_as_files(client: Client, form: str, start: str) -> None:
    resource = factories.make_published(title="Tên có {ngoặc}")
    response = client.get(f"/vi/r/{resource.public_id}/cite.{form}")
    assert response.content.decode().startswith(start)
    assert resource.public_id in response["Content-Disposition"]


@pytest.mark.parametrize("form", ["bib", "ris"])
def test_what_is_hidden_has_no_citation(client: Client, form: str) -> None:
    assert client.get(f"/vi/r/{factories.make_resource().public_id}/cite.{form}").status_code == 404


def test_pictures_of_a_body_are_shown_only_while_they_are_public(client: Client) -> None:
    photo = factories.make_published(Kind.PHOTO, title="Ảnh trong bài")
    picture = {"resource": photo.pk, "alt": "Một tấm ảnh", "caption": "Chú thích"}
    article = factories.make_published(
        body=[{"type": "paragraph", "value": "<p>Chữ.</p>"}, {"type": "picture", "value": picture}]
    )
    assert "Một tấm ảnh" in page_text(client, article.get_absolute_url())
    publishing.withdraw(resource=photo, by=factories.make_lead(), reason="Sai.", at=timezone.now())
    text = page_text(client, article.get_absolute_url())
    assert "Một tấm ảnh" not in text and photo.public_id not in text


@pytest.mark.parametrize("kind", Kind.values)
def test_a_draft_is_previewed_as_its_page_and_never_kept(rf: object, kind: str) -> None:
    draft = factories.make_resource(kind, title="Chưa công bố").get_latest_revision_as_object()
    draft.title = "Tên vừa gõ, chưa lưu"
    with translation.override("en"):
        response = preview(rf.get("/admin/"), draft)  # type: ignore[attr-defined]
    text = response.content.decode()
    assert "Tên vừa gõ, chưa lưu" in text
    assert response["Cache-Control"] == "private, no-store"
    assert "application/ld+json" not in text
