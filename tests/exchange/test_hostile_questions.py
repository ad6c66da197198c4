"""Whatever is sent, the API answers or says what is wrong with it; it never breaks, and is never slow to say."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote_from_bytes, urlencode

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from search.request import NAMES
from tests.exchange import library

pytestmark = pytest.mark.django_db
NASTY = (
    "",
    " ",
    "x" * 10_000,
    "chuyển đổi số " * 20,
    "!?.,;:…()[]{}<>/\\|@#$%^&*_+=~`'\"",
    '"',
    '"" "',
    'title:(a OR b) AND NOT c^4 ~2 [* TO *] /re.*x/ && || ! "a b"~3 {a TO b}',
    "* ? *:* _exists_:title \\u0041 \\",
    "😀👩‍👩‍👧‍👦🇻🇳",
    "a\x00b",
    "\x00",
    "\ud800",
    "a\udfffb",
    "\u202eabc\u202c\u200f\u200e\u2066x\u2069",
    "<script>alert(1)</script><mark>",
    "' OR 1=1; DROP TABLE media_library_resource; --",
    "%' UNION SELECT * FROM auth_user --",
    "${jndi:ldap://x/y}{{7*7}}%s%n%(x)s",
    "ﷺ" * 16,
    "ệ" * 300,
    "a\u0301\u0302\u0303\u0304" * 60,
    "İstanbul ſtraße ﬁ Ⅷ ①",
    "-1",
    "99999999999999999999",
    "1e309",
    "NaN",
    "null",
    "[]",
    "{}",
)
PARAMETERS = (*NAMES, "lang", "limit", "facets", "nonsense", "q[]", "q[$ne]", "")


@pytest.fixture
def filled(db: None) -> Client:
    library.build()
    cache.clear()
    return Client()


def _query(pairs: list[tuple[str, str]]) -> str:
    """As a careless program would send it: whatever Python holds, bytes that are no UTF-8 included."""
    return urlencode(pairs, errors="surrogatepass")


def _answers(client: Client, path: str, query: str) -> int:
    response = client.get(f"/api/v1/{path}?{query}")
    assert response.status_code in (200, 422), (path, query, response.status_code)
    body = json.loads(response.content)
    if response.status_code == 422:
        assert body["detail"] and all(one["message"] for one in body["detail"])
        assert len({one["parameter"] for one in body["detail"]}) == len(body["detail"])
    else:
        assert len(response.content) < 100_000
    return response.status_code


@pytest.mark.slow
def test_every_parameter_takes_or_refuses_every_nasty_text(filled: Client) -> None:
    for path in ("search", "suggest"):
        for name in PARAMETERS:
            for value in NASTY:
                _answers(filled, path, _query([(name, value)]))


def test_words_are_taken_whatever_they_are(filled: Client) -> None:
    short = [value for value in NASTY if len(value.encode("utf-16", "surrogatepass")) <= 600]
    for value in short:
        assert _answers(filled, "search", _query([("q", value)])) == 200, value
        assert _answers(filled, "suggest", _query([("q", value)])) == 200, value


def test_marks_are_the_only_markup_in_highlights(filled: Client) -> None:
    for q in ("<script>", "<mark>dịch vụ công</mark>", "cach nop ho so"):
        for one in filled.get("/api/v1/search", {"q": q}).json()["results"]:
            for shown in one["highlights"].values():
                assert "<" not in shown.replace("<mark>", "").replace("</mark>", "")


def test_fifty_choices_of_a_facet_are_refused_once(filled: Client) -> None:
    for name in ("topic", "agency", "year"):
        query = _query([(name, "2026")] * 50)
        assert _answers(filled, "search", query) == 422
        assert len(filled.get(f"/api/v1/search?{query}").json()["detail"]) == 1


def test_bytes_that_are_no_text_are_answered(filled: Client) -> None:
    for raw in (b"\xff\xfe", b"\xed\xa0\x80", b"\xc3", b"%zz", b"\xf0\x9f"):
        for name in ("q", "topic", "kind", "after"):
            _answers(filled, "search", f"{name}={quote_from_bytes(raw)}")
    _answers(filled, "search", "&&==&q&=x&q=%")


CURSORS = st.one_of(
    st.binary(max_size=80).map(lambda raw: base64.urlsafe_b64encode(raw).decode()),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
        max_leaves=8,
    ).map(lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")),
    st.text(max_size=700),
)
PAIRS = st.lists(
    st.tuples(
        st.sampled_from(PARAMETERS),
        st.one_of(
            st.sampled_from(NASTY),
            st.text(max_size=400),
            st.text(alphabet=st.characters(codec=None), max_size=50),
            st.sampled_from(
                ("video", "students", "H57.31", "2026", "vi", "en", "yes", "title", "newest", "20")
            ),
            CURSORS,
        ),
    ),
    max_size=6,
)


@pytest.mark.slow
def test_any_mixture_of_parameters_is_answered_or_refused(filled: Client) -> None:
    @hypothesis_settings(
        max_examples=200, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(pairs=PAIRS, path=st.sampled_from(("search", "suggest")))
    def send(pairs: list[tuple[str, str]], path: str) -> None:
        _answers(filled, path, _query(pairs))

    send()


@pytest.mark.slow
def test_no_forged_place_is_gone_on_from(filled: Client) -> None:
    place = filled.get("/api/v1/search", {"limit": 1}).json()["next"]
    question, *_rest = json.loads(base64.urlsafe_b64decode(place + "=" * (-len(place) % 4)))

    @hypothesis_settings(
        max_examples=150, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(
        value=st.one_of(st.integers(), st.floats(), st.text(max_size=30), st.none(), st.lists(st.integers()))
    )
    def forge(value: object) -> None:
        packed = json.dumps([question, value, 1]).encode()
        forged = base64.urlsafe_b64encode(packed).decode().rstrip("=")
        _answers(filled, "search", _query([("limit", "1"), ("after", forged)]))

    forge()


@pytest.mark.slow
def test_any_name_of_a_resource_is_answered(filled: Client) -> None:
    @hypothesis_settings(
        max_examples=100, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(name=st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
    def ask(name: str) -> None:
        status = filled.get(f"/api/v1/resources/{quote_from_bytes(name.encode(), safe='')}").status_code
        assert status == 404, name

    ask()
