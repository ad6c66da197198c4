"""Questions of the kinds that people ask, in the words of the generated library."""

from __future__ import annotations

import random

from bench.library.vocabulary import Vocabulary, vocabulary
from search import text
from search.request import SearchRequest

COMMON = 60
"""Words up to this rank stand in many or most resources."""
MIDDLE = (120, 3_000)


def questions(each: int, *, seed: int = 310) -> dict[str, list[SearchRequest]]:
    """``each`` different questions of each kind; the same for the same seed."""
    dice, words, english = random.Random(seed), vocabulary(), vocabulary("en")

    def some(number: int, first: int, last: int, source: Vocabulary = words) -> str:
        return " ".join(dice.choice(source.words[first:last]) for _word in range(number))

    def natural() -> str:
        return f"{some(2, 0, COMMON)} {some(3, *MIDDLE)} {some(1, 0, COMMON)}"

    def many() -> SearchRequest:
        return SearchRequest(
            q=some(2, *MIDDLE),
            kind=("article", "infographic"),
            topic=tuple(f"to-{n}" for n in dice.sample(range(8), 3)),
            audience=("au-0", "au-1"),
            licence=("cc-by-4.0",),
        )

    def found(make: object) -> list[SearchRequest]:
        assert callable(make)
        return [make() for _one in range(each)]

    return {
        "three_words": found(lambda: SearchRequest(q=some(3, *MIDDLE))),
        "three_words_without_accents": found(lambda: SearchRequest(q=text.fold(some(3, *MIDDLE)))),
        "natural_question": found(lambda: SearchRequest(q=natural())),
        "common_words": found(lambda: SearchRequest(q=some(dice.choice((1, 2, 3)), 0, COMMON))),
        "rare_word": found(lambda: SearchRequest(q=some(1, words.known, len(words.words)))),
        "one_filter": found(
            lambda: SearchRequest(q=some(2, 0, 600), kind=(dice.choice(("video", "article")),))
        ),
        "many_filters": found(many),
        "no_words": found(lambda: SearchRequest(topic=(f"to-{dice.randrange(20)}",))),
        "english": found(lambda: SearchRequest(q=some(3, 40, 900, english))),
    }


def prefixes(each: int, *, seed: int = 57) -> list[str]:
    """What stands in the box while people type: two to nine letters, from words of every rank."""
    dice, words = random.Random(seed), vocabulary().words
    whole = [f"{dice.choice(words[:2_000])} {dice.choice(words[:2_000])}" for _one in range(each)]
    return [text.fold(one)[: dice.randint(2, 9)].strip() for one in whole]
