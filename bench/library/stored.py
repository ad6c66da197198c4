"""The generated library in a SQLite database of its own: rows as publishing leaves them, and the index.

It lies under ``.cache/bench`` (or ``DATA_DIR``) under its size and version, and is kept: a second run opens it.
"""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bench.library.records import NOW, VERSION, Record, records
from bench.library.vocabulary import ROOT, vocabulary

BATCH = 1_000
PICTURES = 300
TOPICS, KEYWORDS = 40, 2_000


def configured(size: int) -> Path:
    """Django set up on the database of the library of this size; its folder."""
    base = Path(os.environ.get("DATA_DIR", "") or ROOT / ".cache" / "bench").resolve()
    folder = base / f"library-{size}-v{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["DATA_DIR"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    sys.path.insert(0, str(ROOT))
    import django
    from django.conf import settings

    from cms.settings import environment

    settings.DATABASES["default"] = environment.sqlite(folder / "kho57.sqlite3")
    django.setup()
    from search import use

    use.register("bench", uses_of)
    return folder


_USES: dict[int, int] = {}


def uses_of(ids: Iterable[int]) -> dict[int, int]:
    """Uses of the generated resources; none where they were stored by an earlier run."""
    return {pk: _USES[pk] for pk in ids if pk in _USES}


def ensure(folder: Path, size: int) -> float | None:
    """Build what is not there yet; documents a second that the index took, where it took any.

    A build that was broken off is gone on with, one of an earlier version is migrated.
    """
    from django.core.management import call_command

    rows = folder / "rows"
    if not rows.exists():
        for one in folder.glob("kho57.sqlite3*"):
            one.unlink()
    call_command("migrate", verbosity=0)
    if not rows.exists():
        _store(size)
        rows.touch()
    return _index(size)


def _index(size: int) -> float | None:
    """Index what is not yet, as the worker does; only the time within the engine counts."""
    from django.db.models import Max

    from search import documents
    from search.engines.database.engine import make
    from search.models import IndexedDocument

    engine, spent, number = make(), 0.0, 0
    done: int = IndexedDocument.objects.aggregate(last=Max("resource_id"))["last"] or 0
    for start in range(done + 1, size + 1, BATCH):
        shown, _hidden = documents.at_this_moment(range(start, min(start + BATCH, size + 1)), NOW)
        started = time.perf_counter()
        engine.index(shown)
        spent += time.perf_counter() - started
        number += len(shown)
    return number / spent if number else None


def _store(size: int) -> None:
    shelves = _Shelves.made()
    stream = iter(records(size))
    while batch := list(islice(stream, BATCH)):
        _USES.update({record.number + 1: record.uses for record in batch})
        shelves.store(batch)


