"""SVG: drawn as a picture of pixels, whatever it would do or fetch; never shown itself."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from media_library.intake.accept import accept
from media_library.intake.rejection import Rejected
from media_library.models import StoredFile
from media_library.processing import drawing, jobs, picture
from media_library.processing.refusal import Refusal
from tests.factories import make_agency
from tests.media_library import specimens
from tests.media_library.conftest import stored_names

RED = '<rect width="400" height="300" fill="#d00"/>'


@pytest.fixture(autouse=True)
def a_tenth_as_large(monkeypatch: Any) -> None:
    """In this process; the sandbox draws at full size."""
    monkeypatch.setattr(drawing, "WIDTH", 256)
    monkeypatch.setattr(drawing, "MAX_PIXELS", 240_000)


def svg(body: str = RED, *, head: str = "", size: str = 'viewBox="0 0 400 300"') -> bytes:
    spaces = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<?xml version="1.0"?>{head}<svg {spaces} {size}>{body}</svg>'.encode()


def drawn(tmp_path: Path, content: bytes) -> Image.Image:
    (tmp_path / "a.svg").write_bytes(content)
    return drawing.drawn(tmp_path / "a.svg").convert("RGB")


def upload(content: bytes, *, role: str = "original") -> StoredFile:
    return accept(
        stream=io.BytesIO(content),
        name="ban-ve.svg",
        kind="infographic",
        role=role,
        agency=make_agency(),
        by=None,
        at=timezone.now(),
    )


@pytest.mark.django_db
def test_a_drawing_gets_all_that_a_picture_gets_and_stays_private(data_folder: Path) -> None:
    file = upload(svg())
    assert (file.media_type, file.width, file.height) == ("image/svg+xml", 2560, 1920)
    jobs.run_all_due()
    file.refresh_from_db()
    assert (file.processing_state, file.problem) == ("ready", "")
    made = dict(file.renditions.values_list("name", "media_type"))
    assert {"full.png", "w320.webp", "w2560.jpg"} <= set(made)
    assert "image/svg+xml" not in made.values()
    assert file.phash
    (data_folder / "again").mkdir()
    stored = data_folder / "files" / file.storage_name
    assert picture.cut_anew(str(stored), str(data_folder / "again"), [0.2, 0.2])
    assert picture.marks_of_file(str(stored)) == {}  # one colour has none, and is no reason to fail


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ('viewBox="0 0 400 300"', (256, 192)),
        ('width="10cm" height="5cm"', (256, 128)),
        ('width="100%" height="100%" viewBox="0 0 30 10"', (256, 85)),
        ('viewBox="0 0 100 2000"', (109, 2190)),
        ('viewBox="0 0 900000000 900000000"', (256, 256)),
    ],
)
def test_its_size_comes_from_what_it_says(tmp_path: Path, size: str, pixels: tuple[int, int]) -> None:
    across, down = drawn(tmp_path, svg(size=size)).size
    assert across == pixels[0]
    assert abs(down - pixels[1]) <= 20


HARMLESS = {
    "script": "<script>alert(1)</script>",
    "a page in it": '<foreignObject width="9" height="9"><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
    "what a click does": '<rect width="1" height="1" onclick="alert(1)"/>',
    "a picture of another site": '<image width="400" height="300" xlink:href="http://127.0.0.1:9/a.png"/>',
    "a style of another site": "<style>@import url(http://127.0.0.1:9/a.css);</style>",
    "itself": '<g id="g"><use xlink:href="#g"/></g>',
    "another drawing": '<image width="9" height="9" href="data:image/svg+xml,&lt;svg/>"/>',
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_would_act_or_fetch_changes_nothing(tmp_path: Path, case: str) -> None:
    assert drawn(tmp_path, svg(RED + HARMLESS[case])).getpixel((90, 90)) == (221, 0, 0)


def test_no_local_file_is_drawn(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    Image.new("RGB", (400, 300), "#00f").save(secret)
    for place in (secret.as_uri(), str(secret), "secret.png"):
        body = f'{RED}<image width="400" height="300" xlink:href="{place}" href="{place}"/>'
        assert drawn(tmp_path, svg(body)).getpixel((90, 90)) == (221, 0, 0)


def test_a_picture_that_it_brings_along_is_drawn(tmp_path: Path) -> None:
    import base64

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#00f").save(out, "PNG")
    place = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    body = f'{RED}<image width="400" height="300" href="{place}"/>'
    assert drawn(tmp_path, svg(body)).getpixel((90, 90)) == (0, 0, 255)


LAUGHS = "<!DOCTYPE svg [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
OUTSIDE = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
REFUSED = {
    "a billion laughs": (svg("<text>&b;</text>", head=LAUGHS), "svg"),
    "a file as an entity": (svg("<text>&x;</text>", head=OUTSIDE), "svg"),
    "no size": (svg(size=""), "svg"),
    "a size of nothing": (svg(size='viewBox="0 0 0 10"'), "svg"),
    "a size without end": (svg(size='viewBox="0 0 1e999 10"'), "svg"),
    "a thread": (svg(size='viewBox="0 0 1 1000"'), "svg"),
    "not closed": (svg()[:-6], "damaged"),
    "another language": (b'<svg xmlns="http://thu.example/"><rect/></svg>', "svg"),
    "very deep": (svg("<g>" * 300 + "</g>" * 300), "too_much"),
    "very many": (svg("<g/>" * 100_001), "too_much"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_drawing_is_refused(tmp_path: Path, case: str) -> None:
    content, code = REFUSED[case]
    with pytest.raises(Refusal, match=code):
        drawn(tmp_path, content)


@pytest.mark.django_db
def test_what_grows_without_end_is_stopped_and_leaves_nothing(data_folder: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("media_library.intake.inspection.SECONDS", 2)
    levels = "".join(
        f'<g id="l{level}">' + f'<use href="#l{level - 1}"/>' * 10 + "</g>" for level in range(1, 9)
    )
    with pytest.raises(Rejected) as refused:
        upload(svg(f'<defs><g id="l0">{RED}</g>{levels}</defs><use href="#l8"/>'))
    assert refused.value.code in ("busy", "too_much", "svg", "damaged")
    assert stored_names(data_folder) == set()
    assert not StoredFile.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["cover", "attachment"])
def test_a_drawing_is_taken_as_a_main_file_only(data_folder: Path, role: str) -> None:
    with pytest.raises(Rejected) as refused:
        upload(svg(), role=role)
    assert refused.value.code == "wrong_type"


def test_a_photo_that_mentions_a_drawing_is_a_photo(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(specimens.picture()[:20] + b"<svg >" + b"\x00" * 99)
    assert not drawing.is_drawing(tmp_path / "a.jpg")
