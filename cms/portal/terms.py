"""Audiences and topics as links with their words and pictures."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from media_library.models import Audience, Topic
from media_library.models.vocabulary import Term

_ABOUT: dict[str, Promise] = {
    "students": _("STEM lessons, contests, clubs, digital skills"),
    "businesses": _("Support policies, good examples, problems to solve together"),
    "researchers": _("New mechanisms and ways to make results known"),
    "officials": _("Briefing material, handbooks, slides ready to use"),
    "citizens": _("Online public services, safety online, digital literacy"),
    "teachers": _("Lesson plans, pictures, short films for class"),
}
"""Said of an audience for which the vocabulary itself has no description."""


@dataclass(frozen=True, slots=True)
class TermLink:
    slug: str
    label: str
    about: str | Promise
    icon: str


def term_links(terms: list[Audience] | list[Topic], lang: str) -> list[TermLink]:
    return [_link(term, lang) for term in terms]


def _link(term: Term, lang: str) -> TermLink:
    about = term.description_in(lang) or _ABOUT.get(term.slug, "")
    return TermLink(term.slug, term.label_in(lang), about, term.slug if term.slug in _ABOUT else "citizens")


def audience_links(lang: str) -> list[TermLink]:
    return term_links(list(Audience.objects.all()), lang)


def topic_links(lang: str) -> list[TermLink]:
    return term_links(list(Topic.objects.all()), lang)


def widest_topics(lang: str) -> list[TermLink]:
    """Topics that stand below no other."""
    return term_links(list(Topic.objects.filter(parent__isnull=True)), lang)
