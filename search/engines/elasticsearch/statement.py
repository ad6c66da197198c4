"""A search as Elasticsearch understands it: one body for hits, exact total and all facet counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Bool, MultiMatch, Query, ScriptScore, Term, Terms

from search import ranking
from search.engines.contract import Ask, Reader
from search.engines.elasticsearch.source import milliseconds
from search.query import Query as Question
from search.query import Unit, Wording

FIELDS = ("title^1.2", "keywords", "labels", "summary", "body", "transcript")
TIE = 0.3
"""What the other fields add to the best one."""
FOLDED_SHARE = 0.5
"""Weight of folded words where marks were typed; alone they weigh 1."""
PAIRS = 0.5
EXACT = 1.0
MOST_VALUES = 1_000
"""Values of a facet that are counted; the city has some 60 agencies and 20 topics."""
BOOSTS = """
double age = Math.max(0L, params.today - doc['published'].value) / 86400000.0;
double uses = Math.min(params.most, doc['uses'].value);
return _score * (1.0 + params.fresh * params.half / (params.half + age)
    + params.complete * doc['worth'].value + params.use * uses / (uses + params.some));
"""


@dataclass(frozen=True, slots=True)
class Statement:
    """Builds the body for one :class:`Ask`."""

    ask: Ask

    @property
    def by_score(self) -> bool:
        return not self.ask.query.empty and self.ask.sort == "relevance"

    def body(self) -> dict[str, Any]:
        """The whole request, without the name of an index."""
        asked: dict[str, Any] = {
            "query": self.query().to_dict(),
            "size": self.ask.size + 1,
            "track_total_hits": True,
            "sort": self.order(),
            "_source": ["stored"],
            "aggs": self.counts(),
        }
        if chosen := self.chosen():
            asked["post_filter"] = Bool(filter=chosen).to_dict()
        if self.ask.after is not None:
            asked["search_after"] = list(self.ask.after)
        return asked

    def query(self) -> Query:
        """Everything that is a hit before choices, scored where the order wants it."""
        visible = self.visible()
        if self.ask.query.empty:
            return Bool(filter=visible)
        words = required(self.ask.query)
        extra = sorted({*self.ask.first, *self.ask.also})
        hits = Bool(should=[words, Terms(key=extra)], minimum_should_match=1) if extra else words
        if not self.by_score:
            return Bool(filter=[*visible, hits])
        found = boosted(Bool(filter=[*visible, hits], should=scored(self.ask.query)), at=self.ask.at)
        if not self.ask.first:
            return found
        # Far above any score of words, in their order.
        places = [
            Q("constant_score", filter=Term(key=key), boost=ranking.PICKED - number * ranking.STEP)
            for number, key in enumerate(self.ask.first[: ranking.MOST_FIRST])
        ]
        return Bool(must=[found], should=places)

    def visible(self) -> list[Query]:
        """What the asker may know of at the moment."""
        known = visible_to(self.ask.reader, self.ask.at)
        return [*known, ~Terms(key=list(self.ask.hidden))] if self.ask.hidden else known

    def order(self) -> list[dict[str, str]]:
        if self.by_score:
            return [{"_score": "desc"}, {"key": "desc"}]
        field, way = ORDERS.get(self.ask.sort, ORDERS["newest"])
        return [{field: way}, {"key": way}]

    def chosen(self, *, but: str = "") -> list[Query]:
        """At least one of each facet's choices is met, one facet left out."""
        return [
            Q("terms", **{f"facet_{facet}": list(values)})
            for facet, values in self.ask.filters.items()
            if facet != but
        ]

    def counts(self) -> dict[str, Any]:
        """One count for each facet, without its own choice, and the total with all of them."""
        counted: dict[str, Any] = {}
        for facet in self.ask.facets:
            terms = {"terms": {"field": f"facet_{facet}", "size": MOST_VALUES}}
            others = self.chosen(but=facet)
            counted[facet] = (
                {"filter": Bool(filter=others).to_dict(), "aggs": {"values": terms}} if others else terms
            )
        return counted


ORDERS = {"newest": ("published", "desc"), "used": ("uses", "desc"), "title": ("title_key", "asc")}


