"""Whether a file is the library's own: the ledger, the answer for each state, and the signed statement."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFilter

from cms.newsroom.authenticity import ledger, signing, views
from cms.newsroom.models import LedgerDue, OfficialBytes
from media_library import publishing, worker
from media_library.files.storage import open_range
from media_library.intake import fetching
from media_library.intake.accept import accept
from media_library.kinds import Kind, Role
from media_library.models import Asset, Resource, StoredFile
from tests import factories

pytestmark = pytest.mark.django_db
VERIFY = "/vi/verify/"


@pytest.fixture(autouse=True)
def _alone(settings: Any, tmp_path: Path) -> None:
    cache.clear()
    settings.DATA_DIR = tmp_path
    settings.PUBLIC_BASE_URL = "https://kho57.example"


def drawn(seed: int, *, width: int = 640, quality: int = 92) -> bytes:
    """A picture with much in it, unlike that of another ``seed``."""
    picture = Image.new("RGB", (width, width * 3 // 4), "white")
    pen = ImageDraw.Draw(picture)
    state = seed * 7919 + 13
    for _form in range(40):
        numbers = []
        for _number in range(7):
            state = (state * 1103515245 + 12345) % (1 << 31)
            numbers.append(state / (1 << 31))
        x, y = numbers[0] * width, numbers[1] * width * 0.75
        size = 20 + numbers[2] * width / 3
        colour = tuple(int(255 * one) for one in numbers[3:6])
        pen.ellipse((x - size / 2, y - size / 2, x + size / 2, y + size / 2), fill=colour)
    out = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(1)).save(out, "JPEG", quality=quality)
    return out.getvalue()


def stored(content: bytes, agency: Any = None) -> StoredFile:
    """Taken in and prepared as an upload is, with its renditions and fingerprint."""
    file = accept(
        stream=io.BytesIO(content),
        name="anh.jpg",
        kind=Kind.PHOTO,
        agency=agency or factories.make_agency(),
        by=None,
        at=timezone.now(),
    )
    worker.settle()
    return StoredFile.objects.get(pk=file.pk)


def ask(content: bytes, name: str = "x.jpg") -> Any:
    answer = Client().post(VERIFY, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200, answer.content.decode()
    return answer.context["found"]


@pytest.mark.contract
def test_official_is_what_has_the_bytes_of_now_or_before_and_nothing_else() -> None:
    first = drawn(1)
    file = stored(first)
    resource = factories.make_published(Kind.PHOTO, file=file, agency=file.agency)
    worker.settle()
    found = ask(first)
    assert (found.verdict, found.resource, found.official.name) == ("current", resource, "original")
    rendition = file.renditions.get(name="w640.jpg")
    small = b"".join(open_range(rendition.storage_name, length=rendition.size))
    assert (ask(small).verdict, ask(small).official.name) == ("current", "w640.jpg")

    draft = Resource.objects.get(pk=resource.pk)
    draft.assets.set([Asset(role=Role.ORIGINAL, file=stored(drawn(2), file.agency), alt="Một ảnh khác.")])
    draft.save_revision()
    worker.settle()
    assert ask(drawn(2)).verdict == "unknown", "a draft is nobody's business"
    publishing.publish(resource=draft, by=None, at=timezone.now())
    worker.settle()
    assert ask(drawn(2)).verdict == "current"
    old = ask(first)
    assert (old.verdict, old.official.until.date()) == ("older", timezone.now().date())

    publishing.withdraw(resource=draft, by=factories.make_lead(), reason="Có số liệu sai.", at=timezone.now())
    assert ask(first).verdict == ask(drawn(2)).verdict == "withdrawn"
    page = Client().post(VERIFY, {"file": SimpleUploadedFile("x.jpg", first)}).content.decode()
    assert "Có số liệu sai." in page and resource.title in page


@pytest.mark.parametrize(
    "make",
    [
        factories.make_resource,
        factories.make_scheduled,
        factories.make_embargoed,
        factories.make_expired,
        lambda **fields: factories.make_withdrawn(embargo_until=timezone.now() + timedelta(days=2), **fields),
    ],
    ids=["draft", "scheduled", "embargoed", "expired", "withdrawn within its embargo"],
)
def test_what_is_not_public_is_unknown_by_bytes_by_likeness_and_by_its_address(
    make: Callable[..., Resource],
) -> None:
    content = drawn(3)
    file = stored(content)
    resource = make(kind=Kind.PHOTO, file=file, agency=file.agency)
    worker.settle()
    assert not OfficialBytes.objects.filter(resource=resource, until=None).exists()
    named = b" https://kho57.example/vi/r/" + resource.public_id.encode() + b"/x/"
    for given in (content, drawn(3, quality=60), drawn(4) + named):
        found = ask(given)
        assert (found.verdict, found.resource, found.claimed) == ("unknown", None, None)


def test_what_was_official_until_it_expired_is_unknown_like_what_never_was() -> None:
    file = stored(drawn(9))
    ends = timezone.now() + timedelta(hours=1)
    factories.make_published(Kind.PHOTO, file=file, agency=file.agency, expire_at=ends)
    worker.settle()
    assert ask(drawn(9)).verdict == "current"
    Resource.objects.update(expire_at=timezone.now())
    for given in (drawn(9), drawn(9, quality=60)):
        assert ask(given).verdict == "unknown"


def test_what_is_only_alike_is_shown_beside_the_official_file_and_never_called_official() -> None:
    file = stored(drawn(5))
    resource = factories.make_published(Kind.PHOTO, file=file, agency=file.agency)
    worker.settle()
    answer = Client().post(VERIFY, {"file": SimpleUploadedFile("lai.jpg", drawn(5, width=500, quality=50))})
    found = answer.context["found"]
    assert (found.verdict, found.resource) == ("altered", resource)
    shown = Image.open(io.BytesIO(base64.b64decode(found.glimpse)))
    assert shown.width <= 480 and b"data:image/jpeg;base64," in answer.content
    assert f"/files/{resource.public_id}/".encode() in answer.content, "the official one beside it"
    assert answer["Cache-Control"] == "private, no-store"
    assert ask(drawn(6)).verdict == "unknown"
    barred = Image.new("RGB", (640, 540), "black")
    barred.paste(Image.open(io.BytesIO(drawn(5))), (0, 0))
    out = io.BytesIO()
    barred.save(out, "JPEG")
    assert ask(out.getvalue()).resource == resource, "with words of somebody else under it"


def test_an_address_that_was_ours_is_a_claim_as_well(settings: Any) -> None:
    resource = factories.make_published()
    address = f"https://kho.hue.example/vi/r/{resource.public_id}/".encode()
    assert ask(drawn(7) + address).claimed is None
    settings.EARLIER_BASE_URLS = ["https://cu.example", "https://kho.hue.example/"]
    assert ask(drawn(7) + address).claimed == resource


def test_an_address_of_ours_in_a_foreign_file_is_told_as_a_claim_alone() -> None:
    resource = factories.make_published()
    worker.settle()
    address = f"https://kho57.example/vi/r/{resource.public_id}/bat-ky/".encode()
    padding = b"\0" * (1 << 20)
    for filler in (b"", padding[: (1 << 20) - 30]):  # within one block, and across two
        found = ask(drawn(7) + filler + address)
        assert (found.verdict, found.claimed) == ("unknown", resource)
    assert ask(drawn(7) + address.replace(b"kho57.example", b"kho57.example.evil")).claimed is None


@pytest.mark.parametrize("content", [b"MZ\x90\x00 program", b"chi la chu", drawn(8)[:900]])
def test_what_cannot_be_opened_is_unknown_and_no_error(content: bytes) -> None:
    found = ask(content, "la.bin")
    assert (found.verdict, found.seen) == ("unknown", False)


@pytest.mark.parametrize(
    ("given", "status", "field"),
    [
        ({}, 422, "__all__"),
        ({"file": SimpleUploadedFile("x", b"1"), "address": "https://a.vn/x.jpg"}, 422, "__all__"),
        ({"file": SimpleUploadedFile("x.jpg", b"")}, 422, "file"),
        ({"address": "http://127.0.0.1/x.jpg"}, 422, "address"),
        ({"address": "không phải địa chỉ"}, 422, "address"),
        ({"address": "https://a.vn/" + "x" * 3000}, 422, "address"),
    ],
)
def test_what_cannot_be_taken_is_told_where_it_was_given(
    given: dict[str, Any], status: int, field: str
) -> None:
    answer = Client().post(VERIFY, given)
    assert answer.status_code == status
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["found"] is None


def test_a_file_that_is_too_large_too_many_of_them_and_other_sites_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(views, "LARGEST", 10)
    assert Client().post(VERIFY, {"file": SimpleUploadedFile("x", b"12345678901")}).status_code == 422
    foreign = Client(headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.post(VERIFY, {"file": SimpleUploadedFile("x", b"1")}).status_code == 403
    monkeypatch.setattr(views, "MOST_AN_HOUR", 1)
    assert Client().post(VERIFY, {"file": SimpleUploadedFile("x", b"1")}).status_code == 429


def test_while_others_are_looked_at_it_says_so_and_has_room_again_after_whatever_happened() -> None:
    for taken in (0, 1):
        assert views._room.acquire(blocking=False), taken
    try:
        answer = Client().post(VERIFY, {"file": SimpleUploadedFile("x", b"1")})
        assert answer.status_code == 503 and "sau một phút" in answer.content.decode()
    finally:
        views._room.release(2)
    for _try in range(3):
        assert Client().post(VERIFY, {"file": SimpleUploadedFile("x", b"")}).status_code == 422
        assert Client().post(VERIFY, {"address": "http://127.0.0.1/x"}).status_code == 422
    assert ask(b"chi la chu").verdict == "unknown"


def test_an_address_is_fetched_and_nothing_of_the_file_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    resource = factories.make_published(Kind.PHOTO)
    worker.settle()
    assert resource.original
    original = resource.original.file
    content = b"".join(open_range(original.storage_name, length=original.size))
    seen: list[Path] = []

    def fetch(url: str, *, target: Path, **manners: Any) -> None:
        assert url == "https://bao.example/a.png"
        target.write_bytes(content)
        seen.append(target)

    monkeypatch.setattr(fetching, "fetch", fetch)
    answer = Client().post(VERIFY, {"address": "https://bao.example/a.png"})
    assert answer.context["found"].verdict == "current"
    assert [path.exists() for path in seen] == [False]
    assert list((tmp_path / "work").glob("*")) == []


def test_the_ledger_is_brought_up_to_date_in_a_constant_number_of_queries(
    django_assert_max_num_queries: Any,
) -> None:
    for number in (1, 12):
        rows = [factories.make_published(Kind.PHOTO) for _row in range(number)]
        assert LedgerDue.objects.count() >= number
        with django_assert_max_num_queries(13):
            ledger.drain(timezone.now())
        assert OfficialBytes.objects.filter(resource__in=rows, until=None).count() == 3 * number
        assert ledger.drain(timezone.now()) == 0


def test_a_manifest_is_checked_by_openssl_with_the_published_key(tmp_path: Path) -> None:
    resource = factories.make_published(Kind.PHOTO)
    worker.settle()
    ask_for = Client().get
    told = ask_for(f"/r/{resource.public_id}/manifest.json")
    (tmp_path / "manifest.json").write_bytes(told.content)
    (tmp_path / "manifest.sig").write_bytes(ask_for(f"/r/{resource.public_id}/manifest.sig").content)
    (tmp_path / "key.pem").write_bytes(ask_for("/.well-known/kho57-signing-key.pem").content)
    command = "openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in manifest.json -sigfile manifest.sig"
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True).returncode == 0
    (tmp_path / "manifest.json").write_bytes(told.content.replace(b"cc-by", b"cc-bx"))
    assert subprocess.run(command.split(), cwd=tmp_path, capture_output=True).returncode == 1
    stated = json.loads(told.content)
    assert resource.original
    assert {one["sha256"] for one in stated["files"]} >= {resource.original.file.sha256}
    assert stated["key"] == ask_for("/.well-known/kho57-signing-keys.json").json()["keys"][0]["kid"]


def test_keys_that_signed_before_stay_published_and_odd_ones_are_refused(settings: Any) -> None:
    before = signing.key_set()["keys"][0]
    settings.SIGNING_KEY = base64.b64encode(hashlib.sha256(b"seed").digest()).decode()
    settings.SIGNING_KEYS_RETIRED = [before["x"]]
    assert [key["kid"] for key in signing.key_set()["keys"]] == [signing.key_id(), before["kid"]]
    assert signing.key_id() != before["kid"]
    for odd in ("not base 64!", "YWJj"):
        settings.SIGNING_KEY = odd
        with pytest.raises(ImproperlyConfigured, match="SIGNING_KEY"):
            signing.sign(b"x")


def test_a_withdrawn_resource_has_no_manifest_and_says_why() -> None:
    gone = factories.make_withdrawn(reason="Sai số liệu.")
    for name in ("manifest.json", "manifest.sig"):
        answer = Client().get(f"/r/{gone.public_id}/{name}")
        assert answer.status_code == 410 and "Sai số liệu." in answer.content.decode()
        assert Client().get(f"/r/{factories.make_resource().public_id}/{name}").status_code == 404
