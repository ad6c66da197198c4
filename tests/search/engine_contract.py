"""What every engine must do: subclass, and give the fixture ``engine`` (an empty engine).

``exact_phrases_beyond``: words of a text up to which a quoted phrase is found; named by engines that have
a limit.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from search.engines.contract import Cue, Engine, Tombstone, checksum_of
from tests.search.documents import NOW, ask, document, every_page, found
from tests.search.meaning_contract import MeaningContract


class EngineContract(MeaningContract):
    """Behaviour that callers rely on, whichever engine answers."""

    # -- storing and taking back ------------------------------------------------------------------

    def test_what_is_indexed_is_found_and_comes_back_whole(self, engine: Engine) -> None:
        stored = document(
            summary="Bốn bước",
            keywords=("số hóa",),
            cues=(Cue(1.5, 2.0, "xin chào"),),
            pages=("trang một", "", "trang ba"),
            audiences=("citizens",),
            topics=("du-lieu-mo",),
            public_until=NOW + timedelta(days=1),
        )
        engine.index([stored])
        (hit,) = engine.search(ask("chuyển đổi số")).hits
        assert (hit.id, hit.document) == (1, stored)

    def test_a_newer_version_replaces_the_older_in_every_field(self, engine: Engine) -> None:
        engine.index([document(title="Chữ ký số", topics=("cu",), keywords=("giấy tờ",))])
        engine.index([document(title="Hóa đơn điện tử", topics=("moi",), version=2)])
        assert (
            found(engine, "chữ ký")
            == found(engine, "giấy tờ")
            == found(engine, filters={"topic": ("cu",)})
            == []
        )
        assert found(engine, "hóa đơn") == found(engine, filters={"topic": ("moi",)}) == [1]
        assert engine.count() == 1

    def test_an_older_version_never_replaces_a_newer(self, engine: Engine) -> None:
        engine.index([document(title="Bản mới", version=5)])
        engine.index([document(title="Bản cũ kỹ", version=4)])
        assert found(engine, "cũ kỹ") == []
        assert found(engine, "mới") == [1]

    def test_of_two_versions_in_one_call_the_newer_stays(self, engine: Engine) -> None:
        engine.index([document(title="Mùa thu", version=3), document(title="Mùa xuân", version=2)])
        assert found(engine, "mùa") == [1]
        assert found(engine, "xuân") == []

    def test_the_same_version_again_changes_nothing(self, engine: Engine) -> None:
        for _time in range(3):
            engine.index([document(topics=("du-lieu-mo",))])
        answer = engine.search(ask("chuyển đổi"))
        assert (answer.total, answer.facets["topic"]) == (1, {"du-lieu-mo": 1})

    def test_what_is_deleted_is_nowhere(self, engine: Engine) -> None:
        engine.index([document(topics=("du-lieu-mo",)), document(2, "Chuyển đổi xanh")])
        engine.delete([Tombstone(1, 2)])
        answer = engine.search(ask("chuyển đổi"))
        assert ([hit.id for hit in answer.hits], answer.total) == ([2], 1)
        assert answer.facets["topic"] == {}
        assert engine.suggest("chuyển đổi số", language="vi", limit=5, at=NOW) == []
        assert engine.count() == 1

    @pytest.mark.parametrize("late", [1, 2])
    def test_an_older_version_never_brings_a_deleted_one_back(self, engine: Engine, late: int) -> None:
        engine.delete([Tombstone(1, 3)])
        engine.index([document(version=late)])
        assert found(engine) == []
        engine.index([document(version=4)])
        assert found(engine) == [1]

    def test_an_older_tombstone_does_not_take_back_a_newer_document(self, engine: Engine) -> None:
        engine.index([document(version=4)])
        engine.delete([Tombstone(1, 3)])
        assert found(engine) == [1]

    def test_clear_forgets_documents_and_tombstones(self, engine: Engine) -> None:
        engine.index([document(1), document(2)])
        engine.delete([Tombstone(2, 9)])
        engine.clear()
        assert (engine.count(), found(engine), engine.stored(after=0, limit=9)) == (0, [], {})
        engine.index([document(2)])
        assert found(engine, "chuyển đổi số") == [2]

    def test_count_checksum_and_stored_know_ids_and_versions(self, engine: Engine) -> None:
        engine.index([document(n, version=n) for n in (3, 1, 2)])
        engine.delete([Tombstone(2, 7)])
        assert engine.count() == 2
        assert engine.stored(after=0, limit=10) == {1: 1, 3: 3}
        assert engine.stored(after=1, limit=10) == {3: 3}
        assert engine.stored(after=0, limit=1) == {1: 1}
        assert engine.checksum() == checksum_of({1: 1, 3: 3}) != checksum_of({1: 1, 3: 4})

    def test_nothing_is_found_in_an_empty_index(self, engine: Engine) -> None:
        answer = engine.search(ask("gì đó"))
        assert (answer.total, answer.hits, answer.next) == (0, (), None)
        engine.index([])
        engine.delete([])

    # -- words ------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("title", "typed"),
        [
            ("Nộp hồ sơ trực tuyến", "nop ho so"),
            ("Đăng ký sáng chế", "dang ky sang che"),
            ("Ủy ban nhân dân", "uỷ ban"),
            ("Hòa giải ở cơ sở", "hoà giải"),
            ("Quản lý dữ liệu", "quản lí"),
            ("Kĩ năng số", "kỹ năng"),
            ("Nghị quyết 57-NQ/TW", "57-NQ/TW"),
            ("Nghị quyết 57", "NQ57"),
            ("Nghị quyết 57", "nq 57"),
            ("Khoa học và công nghệ", "KH&CN"),
            ("Chuyển đổi số", "cđs"),
            ("Dùng AI an toàn", "trí tuệ nhân tạo"),
            ("Trí tuệ nhân tạo", "AI"),
            ("Trí tuệ nhân tạo", "a.i"),
            ("Ngày 18/5", "18/05"),
        ],
    )
    def test_each_way_of_writing_finds_the_same(self, engine: Engine, title: str, typed: str) -> None:
        import unicodedata

        engine.index([document(title=title), document(2, "Thứ khác hẳn")])
        if typed == "a.i":
            assert found(engine, typed) == []
            return
        for form in (typed, typed.upper(), unicodedata.normalize("NFD", typed)):
            assert found(engine, form) == [1], form

    @pytest.mark.parametrize(
        "field",
        [
            {"summary": "có cây cầu ngói"},
            {"keywords": ("cầu ngói",)},
            {"topic_labels": ("Cầu ngói",)},
            {"audience_labels": ("Người thích cầu ngói",)},
            {"agency_names": ("Phường Cầu Ngói",)},
            {"campaign_titles": ("Tuần lễ cầu ngói",)},
            {"kind_labels": ("Ảnh cầu ngói",)},
            {"alt": ("Ảnh chụp cầu ngói",)},
            {"text_alternative": ("Cầu ngói Thanh Toàn",)},
            {"body": ("Đoạn một.", "Cầu ngói ở Thủy Thanh.")},
            {"cues": (Cue(0, 1, "ra thăm"), Cue(1, 2, "cầu ngói"))},
            {"pages": ("trang đầu", "cầu ngói")},
        ],
    )
    def test_every_field_is_searched(self, engine: Engine, field: dict[str, object]) -> None:
        engine.index([document(1, "Một"), document(2, "Hai", **field)])
        assert found(engine, "cau ngoi") == found(engine, "cầu ngói") == [2]

    def test_the_accented_form_comes_first_where_accents_were_typed(self, engine: Engine) -> None:
        engine.index([document(1, "Bạn ở đâu"), document(2, "Bán hàng"), document(3, "Bàn bạc")])
        assert found(engine, "bán")[0] == 2
        assert found(engine, "bàn")[0] == 3
        assert sorted(found(engine, "ban")) == [1, 2, 3]

    def test_a_word_of_the_title_outranks_the_same_in_a_long_body(self, engine: Engine) -> None:
        long = "Nhiều chuyện khác nhau được kể ở đây. " * 30
        engine.index(
            [document(1, "Chuyện kể", body=(f"{long} lừa đảo {long}",)), document(2, "Nhận diện lừa đảo")]
        )
        assert found(engine, "lừa đảo") == [2, 1]

    def test_neighbouring_words_outrank_scattered_ones(self, engine: Engine) -> None:
        engine.index(
            [document(1, "Số nhà cũ đổi thành chuyển khoản"), document(2, "Bước đầu chuyển đổi số nhà")]
        )
        assert found(engine, "chuyển đổi số")[0] == 2

    def test_a_phrase_in_quotation_marks_is_found_as_it_stands(self, engine: Engine) -> None:
        engine.index(
            [
                document(1, "Dữ liệu mở cho người mới"),
                document(2, "Mở dữ liệu, liệu có mở"),
                document(3, "Dữ liệu", summary="mở"),
                document(4, "Dư liệu mơ"),
            ]
        )
        assert sorted(found(engine, '"du lieu mo"')) == [1, 4]
        assert found(engine, "“dữ liệu mở”") == [1]
        assert found(engine, '"dữ liệu mở" người') == [1]

    def test_of_two_words_both_are_needed_of_many_a_share(self, engine: Engine) -> None:
        engine.index([document(1, "Mật khẩu mạnh"), document(2, "Khẩu trang")])
        assert found(engine, "mật khẩu") == [1]
        assert found(engine, "mật khẩu của tôi bị mất phải làm sao bây giờ hả") == [1]
        assert found(engine, "mật ong") == []

    def test_what_only_looks_like_a_query_language_is_plain_words(self, engine: Engine) -> None:
        engine.index([document(1, "Lập trình NOT khó"), document(2, "Tiêu đề")])
        for typed in (
            '"',
            "AND OR NOT",
            "title:(",
            "* ^ ~ NEAR(",
            "a* OR b",
            "' OR 1=1 --",
            "{title} : x",
            "\\",
            "%s",
        ):
            engine.search(ask(typed))
        assert found(engine, "NOT khó") == [1]

    @pytest.mark.parametrize(
        "q", ["🙂", "\x00", "\ud800", "…!?", "\u202e", "a" * 5000, "từ " * 500, "漢字", "İ ß ﬁ"]
    )
    def test_no_words_whatever_raise(self, engine: Engine, q: str) -> None:
        engine.index([document(1)])
        engine.search(ask(q))
        engine.suggest(q, language="vi", limit=5, at=NOW)

    def test_text_no_engine_likes_can_be_indexed(self, engine: Engine) -> None:
        odd = "'' \\ % _ : & | ! <-> ' \" " + "x" * 3000 + " 漢字 🙂 e\u0301 " + "9" * 3000
        engine.index([document(1, "Tên lạ", body=(odd,), keywords=("",))])
        assert found(engine, "tên lạ") == [1]
        engine.index([document(1, "Tên khác", version=2)])
        assert found(engine, "lạ") == []

    def test_a_long_text_is_searched_to_its_thirty_thousandth_word(self, engine: Engine) -> None:
        body = " ".join(f"tu{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(29_000)) + " ngọc trai"
        engine.index([document(1, "Dài", body=(body,))])
        assert found(engine, "ngọc trai") == [1]

    # -- choices, counts, order, pages ------------------------------------------------------------

    def test_values_of_a_facet_add_up_and_facets_narrow(self, engine: Engine) -> None:
        engine.index(
            [
                document(1, kind="video", topics=("a", "b"), year="2025"),
                document(2, kind="photo", topics=("b",), year="2026"),
                document(3, kind="photo", topics=("c",), year="2026"),
            ]
        )
        assert found(engine, filters={"topic": ("a", "b")}) == [1, 2]
        assert found(engine, filters={"topic": ("b",), "kind": ("photo",)}) == [2]
        assert found(engine, "chuyển đổi số", filters={"year": ("2026",)}, sort="newest") == [2, 3]
        assert found(engine, filters={"topic": ("khong-co",)}) == []

    def test_every_facet_filters_and_counts(self, engine: Engine) -> None:
        values = {
            "kind": "video",
            "agency": "SO-02",
            "campaign": "18-5",
            "year": "2026",
            "language": "en",
            "licence": "cc0-1.0",
        }
        whole = document(1, audiences=("citizens",), topics=("stem",), has_captions=True, **values)
        engine.index([whole, document(2, kind="photo")])
        expected = {**values, "audience": "citizens", "topic": "stem", "captions": "yes"}
        answer = engine.search(ask())
        for facet, value in expected.items():
            assert found(engine, filters={facet: (value,)}) == [1], facet
            assert answer.facets[facet][value] == 1
        assert answer.facets["captions"] == {"yes": 1}
        assert "" not in {value for counts in answer.facets.values() for value in counts}

    def test_counts_of_a_facet_leave_out_its_own_choice_only(self, engine: Engine) -> None:
        engine.index(
            [
                document(1, kind="video", topics=("a",)),
                document(2, kind="video", topics=("b",)),
                document(3, kind="photo", topics=("a",)),
                document(4, "Thứ khác", kind="photo", topics=("a",)),
            ]
        )
        answer = engine.search(ask("chuyển đổi số", filters={"kind": ("video",), "topic": ("a",)}))
        assert answer.total == 1
        assert answer.facets["kind"] == {"video": 1, "photo": 1}
        assert answer.facets["topic"] == {"a": 1, "b": 1}
        assert answer.facets["language"] == {"vi": 1}

    def test_only_the_facets_asked_for_are_counted(self, engine: Engine) -> None:
        engine.index([document(1)])
        assert engine.search(ask(facets=())).facets == {}
        assert engine.search(ask(facets=("kind",))).facets == {"kind": {"article": 1}}

    def test_without_words_the_newest_come_first(self, engine: Engine) -> None:
        engine.index(
            [document(n, published_at=NOW - timedelta(hours=h)) for n, h in ((1, 3), (2, 1), (3, 2))]
        )
        assert found(engine, sort="newest") == found(engine) == [2, 3, 1]
        assert found(engine, "chuyển đổi số", sort="newest") == [2, 3, 1]

    @pytest.mark.parametrize("sort", ["relevance", "newest"])
    @pytest.mark.parametrize("q", ["", "chuyển đổi số"])
    def test_pages_hold_every_hit_once_in_order(self, engine: Engine, q: str, sort: str) -> None:
        engine.index([document(n, published_at=NOW, body=("số " * (n % 4),)) for n in range(1, 24)])
        whole = found(engine, q, sort=sort, size=100)
        pages = every_page(engine, q, sort=sort, size=5)
        assert [hit.id for page in pages for hit in page.hits] == whole
        assert sorted(whole) == list(range(1, 24))
        assert {page.total for page in pages} == {23}
        assert [len(page.hits) for page in pages] == [5, 5, 5, 5, 3]

    @pytest.mark.parametrize("after", [(0, 0), (-1e308, 2**62), (1e308, 1), (10**18, 5)])
    def test_a_position_beyond_the_hits_is_an_empty_or_whole_page(
        self, engine: Engine, after: tuple[float, int]
    ) -> None:
        engine.index([document(1)])
        for q in ("", "chuyển đổi số"):
            assert engine.search(ask(q, after=after)).total == 1

    # -- what is public ---------------------------------------------------------------------------

    def test_what_has_expired_is_not_counted_from_its_very_moment(self, engine: Engine) -> None:
        engine.index([document(1, public_until=NOW), document(2, public_until=NOW + timedelta(seconds=1))])
        answer = engine.search(ask("chuyển đổi số"))
        assert ([hit.id for hit in answer.hits], answer.total, answer.facets["kind"]) == (
            [2],
            1,
            {"article": 1},
        )
        assert engine.similar(2, limit=5, at=NOW) == []

    # -- suggestion, similar, explanation ---------------------------------------------------------

    def test_lines_are_suggested_from_any_word_without_accents(self, engine: Engine) -> None:
        engine.index(
            [
                document(1, "Kỹ năng số cơ bản", topic_labels=("Kỹ năng số",)),
                document(2, "Năm kỹ năng", keywords=("kỷ niệm",), agency_names=("Sở Khoa học",)),
            ]
        )
        lines = engine.suggest("ky n", language="vi", limit=5, at=NOW)
        assert {(one.text, one.kind) for one in lines} >= {
            ("Kỹ năng số cơ bản", "title"),
            ("Kỹ năng số", "topic"),
        }
        assert [one.text for one in engine.suggest("kỹ năng số cơ", language="vi", limit=5, at=NOW)] == [
            "Kỹ năng số cơ bản"
        ]
        assert [one.text for one in engine.suggest("KHOA", language="vi", limit=5, at=NOW)] == ["Sở Khoa học"]
        assert lines[-1].text == "Năm kỹ năng"

    def test_a_line_is_suggested_once_and_no_more_than_asked_for(self, engine: Engine) -> None:
        engine.index([document(n, "Chuyển đổi số") for n in range(1, 9)])
        assert len(engine.suggest("ch", language="vi", limit=5, at=NOW)) == 1
        engine.index([document(n, f"Chuyện số {n}", version=2) for n in range(1, 9)])
        assert len(engine.suggest("ch", language="vi", limit=5, at=NOW)) == 5

    @pytest.mark.parametrize("prefix", ["", " ", "!", "%", "_", "\\", "a%"])
    def test_nothing_is_suggested_for_no_letters(self, engine: Engine, prefix: str) -> None:
        engine.index([document(1, "Một")])
        assert engine.suggest(prefix, language="vi", limit=5, at=NOW) == []

    def test_similar_documents_share_words_and_are_never_itself(self, engine: Engine) -> None:
        engine.index(
            [
                document(1, "Lừa đảo trực tuyến", keywords=("mật khẩu",)),
                document(2, "Nhận diện lừa đảo trực tuyến"),
                document(3, "Trồng cây gây rừng"),
            ]
        )
        assert engine.similar(1, limit=5, at=NOW) == [2]
        assert engine.similar(99, limit=5, at=NOW) == []

    def test_the_parts_of_an_explanation_are_words_of_the_question(self, engine: Engine) -> None:
        engine.index([document(1, "Chuyển đổi số"), document(2, "Chuyển nhà"), document(3, "Khác")])
        parts = engine.explain(1, ask("chuyển đổi"))
        assert all(score > 0 for score in parts.values())
        assert "doi" in " ".join(parts)
        assert engine.explain(3, ask("chuyển đổi")) == {}
        assert engine.explain(1, ask()) == {}
