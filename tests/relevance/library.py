"""The demonstration library as documents, straight from its manifest, and the judged questions over it."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import webvtt

from search import evaluation, finding, text
from search.documents import KIND_WORDS
from search.engines.contract import Cue, Document, Engine
from search.evaluation import Case
from search.request import SearchRequest

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "demo"


@cache
def cases() -> tuple[Case, ...]:
    """The judged questions of ``cases.jsonl``."""
    with (HERE / "cases.jsonl").open(encoding="utf-8") as file:
        return tuple(evaluation.read_cases(file))


def known_failures() -> dict[str, dict[str, str]]:
    """Why an engine fails on a question, by engine and question; see :mod:`tests.relevance.test_relevance`."""
    read: dict[str, dict[str, str]] = json.loads((HERE / "known_failures.json").read_text(encoding="utf-8"))
    return read


@cache
def documents() -> tuple[dict[int, str], tuple[Document, ...]]:
    """Manifest ids by document id, and every published resource as a document."""
    lines = (DEMO / "resources.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    public = [(n, row) for n, row in enumerate(rows, start=1) if row["state"] == "published"]
    return {n: row["id"] for n, row in public}, tuple(_document(n, row) for n, row in public)


def _document(number: int, row: dict[str, Any]) -> Document:
    topics, audiences, agencies = _labels("topics"), _labels("audiences"), _agencies()
    files = row["files"]
    return Document(
        id=number,
        version=1,
        title=text.canonical(row["title"]),
        summary=text.canonical(row["summary"]),
        keywords=tuple(map(text.canonical, row["keywords"])),
        topic_labels=tuple(label for code in row["topics"] for label in topics[code]),
        audience_labels=tuple(label for code in row["audiences"] for label in audiences[code]),
        agency_names=(agencies[row["agency"]],),
        campaign_titles=_campaigns().get(row["campaign"] or "", ()),
        kind_labels=(*KIND_WORDS[row["kind"]], *filter(None, [row["form"]])),
        alt=tuple(filter(None, (file["alt"] for file in files))),
        text_alternative=tuple(filter(None, (file["text_alternative"] for file in files))),
        body=tuple(_strings([block["value"] for block in row["body"] or ()])),
        cues=_cues(row["transcript"]),
        pages=tuple(page for file in files for page in _pages(file)),
        kind=row["kind"],
        audiences=tuple(row["audiences"]),
        topics=tuple(row["topics"]),
        agency=row["agency"],
        campaign=row["campaign"] or "",
        language=row["lang"],
        licence=row["rights"]["licence"],
        has_captions=bool(row["transcript"]),
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [text.canonical(value)]
    if isinstance(value, dict):
        value = [part for name, part in value.items() if name != "path"]
    return [one for part in value for one in _strings(part)] if isinstance(value, list) else []


def _cues(path: str | None) -> tuple[Cue, ...]:
    if not path:
        return ()
    read = webvtt.read(str(DEMO / path))
    return tuple(Cue(c.start_in_seconds, c.end_in_seconds, text.canonical(c.text)) for c in read)


def _pages(file: dict[str, Any]) -> list[str]:
    if file["media_type"] != "application/pdf":
        return []
    read = pypdfium2.PdfDocument((DEMO / file["path"]).read_bytes())
    return [text.canonical(page.get_textpage().get_text_bounded()) for page in read]


@cache
def _labels(name: str) -> dict[str, tuple[str, ...]]:
    rows = json.loads((DEMO / f"{name}.json").read_text(encoding="utf-8"))
    return {row["code"]: tuple(row["label"].values()) for row in rows}


@cache
def _campaigns() -> dict[str, tuple[str, ...]]:
    rows = json.loads((DEMO / "campaigns.json").read_text(encoding="utf-8"))
    found = {}
    for row in rows:
        title = row.get("title") or row.get("label")
        found[row["code"]] = tuple(title.values()) if isinstance(title, dict) else (title,)
    return found


@cache
def _agencies() -> dict[str, str]:
    found = next(iter(sorted(DEMO.rglob("agencies.csv"))))
    with found.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


AT = datetime(2026, 11, 1, tzinfo=UTC)


def first_ten(engine: Engine, q: str) -> tuple[str, ...]:
    """Manifest ids of what ``engine``, which has :func:`documents`, shows first for ``q``."""
    request, _notices = SearchRequest.parse({"q": q}, "vi")
    found = finding.find(request, engine, at=AT, size=evaluation.SHOWN)
    return tuple(documents()[0][hit.id] for hit in found.answer.hits)
