"""The demonstration library, served: what the checks of markup, accessibility and keyboard look at.

Loading it takes a minute or more of two processors; it is loaded once and copied for each run, until the
demonstration or the code that takes files in changes. What is rendered from templates is rendered anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from cms.demonstration.accounts import PASSWORD
from cms.settings.environment import BASE_DIR
from tests import migrated
from tests.browser.running import Running, at_free_ports, started

FOLDER = BASE_DIR / ".cache" / "demonstration"
_SOURCES = (
    "demo/**/*",
    "media_library/**/*.py",
    "search/**/*.py",
    "cms/demonstration/*.py",
    "tests/browser/site_settings.py",
)
_WAYS = "ways.json"
READS_ENGLISH = "truyenthong-xa"
"""The account whose admin is in English; the others' is in Vietnamese."""
_DEAR = (
    "anh-gau-truc-do",
    "dc-bang-kiem-an-toan-thong-tin",
    "dc-thong-cao-bao-chi-mau",
    "dc-to-gap-dich-vu-cong",
    "dc-to-gap-dich-vu-cong-en",
    "ig-5-ky-nang-so-co-ban",
    "ig-5-ky-nang-so-co-ban-en",
    "ig-7-buoc-nop-ho-so-truc-tuyen",
    "ig-7-buoc-nop-ho-so-truc-tuyen-en",
    "ig-muc-tieu-ke-hoach-310",
    "ig-muc-tieu-ke-hoach-310-en",
    "ig-nhan-dien-lua-dao-truc-tuyen",
    "pc-chuyen-me-toi-hoc-chuyen-khoan",
    "pc-mat-khau-va-ban-chai",
    "pc-nghi-quyet-57-trong-hai-phut",
    "pc-nghi-quyet-57-trong-hai-phut-en",
    "pc-nha-khoa-hoc-ke-chuyen-en",
    "vd-goi-lai-so-chinh-thuc",
    "vd-kho-57-la-gi",
)
"""Of pictures, films, sounds and documents, which take time to prepare, those that a check looks at; of articles
every one is there."""
ANNOUNCED = "dc-thong-cao-bao-chi-mau"
"""Under an embargo in the demonstration; announced here, so that the page of 403 can be looked at."""
_FINISH = f"""
import json
from cms.demonstration.vocabularies import SCHEME
from media_library.models import Identifier, Resource, User
from wagtail.users.models import UserProfile
UserProfile.objects.create(user=User.objects.get(username={READS_ENGLISH!r}), preferred_language="en")
Resource.objects.filter(identifiers__value={ANNOUNCED!r}).update(embargo_announced=True)
rows = Identifier.objects.filter(scheme=SCHEME).select_related("resource")
found = {{row.value: [row.resource.public_id, row.resource.pk, row.resource.slug] for row in rows}}
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Way:
    """How one resource of the demonstration is reached."""

    public_id: str
    pk: int
    slug: str

    def page(self, language: str) -> str:
        return f"/{language}/r/{self.public_id}/{self.slug}/"


@dataclass(frozen=True)
class DemoSite:
    """A running site and its resources by their names in ``demo/resources.jsonl``."""

    running: Running
    ways: dict[str, Way]
    password: str = PASSWORD

    @property
    def address(self) -> str:
        return self.running.address


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    """One for each test process; nothing else runs beside the web server."""
    with demonstration(tmp_path_factory.mktemp("demonstration") / "data") as site:
        yield site


@contextmanager
def demonstration(folder: Path) -> Iterator[DemoSite]:
    shutil.copytree(_prepared(), folder)
    site = _site(folder)
    site.manage("demo", "--only", *_chosen())  # nothing to load: renders the sections for this address
    found = json.loads((folder / _WAYS).read_text(encoding="utf-8"))
    with started(site, others=[], ready="/healthz"):
        yield DemoSite(running=site, ways={name: Way(*way) for name, way in found.items()})


def _site(folder: Path) -> Running:
    site = at_free_ports(folder)
    # What texts mean takes as long to compute as all the rest, and no page looks different for it.
    site.environment |= {"DEMONSTRATION": "1", "SEARCH_MEANING": "no"}
    return site


def _prepared() -> Path:
    """The folder of data to copy; made by the first test process that asks, the others wait."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = FOLDER / _key()
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.is_dir():
            for old in FOLDER.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            _load(made)
    return made


def _load(made: Path) -> None:
    with tempfile.TemporaryDirectory(dir=FOLDER) as scratch:
        folder = Path(scratch) / "data"
        folder.mkdir()
        migrated.copy_to(folder / "kho57.sqlite3")
        site = _site(folder)
        site.manage("demo", "--only", *_chosen())
        (folder / _WAYS).write_text(site.shell(_FINISH).splitlines()[-1], encoding="utf-8")
        folder.rename(made)


def _chosen() -> list[str]:
    lines = (BASE_DIR / "demo" / "resources.jsonl").read_text(encoding="utf-8").splitlines()
    articles = [row["id"] for row in map(json.loads, lines) if row["kind"] == "article"]
    return [*articles, *_DEAR]


def _key() -> str:
    """Changes with the demonstration and with what decides how its files and rows look."""
    digest = hashlib.sha256("\n".join([_FINISH, *_chosen()]).encode())
    for path in sorted({path for pattern in _SOURCES for path in BASE_DIR.glob(pattern)}):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(BASE_DIR)).encode())
            digest.update(path.read_bytes())
    for path in sorted(BASE_DIR.glob("cms/*/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
