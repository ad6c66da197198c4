"""What each kind accepts, and that form, intake and gate read one rule."""

import pytest

from media_library.kinds import EXTENSIONS, RULES, Kind, Role, rule_for


def test_every_kind_has_a_rule() -> None:
    assert set(RULES) == set(Kind.values)


@pytest.mark.parametrize("kind", Kind.values)
def test_every_accepted_type_has_an_ending_for_the_form(kind: str) -> None:
    rule = rule_for(kind)
    for role in Role.values:
        for media_type in rule.accepted(role):
            assert EXTENSIONS[media_type]
            assert media_type in rule.accept_attribute(role)


def test_a_picture_that_can_carry_script_is_accepted_nowhere() -> None:
    accepted = {kind for rule in RULES.values() for role in Role.values for kind in rule.accepted(role)}
    assert "image/svg+xml" not in accepted
    assert "text/html" not in accepted


@pytest.mark.parametrize("kind", Kind.values)
def test_every_role_has_a_limit_in_bytes(kind: str) -> None:
    assert all(rule_for(kind).size_limit(role) > 0 for role in Role.values if role != Role.ORIGINAL)


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError):
        rule_for("poem")
