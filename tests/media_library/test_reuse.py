"""The table of rights: what may be used for what by whom and when, said in both languages."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from cms.newsroom import models
from media_library import access, reuse
from media_library.files import public_address
from media_library.models import LICENCES, Agency, Rendition, Resource, User
from media_library.reuse import Answer, Grant, Purpose, Reader
from tests.clients import plain_client
from tests.factories import (
    make_agency,
    make_communicator,
    make_lead,
    make_published,
    make_rendition,
    make_user,
)

NOW = datetime(2026, 10, 10, 1, 0, tzinfo=UTC)  # 08:00 in Hue
DAY = timedelta(days=1)

CREDIT = ("yes_with_credit", "Được, nếu ghi nguồn.", "Yes, if you name the source.")
FREE = (
    "yes",
    "Được: tự do dùng cho mọi mục đích; nên ghi nguồn.",
    "Yes: it is free for every use; naming the source is welcome.",
)
UNCUT = (
    "yes_with_credit",
    "Được, nếu giữ nguyên vẹn và ghi nguồn.",
    "Yes, uncut and unchanged, if you name the source.",
)
REPORTING = (
    "yes_with_credit",
    "Được dùng nguyên vẹn trong tin, bài của mình, nếu ghi nguồn.",
    "Yes, uncut and in your own reporting, if you name the source.",
)
NOT_COMMERCIAL = (
    "no",
    "Không: giấy phép không cho dùng vào mục đích thương mại.",
    "No: its licence excludes commercial use.",
)
ASK_COMMERCIAL = (
    "ask",
    "Cần xin phép cơ quan: điều kiện sử dụng không gồm mục đích thương mại.",
    "Ask the agency first: its terms do not cover commercial use.",
)
PRESS = (
    "ask",
    "Cần xin phép cơ quan: chỉ dành cho cơ quan báo chí.",
    "Ask the agency first: it is given to press offices only.",
)
ONLY_REPORTS = (
    "no",
    "Không: chỉ được dùng trong tin, bài báo chí.",
    "No: it may stand in press reports only.",
)
RESERVED = (
    "ask",
    "Cần xin phép cơ quan: mọi quyền được bảo lưu.",
    "Ask the agency first: all rights are reserved.",
)
OWN = ("yes", "Được: cơ quan bạn phụ trách tài nguyên này.", "Yes: your agency is responsible for it.")
WITHDRAWN = ("no", "Không: đã thu hồi ngày 09/10/2026.", "No: it was withdrawn on 09/10/2026.")
EXPIRED = (
    "no",
    "Không: đã hết hạn sử dụng ngày 10/10/2026.",
    "No: the time of its use ended on 10/10/2026.",
)
UNPUBLISHED = ("no", "Không: chưa được công bố.", "No: it is not published.")
EMBARGOED = (
    "not_before",
    "Chưa được, phải sau 08:00 ngày 11/10/2026.",
    "Not before 08:00 on 11/10/2026.",
)
PEOPLE = (
    "ask",
    "Cần xin phép cơ quan: người trong hình chưa đồng ý cho dùng vào việc này.",
    "Ask the agency first: the people shown have not agreed to this use.",
)
MUSIC = (
    "ask",
    "Cần xin phép cơ quan: nhạc chưa có quyền dùng vào việc này.",
    "Ask the agency first: its music is not cleared for this use.",
)

ORDER = ("news", "education", "social", "commercial", "broadcast", "print")
ANYONE = {
    "cc0-1.0": [FREE] * 6,
    "cc-by-4.0": [CREDIT] * 6,
    "cc-by-nc-4.0": [CREDIT, CREDIT, CREDIT, NOT_COMMERCIAL, CREDIT, CREDIT],
    "verbatim-credit": [UNCUT, UNCUT, UNCUT, ASK_COMMERCIAL, UNCUT, UNCUT],
    "press-only": [PRESS, ONLY_REPORTS, ONLY_REPORTS, ONLY_REPORTS, PRESS, PRESS],
    "all-rights": [RESERVED] * 6,
}
TABLE = {
    "anyone": ANYONE,
    "press": {
        **ANYONE,
        "press-only": [REPORTING, ONLY_REPORTS, ONLY_REPORTS, ONLY_REPORTS, REPORTING, REPORTING],
    },
    "own": {licence: [OWN] * 6 for licence in ANYONE},
}
EMBARGOES = {"none": None, "over": NOW - DAY, "just over": NOW, "ahead": NOW + DAY}
EXPIRIES = {"none": None, "ahead": NOW + 2 * DAY, "just past": NOW}


def row(**fields: Any) -> Resource:
    return Resource(**{"live": True, "kind": "photo", "title": "Ảnh", **fields})


def said(resource: Resource, purpose: str, reader: str, grants: Sequence[Grant] = ()) -> tuple[str, str, str]:
    found = reuse.rights(resource, purpose=Purpose(purpose), reader=Reader(reader), at=NOW, grants=grants)
    return found.answer.value, found.sentence("vi"), found.sentence("en")


def expected(licence: str, embargo: str, expiry: str, state: str, place: int, reader: str) -> Any:
    if state == "withdrawn":
        return WITHDRAWN
    if expiry == "just past":
        return EXPIRED
    if state == "draft":
        return UNPUBLISHED
    return EMBARGOED if embargo == "ahead" else TABLE[reader][licence][place]


def test_the_whole_table_answers_in_both_languages() -> None:
    """6 licences × 4 embargoes × 3 expiries × 3 states × 6 purposes × 3 readers."""
    assert set(ANYONE) == set(LICENCES) and tuple(Purpose.values) == ORDER
    states: dict[str, dict[str, Any]] = {
        "live": {},
        "draft": {"live": False},
        "withdrawn": {"live": False, "withdrawn_at": NOW - DAY},
    }
    asked = wrong = 0
    for licence, embargo, expiry, state in itertools.product(ANYONE, EMBARGOES, EXPIRIES, states):
        resource = row(
            licence=licence, embargo_until=EMBARGOES[embargo], expire_at=EXPIRIES[expiry], **states[state]
        )
        for (place, purpose), reader in itertools.product(enumerate(ORDER), TABLE):
            asked += 1
            wrong += said(resource, purpose, reader) != expected(
                licence, embargo, expiry, state, place, reader
            )
    assert (asked, wrong) == (3888, 0)


@pytest.mark.parametrize("reader", TABLE)
@pytest.mark.parametrize("licence", ANYONE)
def test_a_missing_release_turns_a_yes_into_a_question(licence: str, reader: str) -> None:
    for field, told, purposes in (
        ("people_release", PEOPLE, ("social", "commercial")),
        ("music_release", MUSIC, ("news", "social", "commercial", "broadcast")),
    ):
        for release, (place, purpose) in itertools.product(
            ("not_needed", "held", "missing"), enumerate(ORDER)
        ):
            usual = TABLE[reader][licence][place]
            asks = release == "missing" and purpose in purposes and usual[0].startswith("yes")
            assert said(row(licence=licence, **{field: release}), purpose, reader) == (
                told if asks else usual
            )


GRANTED = (
    "yes_with_credit",
    "Được, nếu ghi nguồn: cơ quan đã cho phép bạn dùng đến hết ngày 12/10/2026.",
    "Yes, the agency has permitted it to you until the end of 12/10/2026, if you name the source.",
)
FREELY = (
    "yes",
    "Được: cơ quan đã cho phép bạn dùng đến hết ngày 12/10/2026.",
    "Yes, the agency has permitted it to you until the end of 12/10/2026.",
)
MIDNIGHT = datetime(2026, 10, 12, 17, 0, tzinfo=UTC)  # the end of 12/10 in Hue
GRANTS = {
    "none": [],
    "for all": [Grant(tuple(Purpose), NOW - DAY, MIDNIGHT)],
    "without credit": [Grant(tuple(Purpose), NOW, MIDNIGHT, asks_credit=False)],
    "for print": [Grant((Purpose.PRINT,), NOW - DAY, MIDNIGHT)],
    "of last week": [Grant(tuple(Purpose), NOW - 2 * DAY, NOW)],
    "of next week": [Grant(tuple(Purpose), NOW + timedelta(seconds=1), MIDNIGHT)],
    "two, the longer counts": [
        Grant(tuple(Purpose), NOW - DAY, MIDNIGHT),
        Grant(tuple(Purpose), NOW - DAY, NOW + DAY),
    ],
}


def with_grant(usual: tuple[str, str, str], held: str, purpose: str) -> tuple[str, str, str]:
    """A permission opens what is asked for or closed by licence and release, and nothing else."""
    if usual[0] not in ("ask", "no") or held in ("none", "of last week", "of next week"):
        return usual
    if held == "for print" and purpose != "print":
        return usual
    return FREELY if held == "without credit" else GRANTED


def test_a_permission_opens_what_licence_and_release_close_and_nothing_that_time_closes() -> None:
    """6 licences × 2 releases × 5 states × 6 purposes × 3 readers × 7 permissions."""
    states: dict[str, tuple[dict[str, Any], Any]] = {
        "live": ({}, None),
        "draft": ({"live": False}, UNPUBLISHED),
        "withdrawn": ({"live": False, "withdrawn_at": NOW - DAY}, WITHDRAWN),
        "embargoed": ({"embargo_until": NOW + DAY}, EMBARGOED),
        "expired": ({"expire_at": NOW}, EXPIRED),
    }
    asked, wrong = 0, []
    for licence, people, (state, (fields, passing)) in itertools.product(
        ANYONE, ("held", "missing"), states.items()
    ):
        resource = row(licence=licence, people_release=people, **fields)
        for (place, purpose), reader, held in itertools.product(enumerate(ORDER), TABLE, GRANTS):
            asked += 1
            usual = TABLE[reader][licence][place]
            if people == "missing" and purpose in ("social", "commercial") and usual[0].startswith("yes"):
                usual = PEOPLE
            told = said(resource, purpose, reader, GRANTS[held])
            if told != (passing or with_grant(usual, held, purpose)):
                wrong.append((licence, people, state, purpose, reader, held, told))
    assert (asked, wrong) == (7560, [])


def test_a_permission_says_where_it_holds_and_that_it_has_terms() -> None:
    bound = row(licence="all-rights", territory="vietnam")
    grant = Grant(tuple(Purpose), NOW, MIDNIGHT, place="Huế", has_terms=True)
    told = said(bound, "news", "anyone", [grant])[1]
    assert told == f"{GRANTED[1]} Kèm các điều kiện khác của cơ quan. Phạm vi: Huế."
    plain = said(bound, "news", "anyone", [Grant(tuple(Purpose), NOW, MIDNIGHT)])[1]
    assert plain == f"{GRANTED[1]} Chỉ trong lãnh thổ Việt Nam."


def test_conditions_are_said_with_a_yes_and_with_nothing_else() -> None:
    bound: dict[str, Any] = {"territory": "vietnam", "terms": "Không dùng trước bầu cử."}
    assert said(row(licence="cc-by-4.0", **bound), "news", "anyone")[1:] == (
        "Được, nếu ghi nguồn. Chỉ trong lãnh thổ Việt Nam. Kèm các điều kiện khác của cơ quan.",
        "Yes, if you name the source. In Viet Nam only. The agency's further terms apply.",
    )
    assert said(row(licence="all-rights", **bound), "news", "anyone") == RESERVED


def test_the_credit_line_stands_in_both_languages_with_the_licence() -> None:
    from wagtail.models import Locale

    agency = Agency(name="Sở Khoa học và Công nghệ", name_en="Department of Science and Technology")
    resource = row(licence="cc-by-4.0", credit_line="Sở KH&CN / Kho 57", locale=Locale(language_code="vi"))
    assert reuse.credit(resource, agency, lang="vi") == "Sở KH&CN / Kho 57, CC BY 4.0"
    told = reuse.credit(resource, agency, lang="en")
    assert told == "Department of Science and Technology / Kho 57, CC BY 4.0"
    assert [code for code, _line in reuse.credits_of(resource, agency)] == ["vi", "en"]
    resource.credit_line, resource.licence = "", "press-only"
    assert reuse.credit(resource, agency, lang="vi") == "Sở Khoa học và Công nghệ / Kho 57"
    agency.name_en = ""
    assert reuse.credits_of(resource, agency) == [("vi", "Sở Khoa học và Công nghệ / Kho 57")]


def accredited() -> User:
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="report_resource"))
    return User.objects.get(pk=user.pk)


def copy_of(resource: Resource) -> Rendition:
    assert resource.original is not None
    return make_rendition(resource.original.file, name="full.png", purpose="download", format="png")


@pytest.mark.django_db
def test_what_is_given_out_over_http_is_what_the_table_says() -> None:
    """Of every licence in every state, to each kind of reader, at both addresses of a file."""
    agency, now = make_agency(), timezone.now()
    people = {
        "anonymous": None,
        "press": accredited(),
        "other agency": make_communicator(make_agency()),
        "own": make_communicator(agency),
        "lead": make_lead(),
        "permitted": make_user(),
    }
    clients = {name: plain_client(user) for name, user in people.items()}
    resource = make_published("photo", agency=agency)
    url = f"{public_address(resource, copy_of(resource))}?download=1"
    permitted = models.Grant.objects.create(
        resource=resource, person=people["permitted"], outlet="Báo", purposes=["print"],
        since=now - DAY, until=now + DAY, granted_at=now,
    )  # fmt: skip
    usual = {"live": True, "withdrawn_at": None, "withdrawn_reason": "", "embargo_until": None}
    states: dict[str, dict[str, Any]] = {
        "live": {},
        "embargoed": {"embargo_until": now + DAY},
        "expired": {"expire_at": now},
        "withdrawn": {"live": False, "withdrawn_at": now, "withdrawn_reason": "Sai."},
    }
    given = set()
    for licence, (state, changed) in itertools.product(ANYONE, states.items()):
        fields = {**usual, "expire_at": None, "licence": licence, **changed}
        Resource.objects.filter(pk=resource.pk).update(**fields)
        resource = Resource.objects.get(pk=resource.pk)
        for name, user in people.items():
            reader = access.reader_of(user, resource)
            grants = access.grants_of(user, resource)
            assert bool(grants) == (name == "permitted")
            told = reuse.all_rights(resource, reader=reader, at=now, grants=grants)
            answers = [each.answer for each in told]
            allowed = any(answer.allows for answer in answers)
            assert access.may_download(user, resource, now) == (allowed or reader == Reader.OWN)
            for purpose, answer in zip(Purpose, answers, strict=True):
                may = access.may_download(user, resource, now, purpose)
                assert may == (answer.allows or reader == Reader.OWN), (licence, state, name, purpose)
            status = clients[name].get(url).status_code
            if state == "withdrawn":
                assert status == 410
            else:
                assert (status == 200) == (allowed or reader == Reader.OWN), (licence, state, name)
            if state == "live":
                given.add((licence, name, status))
    assert ("all-rights", "permitted", 200) in given and ("all-rights", "press", 404) in given
    usual["licence"] = "all-rights"
    Resource.objects.filter(pk=resource.pk).update(**usual, expire_at=None)
    assert clients["permitted"].get(url)["Cache-Control"].startswith("private")
    models.Grant.objects.filter(pk=permitted.pk).update(revoked_at=now, revoked_reason="Dùng sai.")
    assert clients["permitted"].get(url).status_code == 404
    assert ("press-only", "press", 200) in given and ("press-only", "anonymous", 404) in given


def test_an_open_licence_opens_the_download_to_anyone_whatever_is_missing() -> None:
    """What the page and the search call open is open: some use is always allowed."""
    releases = itertools.product(("not_needed", "missing"), repeat=2)
    for licence, (people, music) in itertools.product(LICENCES.values(), releases):
        resource = row(licence=licence.code, people_release=people, music_release=music)
        assert access.may_download(None, resource, NOW) is licence.open_download
        assert Answer.ASK.allows is False
