"""``manage.py search_evaluate`` over the library that is loaded."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from search import engines, indexing
from search.engines.contract import Engine
from search.management.commands import search_evaluate
from tests import factories
from tests.search.fakes import FlakyEngine

pytestmark = pytest.mark.django_db
CASES = [
    {"q": "lừa đảo qua mạng", "type": "accented", "set": "dev", "judgments": {"lua-dao": 3}},
    {"q": "lua dao", "type": "unaccented", "set": "held-out", "judgments": {"lua-dao": 3, "khac": 1}},
    {"q": "tàu vũ trụ", "type": "accented", "set": "dev", "judgments": {"ve-tinh": 2}},
]


@pytest.fixture
def library() -> None:
    for name, title in {"lua-dao": "Tránh lừa đảo qua mạng", "khac": "Nhận diện lừa đảo"}.items():
        factories.identify(factories.make_published(title=title), "demo", name)
    indexing.drain(timezone.now())


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    return write(tmp_path / "cases.jsonl", CASES)


def write(path: Path, rows: list[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def evaluate(*arguments: object) -> str:
    out = io.StringIO()
    call_command("search_evaluate", *map(str, arguments), stdout=out, stderr=out)
    return out.getvalue()


def figures(printed: str, name: str) -> list[str]:
    return next(line.split()[1:] for line in printed.splitlines() if line.startswith(name))


@pytest.mark.usefixtures("library")
class TestEvaluating:
    def test_a_line_for_each_type_and_one_for_all(self, cases: Path) -> None:
        printed = evaluate(cases)
        assert figures(printed, "accented") == ["2", "0.500", "0.500", "0.500", "50.0%"]
        assert figures(printed, "unaccented")[0] == "1"
        assert figures(printed, "all")[0] == "3"

    def test_a_part_and_a_type_can_be_chosen(self, cases: Path) -> None:
        assert figures(evaluate(cases, "--set", "held-out"), "all")[0] == "1"
        assert figures(evaluate(cases, "--set", "dev", "--type", "accented"), "all")[0] == "2"

    def test_judged_resources_that_are_not_loaded_are_told(self, cases: Path) -> None:
        assert "1 of 3 judged resources are not in this library and cannot be found: ve-tinh" in evaluate(
            cases
        )

    def test_each_question_can_be_listed_with_its_grades(self, cases: Path) -> None:
        printed = evaluate(cases, "--verbose").splitlines()
        assert "1.00  accented: lừa đảo qua mạng" in printed
        assert "         1. 3  lua-dao" in printed
        assert "  not found 2  ve-tinh" in printed

    def test_a_resource_without_a_name_keeps_its_place(self, cases: Path) -> None:
        other = factories.make_published(title="Lừa đảo, lừa đảo")
        indexing.drain(timezone.now())
        assert f"-  #{other.pk}" in evaluate(cases, "--verbose")

    def test_the_questions_of_the_repository_are_the_default(self) -> None:
        assert "database, " in evaluate("--set", "held-out", "--type", "typo")

    def test_an_engine_is_named(self, cases: Path) -> None:
        assert evaluate(cases, "--engine", "database").count("database, 3 questions") == 1


@pytest.mark.usefixtures("library")
class TestComparing:
    def test_with_a_saved_run(self, cases: Path, tmp_path: Path) -> None:
        saved = tmp_path / "run.json"
        evaluate(cases, "--save", saved)
        run = json.loads(saved.read_text(encoding="utf-8"))
        run["found"]["lua dao"] = []
        run["found"]["lừa đảo qua mạng"] = ["khac", "lua-dao"]
        saved.write_text(json.dumps(run), encoding="utf-8")
        printed = evaluate(cases, "--compare", saved).splitlines()
        assert "Against database: 2 better, 0 worse, 1 the same, 0 not compared" in printed
        first, second = [line for line in printed if line.startswith("Better")]
        assert "unaccented: lua dao" in first
        assert "0.63 → 1.00  accented: lừa đảo qua mạng" in second
        assert figures("\n".join(printed), "accented")[-1] == "+0.185"

    def test_with_another_engine(self, cases: Path) -> None:
        printed = evaluate(cases, "--compare", "database")
        assert "Against database: 0 better, 0 worse, 3 the same" in printed


class TestBadInput:
    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"no file .*none.jsonl. Name a file"):
            evaluate(tmp_path / "none.jsonl")

    def test_a_missing_default(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(search_evaluate, "CASES", tmp_path / "gone.jsonl")
        with pytest.raises(CommandError, match=r"gone.jsonl. Name a file"):
            evaluate()

    def test_a_folder_and_a_picture(self, tmp_path: Path) -> None:
        (tmp_path / "picture").write_bytes(b"\xff\xd8\xff")
        for name in (tmp_path, tmp_path / "picture"):
            with pytest.raises(CommandError, match="cannot be read as text"):
                evaluate(name)

    def test_a_malformed_line_is_named(self, cases: Path) -> None:
        with cases.open("a", encoding="utf-8") as file:
            file.write("\n{}\n")
        with pytest.raises(CommandError, match=r"line 5: “q” must .* Correct that line"):
            evaluate(cases)

    def test_no_question_of_that_type(self, cases: Path) -> None:
        with pytest.raises(CommandError, match="Types in the chosen set: accented, unaccented"):
            evaluate(cases, "--type", "spoken")

    def test_a_library_without_the_demonstration(self, cases: Path) -> None:
        with pytest.raises(CommandError, match=r"Load the demonstration library first: manage.py demo"):
            evaluate(cases)

    @pytest.mark.usefixtures("library")
    def test_an_unknown_engine(self, cases: Path) -> None:
        with pytest.raises(CommandError, match="no search engine “lucene”: database, elasticsearch"):
            evaluate(cases, "--engine", "lucene")

    @pytest.mark.usefixtures("library")
    def test_something_else_to_compare_with(self, cases: Path, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match=r"neither a file of --save nor an engine \(database, "):
            evaluate(cases, "--compare", "lucene")
        with pytest.raises(CommandError, match="not a saved run"):
            evaluate(cases, "--compare", cases)

    @pytest.mark.usefixtures("library")
    def test_a_place_where_nothing_can_be_saved(self, cases: Path, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="cannot be saved"):
            evaluate(cases, "--save", tmp_path / "no" / "folder.json")


@pytest.mark.usefixtures("library")
class TestAnEngineThatDoesNotAnswer:
    def test_nothing_is_measured(self, cases: Path, use_engine: Callable[[Engine], Engine]) -> None:
        use_engine(FlakyEngine(engines.named("database"), failures=99))
        with pytest.raises(CommandError, match="does not answer"):
            evaluate(cases)

    def test_the_embedded_one_is_not_measured_in_its_place(
        self, cases: Path, use_engine: Callable[[Engine], Engine]
    ) -> None:
        away = FlakyEngine(engines.named("database"), failures=99)
        away.name = "elsewhere"
        use_engine(away)
        with pytest.raises(CommandError, match="elsewhere does not answer; the embedded engine did"):
            evaluate(cases)


def test_within_a_block_another_engine_answers() -> None:
    configured = engines.engine()
    other = FlakyEngine(configured)
    with engines.answering(other):
        assert engines.engine() is other
    assert engines.engine() is configured
