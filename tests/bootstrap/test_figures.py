"""``make bench`` writes docs/figures.md part by part."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import bench, problem


def test_figures_of_what_was_not_measured_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "FIGURES", tmp_path / "figures.md")
    root = Path(bench.ROOT)
    feeds = bench.table(root / "bench" / "feeds.py", "# nginx beside ours\nratio 0.97 times\n")
    pictures = bench.table(root / "bench" / "pictures.py", "ratio 1.05 times\n")
    bench.FIGURES.write_text("\n".join(["# Figures\n", feeds, pictures]), encoding="utf-8")
    assert bench.kept() == {"feeds": feeds, "pictures": pictures}


def test_without_figures_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "FIGURES", tmp_path / "figures.md")
    assert bench.kept() == {}


def test_measurements_are_chosen_by_name() -> None:
    assert [path.stem for path in bench.chosen("pictures feeds")] == ["pictures", "feeds"]
    assert {"feeds", "pictures", "search"} <= {path.stem for path in bench.chosen("")}


def test_an_unknown_measurement_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(problem.Problem, match=r"no measurement feed\. There are: .*feeds"):
        bench.chosen("feed")
