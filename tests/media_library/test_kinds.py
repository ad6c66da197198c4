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


def test_what_can_carry_script_is_accepted_where_it_is_shown_as_pixels_alone() -> None:
    accepted = {
        (media_type, kind, role)
        for kind, rule in RULES.items()
        for role in Role.values
        for media_type in rule.accepted(role)
    }
    drawings = {(kind, role) for media_type, kind, role in accepted if media_type == "image/svg+xml"}
    assert drawings == {("infographic", "original"), ("photo", "original")}
    assert "text/html" not in {media_type for media_type, _kind, _role in accepted}


@pytest.mark.parametrize("kind", Kind.values)
def test_every_role_has_a_limit_in_bytes(kind: str) -> None:
    assert all(rule_for(kind).size_limit(role) > 0 for role in Role.values if role != Role.ORIGINAL)


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError):
        rule_for("poem")