def visible_to(reader: Reader | None, at: datetime) -> list[Query]:
    """Filters for what the asker may know of at the moment."""
    present = ~Term(deleted=True)
    if reader is None or not (reader.lead or reader.agencies):
        return [present, *_public(at)]
    if reader.lead:
        return [present, Term(desk=True)]
    theirs = Terms(owner=sorted(reader.agencies))
    own, others = Bool(filter=[Term(desk=True), theirs]), Bool(filter=_public(at), must_not=[theirs])
    return [present, Bool(should=[own, others], minimum_should_match=1)]


def _public(at: datetime) -> list[Query]:
    """Public at ``at``: opened by then, and not ended. A moment is kept in whole milliseconds, cut off."""
    now = milliseconds(at)
    return [
        Term(desk=False),
        Bool(must_not=[Q("range", public_from={"gt": now})]),
        Bool(must_not=[Q("range", public_until={"lte": now})]),
    ]


def required(question: Question) -> Query:
    """What a hit must have: enough of the units, anywhere, and every quoted phrase as it stands."""
    units = [_unit(unit) for unit in question.units]
    enough = Bool(should=units, minimum_should_match=question.needed(len(units)))
    return Bool(filter=[enough, *map(_phrase, question.phrases)])


def _unit(unit: Unit) -> Query:
    """The typed syllables anywhere, or another wording as it stands."""
    typed = [Term(everything=token.folded) for token in unit.typed.tokens]
    ways: list[Query] = [typed[0] if len(typed) == 1 else Bool(filter=typed)]
    ways += [_run(wording) for wording in unit.wordings[1:] if wording.tokens]
    return ways[0] if len(ways) == 1 else Bool(should=ways, minimum_should_match=1)


def _run(wording: Wording, *, field: str = "everything", exact: bool = False) -> Query:
    words = [token.exact if exact else token.folded for token in wording.tokens]
    if len(words) == 1:
        return Term(**{field: words[0]})
    return Q("match_phrase", **{field: " ".join(words)})


def _phrase(wording: Wording) -> Query:
    """Quoted words: with their marks where they were typed with any."""
    if any(token.marked for token in wording.tokens):
        return _run(wording, field="exact", exact=True)
    return _run(wording)


def scored(question: Question) -> list[Query]:
    """What adds to the score: folded words by field, pairs, and exact words where marks were typed."""
    exact = question.exact_words
    share = FOLDED_SHARE if exact else 1.0
    clauses: list[Query] = [
        MultiMatch(
            query=" ".join(question.folded_words),
            type="best_fields",
            fields=list(FIELDS),
            tie_breaker=TIE,
            boost=share,
        )
    ]
    if pairs := question.folded_pairs:
        clauses.append(Q("match", pairs={"query": " ".join(pairs), "boost": PAIRS}))
    if exact:
        clauses.append(Q("match", exact={"query": " ".join(exact), "boost": EXACT}))
    return clauses


def boosted(words: Query, *, at: datetime) -> Query:
    """``words`` times what :mod:`search.ranking` says."""
    parameters = {
        "today": ranking.today(at),
        "fresh": ranking.FRESHNESS,
        "half": float(ranking.HALF_LIFE),
        "complete": ranking.COMPLETENESS,
        "use": ranking.USE,
        "most": ranking.MOST_USES,
        "some": float(ranking.HALF_USES),
    }
    return ScriptScore(query=words, script={"source": BOOSTS, "params": parameters})


def named_parts(question: Question) -> Iterator[tuple[str, Query]]:
    """Each key that can add to a score, as a query of its own, named as an editor reads it."""
    exact = question.exact_words
    share = FOLDED_SHARE if exact else 1.0
    for key in question.folded_words:
        yield (
            key,
            MultiMatch(query=key, type="best_fields", fields=list(FIELDS), tie_breaker=TIE, boost=share),
        )
    for key in exact:
        yield f"={key}", Q("match", exact={"query": key, "boost": EXACT})
    for key in question.folded_pairs:
        yield key, Q("match", pairs={"query": key, "boost": PAIRS})


def counts_of(facets: Sequence[str], aggregations: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Counts by facet and value from the answer to :meth:`Statement.counts`."""
    found = {}
    for facet in facets:
        part = aggregations.get(facet, {})
        buckets = part.get("values", part).get("buckets", ())
        found[facet] = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    return found
