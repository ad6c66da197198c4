"""What finding keeps, by subject: the index, the editors' vocabulary, what was asked, meaning."""

from search.models.index import (
    Gram,
    IndexedDocument,
    IndexedLine,
    IndexedMention,
    IndexedStart,
    IndexedText,
    IndexWrite,
    PendingChange,
    VectorField,
)
from search.models.meaning import Passage
from search.models.questions import Asker, Clicked, Question, Wish
from search.models.words import Pick, Synonym

__all__ = [
    "Asker",
    "Clicked",
    "Gram",
    "IndexWrite",
    "IndexedDocument",
    "IndexedLine",
    "IndexedMention",
    "IndexedStart",
    "IndexedText",
    "Passage",
    "PendingChange",
    "Pick",
    "Question",
    "Synonym",
    "VectorField",
    "Wish",
]