class _Shelves:
    """Vocabularies, agencies and pictures of the library, and the rows of a batch of resources."""

    def __init__(self, **lists: Any) -> None:
        self.__dict__.update(lists)

    @classmethod
    def made(cls) -> _Shelves:
        from wagtail.models import Locale

        from media_library.models import Agency, Audience, Campaign, Keyword, Topic

        words = vocabulary().words
        with (ROOT / "demo" / "agencies.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))[:63]
        agencies = Agency.objects.bulk_create(Agency(**row) for row in rows)
        campaigns = [
            Campaign(
                code=f"chien-dich-{n}", title=words[300 + n].capitalize(), recurs="yearly", lead=agencies[0]
            )
            for n in range(3)
        ]
        terms: dict[str, Any] = {}
        for name, model, number, first in (
            ("audiences", Audience, 6, 400),
            ("topics", Topic, TOPICS, 500),
        ):
            terms[name] = model.objects.bulk_create(
                model(name=words[first + n].capitalize(), slug=f"{name[:2]}-{n}", name_en=f"Term {n}")
                for n in range(number)
            )
        keywords = [Keyword(name=f"{words[700 + n]} {n % 7}", slug=f"tu-khoa-{n}") for n in range(KEYWORDS)]
        locales = {code: Locale.objects.get_or_create(language_code=code)[0] for code in ("vi", "en")}
        return cls(
            agencies=agencies,
            campaigns=Campaign.objects.bulk_create(campaigns),
            keywords=Keyword.objects.bulk_create(keywords),
            locales=locales,
            pictures=_pictures(agencies[0]),
            **terms,
        )

    def store(self, batch: Sequence[Record]) -> None:
        from django.db import transaction

        from media_library.models import Asset, Resource
        from media_library.models.vocabulary import ResourceAudience, ResourceKeyword, ResourceTopic

        with transaction.atomic():
            Resource.objects.bulk_create([self._resource(record) for record in batch])
            Asset.objects.bulk_create(self._assets(batch))
            for model, name in (
                (ResourceAudience, "audiences"),
                (ResourceTopic, "topics"),
                (ResourceKeyword, "keywords"),
            ):
                model.objects.bulk_create(
                    model(content_object_id=record.number + 1, tag=self.__dict__[name][n])
                    for record in batch
                    for n in getattr(record, name)
                )

    def _resource(self, record: Record) -> Any:
        from media_library.models import Resource

        blocks = [
            {"type": "paragraph", "value": f"<p>{one}</p>", "id": str(n)} for n, one in enumerate(record.body)
        ]
        resource = Resource(
            pk=record.number + 1,
            public_id=f"k57-{record.number:08x}"[:20],
            kind=record.kind,
            title=record.title,
            summary=record.summary,
            body=json.dumps(blocks, ensure_ascii=False),
            agency=self.agencies[record.agency],
            campaign=None if record.campaign is None else self.campaigns[record.campaign],
            licence=record.licence,
            credit_line=f"{self.agencies[record.agency].name} / Kho 57",
            locale=self.locales[record.language],
            live=record.live,
            has_unpublished_changes=False,
            first_published_at=record.published,
            last_published_at=record.published,
            embargo_until=record.embargo,
            expire_at=record.expiry,
            version=1,
        )
        resource.normalise()
        return resource

    def _assets(self, batch: Sequence[Record]) -> Iterator[Any]:
        from media_library.models import Asset

        spoken = _words(batch, self.agencies[0])
        for record in batch:
            of_it = {"resource_id": record.number + 1, "language": record.language}
            picture = self.pictures[record.picture]
            yield Asset(role="cover" if record.pages else "original", file=picture, alt=record.title, **of_it)
            if record.number in spoken:
                yield Asset(
                    role="original" if record.pages else "caption", file=spoken[record.number], **of_it
                )


def _pictures(agency: Any) -> list[Any]:
    """Files that resources share, each with renditions, as a library's cards ask for them."""
    from media_library.models import Rendition

    pictures = [
        _file(agency, f"picture-{n}", media_type="image/png", width=1200, height=800) for n in range(PICTURES)
    ]
    pictures = type(pictures[0]).objects.bulk_create(pictures)
    Rendition.objects.bulk_create(
        Rendition(
            file=picture,
            name=f"w{width}.webp",
            purpose="picture",
            media_type="image/webp",
            width=width,
            height=width * 2 // 3,
            size=width * 40,
            sha256=f"{n:032x}{width:032x}",
            crc32=n,
            storage_name=f"bench/{n}-{width}",
        )
        for n, picture in enumerate(pictures)
        for width in (320, 640, 1280)
    )
    return pictures


def _words(batch: Sequence[Record], agency: Any) -> dict[int, Any]:
    """Files with spoken words or pages, by number of their resource."""
    files = {}
    for record in batch:
        if record.spoken:
            cues = [
                {"start": 4.0 * n, "end": 4.0 * n + 3.5, "text": one} for n, one in enumerate(record.spoken)
            ]
            files[record.number] = _file(agency, f"cues-{record.number}", media_type="text/vtt", cues=cues)
        elif record.pages:
            files[record.number] = _file(
                agency, f"pages-{record.number}", media_type="application/pdf", pages=list(record.pages)
            )
    stored = type(next(iter(files.values()))).objects.bulk_create(files.values()) if files else []
    return dict(zip(files, stored, strict=True))


def _file(agency: Any, name: str, *, media_type: str, **fields: Any) -> Any:
    from media_library.models import StoredFile

    extracted = {key: fields.pop(key) for key in ("cues", "pages") if key in fields}
    return StoredFile(
        storage_name=f"bench/{name}",
        original_name=name,
        sha256=name.rjust(64, "0")[-64:],
        crc32=1,
        size=1_000,
        media_type=media_type,
        agency=agency,
        created_at=NOW - timedelta(days=900),
        processing_state="ready",
        extracted=extracted,
        **fields,
    )
