"""The section's page, the frame of one resource and the builder of embed codes."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.sections import accent
from cms.sections.candidates import shown_in
from media_library import publishing
from media_library.models import Agency
from tests import factories as make
from tests.portal.library import copy_rows
from tests.sections.making import drain, make_section, titles

pytestmark = pytest.mark.django_db
BASE = "https://kho57.example"


def code_in(response: Any) -> str:
    found = re.search(r"<pre[^>]*data-code[^>]*>(.*?)</pre>", response.content.decode(), re.DOTALL)
    assert found, "the page shows no code"
    return html.unescape(found[1])


def test_every_page_asks_the_same_number_of_queries_at_10_and_at_1000_resources(client: Client) -> None:
    one = make.make_published("infographic")
    pinned = make.make_published("podcast")
    section = make_section(pins=[pinned], topics=[make.topic()], audiences=[make.audience()], limit=50)
    for number in range(8):
        make.make_published(agency=one.agency, title=f"Thêm {number}")
    paths = [
        f"/vi/s/{section.address}/",
        f"/en/s/{section.address}/",
        f"/embed/r/{one.public_id}/",
        f"/vi/embed/?section={section.address}",
        f"/vi/embed/?resource={one.public_id}",
    ]
    few = [_queries(client, path) for path in paths]
    newest = copy_rows([one], until=1000)[0]
    # Where there is more than a mixed section can show, it looks once more for what to draw forward.
    once_more = [1, 1, 0, 0, 0]
    assert [_queries(client, path) for path in paths] == [*map(sum, zip(few, once_more, strict=True))]
    assert max(few) + 1 <= 20
    assert len(shown_in(section, timezone.now())) == 50
    assert newest.title in client.get(paths[0]).content.decode(), "the section takes the copies"


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(path)
    assert response.status_code == 200, path
    assert not response.cookies
    return len(asked)


def test_the_composition_asks_the_same_number_of_queries_however_much_there_is() -> None:
    section = make_section(topics=[make.topic()], limit=50)
    one = make.make_published("infographic")
    with CaptureQueriesContext(connection) as few:
        shown_in(section, timezone.now())
    for _number in range(12):
        make.make_published("infographic", agency=one.agency)
    with CaptureQueriesContext(connection) as many:
        assert len(shown_in(section, timezone.now())) == 13
    assert len(many) == len(few)


def test_the_page_shows_pins_apart_and_the_rest_below(client: Client) -> None:
    pinned = make.make_published("video", title="Phường ghim phim này")
    make.make_published(title="Bài mới trong kho")
    section = make_section(pins=[pinned], title="Chuyên mục phường", title_en="Ward section")
    text = client.get(f"/vi/s/{section.address}/").content.decode()
    assert text.index("Phường ghim phim này") < text.index("Bài mới trong kho")
    assert "<h1>Chuyên mục phường</h1>" in text
    assert "<h1>Ward section</h1>" in client.get(f"/en/s/{section.address}/").content.decode()


def test_a_section_that_is_off_or_unknown_is_404(client: Client) -> None:
    off = make_section(live=False)
    assert client.get(f"/vi/s/{off.address}/").status_code == 404
    assert client.get("/vi/s/XA-1/khong-co/").status_code == 404


def test_an_empty_section_leads_to_the_library_on_its_page_and_in_its_frame(client: Client) -> None:
    section = make_section()
    drain()
    assert 'href="/vi/search/"' in client.get(f"/vi/s/{section.address}/").content.decode()
    frame = client.get(f"/embed/{section.address}/").content.decode()
    assert f'href="{BASE}/vi/"' in frame and "k57-empty" in frame


@pytest.mark.parametrize("kind", ["infographic", "video", "podcast", "article", "photo", "document"])
def test_one_resource_of_each_kind_stands_in_a_frame(kind: str, client: Client) -> None:
    resource = make.make_published(kind, title=f"Một tài nguyên {kind}")
    for path in (f"/embed/r/{resource.public_id}/", f"/embed/r/{resource.public_id}/en/"):
        response = client.get(path)
        assert response.status_code == 200
        assert "frame-ancestors *" in response["Content-Security-Policy"]
        assert "X-Frame-Options" not in response and not response.cookies
        assert f"Một tài nguyên {kind}" in response.content.decode()
        again = client.get(path, headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304


@pytest.mark.parametrize(
    "hidden", [make.make_resource, make.make_scheduled, make.make_embargoed, make.make_expired]
)
def test_what_is_not_public_answers_like_what_does_not_exist(hidden: Any, client: Client) -> None:
    resource = hidden(title="Chưa công khai")
    answer = client.get(f"/embed/r/{resource.public_id}/")
    nothing = client.get("/embed/r/k57-zzzz-zzzz/")
    assert answer.status_code == nothing.status_code == 404
    assert answer.content == nothing.content


def test_what_was_withdrawn_says_so_with_the_reason(client: Client) -> None:
    resource = make.make_withdrawn(reason="Số liệu đã cũ.", title="Không nhắc tên nữa")
    response = client.get(f"/embed/r/{resource.public_id}/")
    assert response.status_code == 410
    assert "Số liệu đã cũ." in response.content.decode()
    assert "Không nhắc tên nữa" not in response.content.decode()


def test_an_announced_embargo_says_when(client: Client) -> None:
    resource = make.make_embargoed(title="Sắp công bố", embargo_announced=True)
    response = client.get(f"/embed/r/{resource.public_id}/")
    assert response.status_code == 403 and "Sắp công bố" in response.content.decode()


def test_a_draft_is_previewed_as_a_frame_without_a_public_address(rf: Any) -> None:
    from cms.sections import previews

    draft = make.make_resource("infographic", title="Bản nháp xem trong khung")
    response = previews.resource(rf.get("/"), draft)
    text = response.content.decode()
    assert "Bản nháp xem trong khung" in text and "no-store" in response["Cache-Control"]
    assert "/files/k57-" not in text and "/admin/files/" in text


def test_the_builder_gives_code_whose_addresses_answer(client: Client) -> None:
    section = make_section(layout="list", title='Chuyên mục "57" & hơn')
    drain()
    code = code_in(client.get(f"/vi/embed/?section={section.address}&layout=cards&theme=dark&limit=4"))
    address = html.unescape(re.findall(r'src="([^"]+)"', code)[0])
    assert address == f"{BASE}/embed/{section.address}/?layout=cards&theme=dark&limit=4"
    assert client.get(address.removeprefix(BASE)).status_code == 200
    script = re.findall(r'src="([^"]+)"', code)[1]
    assert client.get(script.removeprefix(BASE)).status_code == 200
    assert 'title="Chuyên mục &quot;57&quot; &amp; hơn"' in code


def test_the_builder_gives_the_code_of_one_resource_from_its_dialog(client: Client) -> None:
    resource = make.make_published("video")
    code = code_in(client.get(f"/vi/embed/?resource={resource.public_id}"))
    assert f'src="{BASE}/embed/r/{resource.public_id}/"' in code


def test_the_builder_tells_nothing_of_a_draft(client: Client) -> None:
    draft = make.make_resource(title="Nháp không ai biết")
    response = client.get(f"/vi/embed/?resource={draft.public_id}")
    assert response.status_code == 200
    assert "Nháp không ai biết" not in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "layout=ticker&theme=neon&limit=999&language=xx",
        "accent=%3Cscript%3E&theme=%00",
        "accent=other&accent_other=red%22onload",
        "section=../../etc&resource=%27%22",
        "limit=-1&limit=²",
    ],
)
def test_bad_choices_become_defaults_and_never_reach_the_code(query: str, client: Client) -> None:
    make_section()
    response = client.get(f"/vi/embed/?{query}")
    assert response.status_code == 200
    code = code_in(response)
    assert "?" not in code and "<script>" not in code and "onload" not in code


def test_a_pale_accent_is_refused_with_the_nearest_shade_that_can_be_read(client: Client) -> None:
    section = make_section()
    response = client.get(f"/vi/embed/?section={section.address}&accent=other&accent_other=%23ffcc00")
    chosen = accent.choose("ffcc00", theme="light")
    assert chosen.refused and accent.contrast(chosen.light, "ffffff") >= 4.5
    assert f"accent={chosen.light}&" in html.unescape(code_in(response))
    assert f"#{chosen.light}" in response.content.decode()


def test_every_accent_is_readable_on_both_papers() -> None:
    for colour in ("000000", "ffffff", "4f2a80", "ffcc00", "777777", "00ff00", "0000ff", "9c1c1c"):
        chosen = accent.choose(colour, theme="auto")
        assert accent.contrast(chosen.light, accent.LIGHT_PAPER) >= 4.5
        assert accent.contrast(chosen.dark, accent.DARK_PAPER) >= 4.5
    assert accent.choose("4f2a80", theme="light").light == "4f2a80"


def test_the_example_site_holds_exactly_what_the_builder_gives(client: Client) -> None:
    commune = make.make_agency("UBND xã A Lưới 1", code="XA-20056")
    make_section(agency=commune, slug="ban-tin-xa", title="Bản tin của xã", layout="list")
    pasted = (Path(settings.BASE_DIR) / "examples/agency-site/embed-code.html").read_text().strip()
    given = code_in(client.get("/vi/embed/?section=XA-20056/ban-tin-xa"))
    assert pasted.replace("{{LIBRARY}}", BASE) == given


def test_after_a_merger_the_page_stays_and_names_the_successor(client: Client) -> None:
    old, new = make.make_agency("UBND xã Cũ"), make.make_agency("UBND phường Mới")
    section = make_section(agency=old)
    Agency.objects.filter(pk=old.pk).update(successor=new)
    text = client.get(f"/vi/s/{section.address}/").content.decode()
    assert "UBND phường Mới" in text and "UBND xã Cũ" not in text


def test_page_and_feed_show_the_same(client: Client) -> None:
    section = make_section(kinds=["video"])
    shown = make.make_published("video", title="Có trong cả hai")
    make.make_published("article", title="Không có ở đâu")
    drain()
    assert titles(section) == ["Có trong cả hai"]
    text = client.get(f"/vi/s/{section.address}/").content.decode()
    assert "Có trong cả hai" in text and "Không có ở đâu" not in text
    publishing.withdraw(resource=shown, by=make.make_lead(), reason="Sai.", at=timezone.now())
    assert "Có trong cả hai" not in client.get(f"/vi/s/{section.address}/").content.decode()


def test_the_page_shows_one_kind_alone_and_leads_to_every_feed(client: Client) -> None:
    pinned = make.make_published("video", title="Phim ghim")
    make.make_published("podcast", title="Chương trình phát thanh")
    section = make_section(pins=[pinned])
    drain()
    whole = client.get(f"/vi/s/{section.address}/").content.decode()
    assert 'href="?kind=video"' in whole and 'href="?kind=photo"' not in whole
    films = client.get(f"/vi/s/{section.address}/?kind=video").content.decode()
    assert "Phim ghim" in films and "Chương trình phát thanh" not in films
    for wrong in ("photo", "%00", "../", "video&kind=podcast&kind=x"):
        text = client.get(f"/vi/s/{section.address}/?kind={wrong}").content.decode()
        assert "Phim ghim" in text and "Chương trình phát thanh" in text
    for address in re.findall(rf'href="(/feeds/{section.address}/[^"]+)"', whole):
        assert client.get(address).status_code == 200, address
    english = client.get(f"/en/s/{section.address}/").content.decode()
    assert english.count(f"/feeds/{section.address}/") >= 6 and "/podcast.en.xml" in english


def test_a_section_of_one_kind_offers_no_choice(client: Client) -> None:
    make.make_published("video")
    assert "?kind=" not in client.get(f"/vi/s/{make_section().address}/").content.decode()
