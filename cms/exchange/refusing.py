"""What of a question cannot be used, in one clear message for each parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cms.exchange.answers import Notice, Refused
from cms.exchange.parameters import MOST_RESULTS, Parameters
from search import text

MOST_TOLD = 30
"""Parameters of which it is told what is wrong with them."""


class NotUsable(Exception):
    """The question as a whole is refused with 422; ``refused`` says why."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused)
        self.refused = refused


def check(request: HttpRequest, accepted: type[Parameters]) -> None:
    """Raises :class:`NotUsable` for names that mean nothing, and for what may be given only once."""
    if any(stray(request, accepted)):
        raise NotUsable(refusal(request, accepted))


def refusal(
    request: HttpRequest, accepted: type[Parameters], errors: Iterable[Mapping[str, Any]] = ()
) -> Refused:
    """What of ``request`` is stray, and pydantic's ``errors`` in our words: once for each parameter."""
    told: dict[str, Notice] = {}
    for notice in (*stray(request, accepted), *_wrong(errors, accepted)):
        told.setdefault(notice.parameter, notice)
    return Refused(detail=list(told.values())[:MOST_TOLD])


def stray(request: HttpRequest, accepted: type[Parameters]) -> Iterator[Notice]:
    """Parameters that are not among ``accepted``, or are repeated though they may not be."""
    repeatable = accepted.repeatable()
    for name, values in request.GET.lists():
        if name not in accepted.model_fields:
            yield _told(name, _("There is no parameter of this name."))
        elif len(values) > 1 and name not in repeatable:
            yield _told(name, _("This can be given only once."))


def _wrong(errors: Iterable[Mapping[str, Any]], accepted: type[Parameters]) -> Iterator[Notice]:
    for error in errors:
        name = next((str(part) for part in error["loc"] if part in accepted.model_fields), "")
        yield _told(name, _message(name, error))


def place_lost() -> NotUsable:
    """``after`` is forged, cut short, or belongs to another question."""
    return NotUsable(Refused(detail=[_told("after", _place())]))


def _told(name: str, message: str) -> Notice:
    return Notice(parameter=text.canonical(name)[:40], message=message)


def _message(name: str, error: Mapping[str, Any]) -> str:
    if name == "limit":
        return _("A whole number from 1 to %(most)s.") % {"most": MOST_RESULTS}
    if name == "after":
        return _place()
    if name == "year":
        return _("Years from 1900 to 2199, with four digits.")
    say = _MESSAGES.get(error["type"])
    return say(error.get("ctx", {})) if say else _("This cannot be used here.")


def _place() -> str:
    return _("This is no place in these results, or no longer: ask again from the start, without it.")


def _one_of(context: Mapping[str, Any]) -> str:
    values = str(context["expected"]).replace("'", "").replace(" or ", ", ")
    return _("Use one of: %(values)s.") % {"values": values}


_MESSAGES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "literal_error": _one_of,
    "string_too_long": lambda context: _("At most %(most)s characters.") % {"most": context["max_length"]},
    "string_too_short": lambda context: _("This is empty: leave it out or give a value."),
    "too_long": lambda context: _("At most %(most)s choices.") % {"most": context["max_length"]},
}
