"""What may be asked of the API: every parameter with its shape and its description."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, Field
from pydantic_core import CoreSchema, core_schema

from media_library.kinds import Kind
from media_library.models.rights import LICENCES
from search import text
from search.request import FACETS, LONGEST_CURSOR, LONGEST_QUERY, MOST_CHOICES, SORTS, SearchRequest

LONGEST_CODE = 80
MOST_RESULTS = 50
"""Results of one answer, at most."""
RESULTS = 20
CODES = ("audience", "topic", "agency", "campaign")
"""Facets whose choices are codes of a vocabulary: one that nobody has is no error, it finds nothing."""


@dataclass(frozen=True)
class OneOf:
    """One of fixed values, for pydantic and for the description alike."""

    values: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return core_schema.literal_schema(list(self.values))


def _whole(value: Any) -> Any:
    """Digits alone: pydantic would also read ``5.0`` and ``1_0``."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError(value)
    return value


def _choices(description: str, *examples: str) -> Any:
    return Field([], max_length=MOST_CHOICES, description=description, examples=[list(examples)])


Code = Annotated[str, Field(min_length=1, max_length=LONGEST_CODE)]
KindCode = Annotated[str, OneOf(tuple(Kind.values))]
LicenceCode = Annotated[str, OneOf(tuple(LICENCES))]
Year = Annotated[str, Field(pattern=r"^(19|2[01])[0-9]{2}$")]
Yes = Literal["yes", "true", "1", "on"]


class Parameters(BaseModel):
    """``lang`` is the language of labels and messages, not of the resources."""

    lang: Literal["vi", "en"] = Field("vi", description="Language of labels and messages.")

    @classmethod
    def repeatable(cls) -> set[str]:
        """Names that may stand in an address more than once."""
        return {name for name, field in cls.model_fields.items() if field.default == []}


class SuggestParameters(Parameters):
    q: str = Field(
        "",
        max_length=LONGEST_QUERY,
        description="What has been typed so far, with or without accents; under two characters nothing "
        "is suggested.",
        examples=["chuyen doi"],
    )


class SearchParameters(Parameters):
    """Choices of one facet are joined by OR, facets by AND."""

    PLAIN: ClassVar = ("q", "sort", "exact", *(facet for facet in FACETS if facet not in CODES))

    q: str = Field(
        "",
        max_length=LONGEST_QUERY,
        description='Words in Vietnamese (with or without accents) or English. `"…"` asks for these words '
        "side by side. Without words everything is found, newest first.",
        examples=["cach nop ho so dich vu cong"],
    )
    kind: list[KindCode] = _choices("Kind of resource. Repeatable, as every choice.", "video", "podcast")
    audience: list[Code] = _choices("Code of an audience.", "students")
    topic: list[Code] = _choices("Code of a topic; also finds what belongs to a topic under it.", "stem")
    agency: list[Code] = _choices(
        "Official code of an agency; the code of a merged one finds what its successor carries on.", "H57.31"
    )
    campaign: list[Code] = _choices("Code of a campaign.", "ngay-chuyen-doi-so")
    year: list[Year] = _choices("Year of publication, in the city's time.", "2026")
    language: list[Literal["vi", "en"]] = _choices("Language of the resource.", "vi")
    licence: list[LicenceCode] = _choices("Code of the terms of use.", "cc-by-4.0")
    captions: list[Yes] = _choices("Only what has captions or a transcript.", "yes")
    commercial: list[Yes] = _choices("Only what may be used commercially.", "yes")
    duration: list[Literal["short", "medium", "long"]] = _choices(
        "Length: up to 3 minutes, 3 to 15, over 15.", "short"
    )
    orientation: list[Literal["landscape", "portrait", "square"]] = _choices(
        "Shape of the picture.", "square"
    )
    english: list[Yes] = _choices("Only what is there in English, too.", "yes")
    sort: Annotated[str, OneOf(tuple(SORTS))] = Field(
        "relevance", description="Order: by relevance (without words: newest), newest, most used, title."
    )
    exact: Literal["yes", "no"] = Field(
        "no", description="`yes` searches exactly these words: nothing is corrected or loosened."
    )
    limit: Annotated[int, BeforeValidator(_whole)] = Field(
        RESULTS, ge=1, le=MOST_RESULTS, description="Results of one answer."
    )
    after: str = Field(
        "",
        max_length=LONGEST_CURSOR,
        pattern=r"^[A-Za-z0-9_\-]*$",
        description="The place to go on from: `next` of the answer before. Every other parameter but "
        "`limit`, `lang` and `facets` must be as it was.",
    )
    facets: Literal["yes", "no"] = Field("yes", description="`no` leaves the counts out: quicker.")

    @property
    def counted(self) -> tuple[str, ...]:
        """Facets to count."""
        return FACETS if self.facets == "yes" else ()

    def asked(self) -> SearchRequest:
        """The same as the value that finding takes."""
        request, _notices = SearchRequest.parse({name: getattr(self, name) for name in self.PLAIN}, self.lang)
        codes = {name: tuple(map(text.canonical, getattr(self, name))) for name in CODES}
        return request.with_(**codes, after=self.after)
