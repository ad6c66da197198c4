"""The measures, on values reckoned by hand: log2 of 2, 3, 4 and 5 is 1, 1.585, 2 and 2.322."""

from __future__ import annotations

import json

import pytest

from search import evaluation
from search.evaluation import Case, Figures, Measured, Run

JUDGED = {"a": 3, "b": 2, "c": 1}


def case(q: str = "q", *, type: str = "natural", **judgments: int) -> Case:
    return Case(q=q, type=type, judgments=judgments or JUDGED)


class TestNdcg:
    def test_the_ideal_order_is_worth_one(self) -> None:
        assert evaluation.ndcg(["a", "b", "c"], JUDGED) == 1

    def test_gains_are_seven_three_and_one_and_each_place_counts_less(self) -> None:
        ideal = 7 / 1 + 3 / 1.58496 + 1 / 2  # 9.3928
        assert evaluation.ndcg(["b", "a", "c"], JUDGED) == pytest.approx(
            (3 + 7 / 1.58496 + 0.5) / ideal, abs=1e-4
        )
        assert evaluation.ndcg(["x", "a"], JUDGED) == pytest.approx(7 / 1.58496 / ideal, abs=1e-4)
        assert evaluation.ndcg(["x", "a"], JUDGED) == pytest.approx(0.4702, abs=1e-4)

    def test_an_irrelevant_resource_costs_only_by_its_place(self) -> None:
        assert evaluation.ndcg(["a", "b", "c", "x", "y"], JUDGED) == 1
        assert evaluation.ndcg(["a", "x", "b", "c"], JUDGED) == pytest.approx(
            (7 + 3 / 2 + 1 / 2.32193) / 9.39279, abs=1e-4
        )

    def test_nothing_found_is_worth_nothing(self) -> None:
        assert evaluation.ndcg([], JUDGED) == 0

    def test_what_stands_in_the_eleventh_place_does_not_count(self) -> None:
        assert evaluation.ndcg([*"0123456789", "a"], JUDGED) == 0

    def test_more_judged_resources_than_places_can_still_be_answered_perfectly(self) -> None:
        many = {str(n): 2 for n in range(14)}
        assert evaluation.ndcg([str(n) for n in range(10)], many) == 1


class TestReciprocalRankAndRecall:
    def test_the_first_useful_place_counts(self) -> None:
        assert evaluation.reciprocal_rank(["x", "c", "b", "a"], JUDGED) == pytest.approx(1 / 3)
        assert evaluation.reciprocal_rank(["a"], JUDGED) == 1

    def test_a_marginal_resource_is_not_useful(self) -> None:
        assert evaluation.reciprocal_rank(["c"], JUDGED) == 0
        assert evaluation.recall(["c"], JUDGED) == 0

    def test_recall_is_the_share_of_the_useful_ones_in_ten(self) -> None:
        assert evaluation.recall(["a", "c", "x"], JUDGED) == 0.5
        assert evaluation.recall([*"0123456789", "a", "b"], JUDGED) == 0


class TestFigures:
    def test_means_are_taken_over_questions(self) -> None:
        found = [Measured(case(), ("a", "b", "c")), Measured(case(), ()), Measured(case(), ("x", "a"))]
        figures = Figures.of(found)
        assert figures.questions == 3
        assert figures.ndcg == pytest.approx((1 + 0 + 0.4702) / 3, abs=1e-4)
        assert figures.mrr == pytest.approx((1 + 0 + 0.5) / 3)
        assert figures.recall == pytest.approx((1 + 0 + 0.5) / 3)
        assert figures.zero == pytest.approx(1 / 3)

    def test_each_type_has_its_line_and_all_comes_last(self) -> None:
        found = [
            Measured(case(type="typo"), ("a",)),
            Measured(case(type="tone"), ()),
            Measured(case(type="typo"), ()),
        ]
        figures = evaluation.by_type(found)
        assert list(figures) == ["typo", "tone", "all"]
        assert [one.questions for one in figures.values()] == [2, 1, 3]
        assert figures["all"].zero == pytest.approx(2 / 3)


class TestComparison:
    CASES = (case("one", a=3), case("two", a=3), case("three", a=3), case("four", a=3), case("five", a=3))

    def test_the_greatest_change_stands_first(self) -> None:
        before = Run("old", {"one": ("x", "a"), "two": ("a",), "three": ("a",), "four": ("x", "y", "z", "a")})
        after = Run("new", {"one": ("a",), "two": ("x", "a"), "three": ("a",), "four": ("a",)})
        found = evaluation.compare(before, after, self.CASES)
        assert [one.case.q for one in found.better] == ["four", "one"]
        assert [one.case.q for one in found.worse] == ["two"]
        assert found.better[1].by == pytest.approx(1 - 0.6309, abs=1e-4)
        assert found.same == 1

    def test_what_only_one_run_was_asked_is_told_and_not_counted(self) -> None:
        before, after = Run("old", {"one": ("a",), "two": ()}), Run("new", {"one": ("a",)})
        found = evaluation.compare(before, after, self.CASES)
        assert (found.better, found.worse, found.same, found.uncompared) == ((), (), 1, ("two",))

    def test_a_saved_run_is_read_back_whole(self) -> None:
        run = Run("database", {"xác thực": ("a", "b"), "không": ()})
        assert Run.from_json(run.to_json()) == run

    @pytest.mark.parametrize("stored", ["", "[]", "3", '{"engine": "x"}', '{"engine": "x", "found": [1]}'])
    def test_anything_else_is_no_run(self, stored: str) -> None:
        with pytest.raises(evaluation.BadRun, match="not a saved run"):
            Run.from_json(stored)


class TestReadingCases:
    GOOD = json.dumps({"q": "mã QR", "type": "natural", "judgments": {"a": 3}, "set": "held-out"})

    def test_a_line_is_a_case_and_empty_lines_are_passed_over(self) -> None:
        (one,) = evaluation.read_cases(["", self.GOOD, "  "])
        assert one == Case(q="mã QR", type="natural", judgments={"a": 3}, set="held-out")

    @pytest.mark.parametrize(
        ("line", "problem"),
        [
            ("{", "no JSON"),
            ("[]", "no JSON object"),
            ('{"q": " ", "type": "typo", "judgments": {"a": 3}}', "“q” must"),
            ('{"q": "x", "type": 3, "judgments": {"a": 3}}', "“type” must"),
            ('{"q": "x", "type": "typo"}', "“judgments” must"),
            ('{"q": "x", "type": "typo", "judgments": {"a": 4}}', "grade of “a”"),
            ('{"q": "x", "type": "typo", "judgments": {"a": true}}', "grade of “a”"),
            ('{"q": "x", "type": "typo", "judgments": {"a": []}}', "grade of “a”"),
            ('{"q": "x", "type": "typo", "judgments": {"a": 1}}', "grade 2 or 3"),
            ('{"q": "x", "type": "typo", "judgments": {"a": 3}, "set": "test"}', "“set” must"),
            ('{"q": "x", "type": "typo", "judgments": {"a": 3}, "reason": 3}', "“reason” must"),
        ],
    )
    def test_a_bad_line_is_named_by_its_number(self, line: str, problem: str) -> None:
        with pytest.raises(evaluation.BadCases, match=f"line 3: .*{problem}"):
            evaluation.read_cases([self.GOOD, "", line])
