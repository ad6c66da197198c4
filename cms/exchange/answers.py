"""What the API answers: every shape with its description and an example."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from search.request import FACETS


def _like(**example: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


_URL = "https://kho57.example.vn/vi/r/k57-7f3q-28mv/chu-ky-so-ca-nhan/"
_FILE = "https://kho57.example.vn/files/k57-7f3q-28mv/chu-ky-so-ca-nhan"
_AGENCY = {"code": "H57.31", "name": "Sở Khoa học và Công nghệ"}
_IDENTIFIER = {"scheme": "demo", "value": "r0042"}
_SPOKEN = {
    "start": 83.2,
    "text": "chữ ký số cá nhân được cấp miễn phí",
    "url": f"{_URL}?t=83",
}
_HIGHLIGHTS = {
    "title": "<mark>Chữ ký số</mark> cá nhân: đăng ký thế nào",
    "snippet": "Các bước đăng ký <mark>chữ ký số</mark> trên điện thoại…",
}
_RESULT = {
    "id": "k57-7f3q-28mv",
    "identifiers": [_IDENTIFIER],
    "kind": "video",
    "title": "Chữ ký số cá nhân: đăng ký thế nào",
    "summary": "Các bước đăng ký chữ ký số trên điện thoại, trong hai phút.",
    "url": _URL,
    "language": "vi",
    "agency": _AGENCY,
    "audiences": ["citizens"],
    "topics": ["chu-ky-so", "dich-vu-cong"],
    "campaign": None,
    "published": "2026-10-10T01:00:00Z",
    "licence": "cc-by-4.0",
    "captions": True,
    "duration": 122.4,
    "highlights": _HIGHLIGHTS,
    "spoken": _SPOKEN,
    "page": None,
    "picked": False,
    "by_meaning": False,
}
_CHOICE = {"value": "video", "label": "Video", "count": 12, "selected": False}
_SUGGESTION = {"text": "chuyển đổi số", "kind": "topic"}
_NOTICE = {"parameter": "limit", "message": "Số nguyên từ 1 đến 50."}
_PICTURE = {"url": f"{_FILE}-w640-0f3a5c7d9e1b.webp", "media_type": "image/webp", "width": 640, "height": 360}
_COPY = {
    "role": "original",
    "language": "vi",
    "url": f"{_FILE}-download-5b1c0d9e8f7a.mp4",
    "media_type": "video/mp4",
    "size": 18350080,
    "width": 1920,
    "height": 1080,
}
_USE = {"purpose": "news", "answer": "yes_with_credit", "sentence": "Được, nếu ghi nguồn."}
_RIGHTS = {
    "licence": "cc-by-4.0",
    "name": "Creative Commons Ghi công 4.0 (CC BY 4.0)",
    "url": "https://creativecommons.org/licenses/by/4.0/",
    "commercial": True,
    "credit": "Sở Khoa học và Công nghệ / Kho 57",
    "terms": "",
    "credits": {
        "vi": "Sở Khoa học và Công nghệ / Kho 57, CC BY 4.0",
        "en": "Department of Science and Technology / Kho 57, CC BY 4.0",
    },
    "uses": [_USE],
    "policy": "https://kho57.example.vn/r/k57-7f3q-28mv/rights.json",
}
_TRANSLATION = {
    "id": "k57-2x8h-m4rd",
    "language": "en",
    "url": "https://kho57.example.vn/en/r/k57-2x8h-m4rd/digital-signature/",
}


class Agency(BaseModel):
    """An agency of the city: the one that answers for the resource today, also after a merger."""

    model_config = _like(**_AGENCY)

    code: str = Field(description="Official code.")
    name: str = Field(description="Name in the language asked for.")


class Identifier(BaseModel):
    """What another system calls the resource."""

    model_config = _like(**_IDENTIFIER)

    scheme: str
    value: str


class Highlights(BaseModel):
    """Safe HTML: text with the found words in `<mark>`, and nothing else."""

    model_config = _like(**_HIGHLIGHTS)

    title: str
    snippet: str = Field(description="The passage that fits best; empty where title and summary say enough.")


class Spoken(BaseModel):
    """Where the words are said."""

    model_config = _like(**_SPOKEN)

    start: float = Field(description="Seconds from the start.")
    text: str
    url: str = Field(description="The resource's page, from this second on.")


class Page(BaseModel):
    """The page of a PDF that has the words."""

    model_config = _like(number=4, url=f"{_FILE}-download-1a2b3c4d5e6f.pdf#page=4")

    number: int = Field(ge=1)
    url: str = Field(description="This page of the PDF where everyone may fetch it, else its text.")


class Result(BaseModel):
    """A resource that was found. Codes are those that searches and feeds take."""

    model_config = _like(**_RESULT)

    id: str = Field(description="Never changes and is never used again.")
    identifiers: list[Identifier]
    kind: str
    title: str
    summary: str
    url: str = Field(description="Absolute address of its page.")
    language: str = Field(description="`vi` or `en`.")
    agency: Agency
    audiences: list[str]
    topics: list[str] = Field(description="Its topics, and those above them.")
    campaign: str | None
    published: datetime
    licence: str
    captions: bool = Field(description="Whether there are captions or a transcript.")
    duration: float | None = Field(description="Seconds, of what is played.")
    highlights: Highlights
    spoken: Spoken | None
    page: Page | None
    picked: bool = Field(description="An editor chose it for this question.")
    by_meaning: bool = Field(description="Found by what it means, not by its words.")


class FacetChoice(BaseModel):
    """One choice of a facet; `count` is what choosing it as well would find."""

    model_config = _like(**_CHOICE)

    value: str = Field(description="What to send as the parameter.")
    label: str
    count: int = Field(ge=0)
    selected: bool


class Notice(BaseModel):
    """Something that the one who asked should know, in the language asked for."""

    model_config = _like(**_NOTICE)

    parameter: str = Field(description="The parameter it is about; empty where it is about none.")
    message: str


class SearchAnswer(BaseModel):
    """One page of what was found, and how to go on."""

    model_config = _like(
        total=1,
        results=[_RESULT],
        facets={"kind": [_CHOICE]},
        suggestion=None,
        corrected=None,
        loose=False,
        simpler=False,
        notices=[],
        next=None,
    )

    total: int = Field(ge=0, description="Everything found, exactly.")
    results: list[Result]
    facets: dict[str, list[FacetChoice]] = Field(
        description=f"Choices of each facet ({', '.join(FACETS)}), counted as if the facet itself had none."
    )
    suggestion: str | None = Field(description="Another wording that would find more.")
    corrected: str | None = Field(
        description="Set where nothing has the words as typed: these were searched instead."
    )
    loose: bool = Field(description="Nothing has enough of the words; these have some of them.")
    simpler: bool = Field(description="The full search is out of order; a simpler one answered.")
    notices: list[Notice]
    next: str | None = Field(description="Send it as `after` for the results that follow; null at the end.")


class Suggestion(BaseModel):
    """A line to offer while someone types."""

    model_config = _like(**_SUGGESTION)

    text: str = Field(description="With its accents, whatever was typed.")
    kind: str = Field(
        description="What it is: `title`, `topic`, `agency`, `keyword`, or `question` (asked by many)."
    )


class Suggestions(BaseModel):
    """Lines to offer, the best first."""

    model_config = _like(suggestions=[_SUGGESTION])

    suggestions: list[Suggestion]


class Term(BaseModel):
    """A term of a vocabulary."""

    model_config = _like(code="chu-ky-so", name="Chữ ký số")

    code: str
    name: str = Field(description="Name in the language asked for.")


class Use(BaseModel):
    """Whether everyone may use it for a purpose."""

    model_config = _like(**_USE)

    purpose: str = Field(description="`news`, `education`, `social`, `commercial`, `broadcast` or `print`.")
    answer: str = Field(description="`yes`, `yes_with_credit`, `ask`, `no` or `not_before`.")
    sentence: str = Field(description="The same for a reader, in the language asked for.")


class Rights(BaseModel):
    """What may be done with it."""

    model_config = _like(**_RIGHTS)

    licence: str
    name: str
    url: str = Field(description="The licence's own text; empty for terms of the city.")
    commercial: bool
    credit: str = Field(description="How the source is to be named.")
    terms: str = Field(description="Anything else, in plain words.")
    credits: dict[str, str] = Field(description="The line to copy, by language: `vi` and `en`.")
    uses: list[Use]
    policy: str = Field(description="The same as an ODRL policy in JSON-LD.")


class Picture(BaseModel):
    """One size of the picture that stands for the resource; width and height in pixels."""

    model_config = _like(**_PICTURE)

    url: str
    media_type: str
    width: int | None
    height: int | None


class Copy(BaseModel):
    """A file that everyone may fetch. What lies at an address never changes; it goes with a withdrawal."""

    model_config = _like(**_COPY)

    role: str = Field(description="`original`, `attachment`, `caption` or `transcript`.")
    language: str = Field(description="`vi` or `en`; empty where it is that of the resource.")
    url: str
    media_type: str
    size: int = Field(description="Bytes.")
    width: int | None
    height: int | None


class Translation(BaseModel):
    """The same work in another language, which is a resource of its own."""

    model_config = _like(**_TRANSLATION)

    id: str
    language: str
    url: str


class ResourceAnswer(BaseModel):
    """A public resource."""

    model_config = _like(
        id="k57-7f3q-28mv",
        identifiers=[_IDENTIFIER],
        kind="video",
        form="",
        title="Chữ ký số cá nhân: đăng ký thế nào",
        summary="Các bước đăng ký chữ ký số trên điện thoại, trong hai phút.",
        url=_URL,
        language="vi",
        agency=_AGENCY,
        audiences=[{"code": "citizens", "name": "Người dân"}],
        topics=[{"code": "chu-ky-so", "name": "Chữ ký số"}],
        keywords=["VNeID"],
        campaign=None,
        published="2026-10-10T01:00:00Z",
        modified="2026-10-12T07:30:00Z",
        expires=None,
        rights=_RIGHTS,
        duration=122.4,
        pages=None,
        captions=["vi"],
        spoken_languages=["vi"],
        alt="Tay cầm điện thoại với mã xác nhận.",
        pictures=[_PICTURE],
        files=[_COPY],
        translations=[_TRANSLATION],
    )

    id: str
    identifiers: list[Identifier]
    kind: str
    form: str = Field(description="What it is more exactly, such as a handbook; may be empty.")
    title: str
    summary: str
    url: str
    language: str
    agency: Agency
    audiences: list[Term]
    topics: list[Term]
    keywords: list[str]
    campaign: Term | None
    published: datetime
    modified: datetime
    expires: datetime | None = Field(description="When it leaves the library by itself.")
    rights: Rights
    duration: float | None = Field(description="Seconds.")
    pages: int | None = Field(description="Pages of a PDF.")
    captions: list[str] = Field(description="Languages of captions and transcripts.")
    spoken_languages: list[str] = Field(
        description="Heard in a film or sound, as BCP 47 has them; zxx where nobody speaks."
    )
    alt: str = Field(description="What the picture shows, for those who do not see it.")
    pictures: list[Picture]
    files: list[Copy] = Field(description="Empty where the terms of use open none to everyone.")
    translations: list[Translation]


class Refused(BaseModel):
    """What of the question cannot be used: one message for each parameter."""

    model_config = _like(detail=[_NOTICE])

    detail: list[Notice]


class Problem(BaseModel):
    """Why there is no answer."""

    model_config = _like(detail="Không có tài nguyên nào ở địa chỉ này.")

    detail: str


class Withdrawn(BaseModel):
    """It was public and was taken back: remove your copy."""

    model_config = _like(
        reason="Số liệu không còn đúng.", at="2026-11-02T03:15:00Z", replaced_by="k57-2x8h-m4rd"
    )

    reason: str
    at: datetime
    replaced_by: str | None = Field(description="Id of the resource to use instead.")


class Announced(BaseModel):
    """It comes at this time: its editor announced it."""

    model_config = _like(
        title="Kết quả cuộc thi ý tưởng số",
        kind="article",
        agency=_AGENCY,
        until="2026-12-01T01:00:00Z",
    )

    title: str
    kind: str
    agency: Agency
    until: datetime
