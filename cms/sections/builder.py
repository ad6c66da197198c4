"""``/{lang}/embed/``: choose a section, a selection or a resource, see it, copy the code in a form that fits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.sections import accent, embed_code, scripts, selections
from cms.sections.entries import absolute
from cms.sections.includes import includes
from cms.sections.models import Layout, Section
from cms.sections.render import in_language
from cms.sections.views import PAGE_CACHE, public_row, sites
from media_library.models import Audience, Campaign, Resource, Topic

LONGEST = 200
"""Signs of a question that are taken."""


@dataclass(frozen=True)
class Source:
    """What is embedded: ``path`` is its place below ``/feeds/`` and ``/embed/``, ``asked`` a search's query."""

    path: str
    title: str
    page: str
    layout: str = Layout.LIST
    number: int = selections.MOST
    asked: str = ""
    hosts: list[str] = field(default_factory=list)
    is_resource: bool = False

    @property
    def named(self) -> str:
        """How the component is told."""
        return f"{self.path}?{self.asked}" if self.asked else self.path

    def feed(self, name: str, language: str) -> str:
        """Absolute address of the form ``name``."""
        end = f"?{self.asked}" if self.asked else ""
        return absolute(f"/feeds/{self.path}/{in_language(name, language)}{end}")


@require_safe
def builder(request: HttpRequest) -> HttpResponse:
    """``?section=`` names a section or a selection such as ``topic/stem``, ``?q=`` a search, ``?resource=`` one
    resource."""
    at, language = timezone.now(), "en" if get_language() == "en" else "vi"
    sections = list(Section.objects.live().select_related("agency").order_by("agency__name", "title"))
    terms = _terms(language)
    resource = _embeddable(request.GET.get("resource", ""), at)
    wanted, asked = request.GET.get("section", "")[:LONGEST], request.GET.get("q", "").strip()[:LONGEST]
    shown = request.GET.get("language", "")
    source = _source(
        sections,
        terms,
        resource,
        wanted=wanted,
        asked=asked.replace("\x00", ""),
        language=shown if shown in ("vi", "en") else language,
    )
    named = bool(asked) or (source is not None and source.path == wanted)
    choices = embed_code.Choices.parse(
        request.GET, language=language, layout=source.layout if source else Layout.LIST
    )
    context = {
        "sections": _labelled(sections, language),
        "terms": terms,
        "source": source,
        "resource": resource,
        "asked": asked,
        "choices": choices,
        "accents": _accents(choices),
        "layouts": Layout.choices,
        "unknown": bool((wanted and not named) or (request.GET.get("resource") and not resource)),
        **(_codes(source, choices) if source else {}),
        "switch": {each: _in(each) for each in ("vi", "en") if each != language},
        "alternates": {each: absolute(_in(each)) for each in ("vi", "en")},
        "canonical": absolute(reverse("sections:builder")),
    }
    response = render(request, "sections/builder.html", context)
    response["Cache-Control"] = PAGE_CACHE
    return response


def _in(language: str) -> str:
    with override(language):
        return reverse("sections:builder")


def _embeddable(public_id: str, at: datetime) -> Resource | None:
    found = public_row(public_id, at) if public_id else None
    return None if found is None or found.embedding_refused else found


def _labelled(sections: list[Section], language: str) -> list[tuple[str, str]]:
    """Sections to choose from: address and label of each."""
    return [
        (each.address, f"{each.agency.label_in(language)}: {each.title_in(language)}") for each in sections
    ]


def _terms(language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Topics, audiences and campaigns to choose from: the heading, then place and label of each."""
    return [
        (_("Topics"), [(f"topic/{each.slug}", each.label_in(language)) for each in Topic.objects.all()]),
        (
            _("Audiences"),
            [(f"audience/{each.slug}", each.label_in(language)) for each in Audience.objects.all()],
        ),
        (
            _("Campaigns"),
            [(f"campaign/{each.code}", each.label_in(language)) for each in Campaign.objects.all()],
        ),
    ]


def _source(
    sections: list[Section],
    terms: list[tuple[str, list[tuple[str, str]]]],
    resource: Resource | None,
    *,
    wanted: str,
    asked: str,
    language: str,
) -> Source | None:
    """What was chosen; where nothing or nothing known was, the first section."""
    if resource is not None:
        page = resource.get_absolute_url(language)
        return Source(f"r/{resource.public_id}", resource.title, page, Layout.FEATURE, 1, is_resource=True)
    if asked:
        with override(language):
            page, title = reverse("portal:search"), _("Search: %(words)s") % {"words": asked}
        query = urlencode({"q": asked})
        return Source("search", title, f"{page}?{query}", asked=query)
    for path, label in (each for _heading, found in terms for each in found):
        if path == wanted:
            return Source(path, label, f"/{language}/{path}/")
    section = next((each for each in sections if each.address == wanted), next(iter(sections), None))
    return _of_section(section, language) if section else None


def _of_section(section: Section, language: str) -> Source:
    return Source(
        section.address,
        section.title_in(language),
        section.get_absolute_url(language),
        section.layout,
        section.limit,
        hosts=sites(section),
    )


def _codes(source: Source, choices: embed_code.Choices) -> dict[str, Any]:
    """The code in every form, and what the preview shows."""
    if source.is_resource:
        url = embed_code.resource_frame_url(source.path.removeprefix("r/"), choices=choices)
        height = embed_code.HEIGHTS["resource"]
    else:
        url = embed_code.section_frame_url(
            source.path, choices=choices, own_layout=source.layout, asked=source.asked
        )
        height = embed_code.HEIGHTS[choices.layout]
    code = str(embed_code.code(url=url, title=source.title, height=height))
    found = {
        "code": code,
        "mail": _mail(source.title, code),
        "preview_url": url.removeprefix(absolute("/").rstrip("/")),
        "height": height,
        "rss": source.feed("rss.xml", choices.language),
        "json": source.feed("feed.json", choices.language),
        "page": absolute(source.page),
        "hosts": source.hosts,
    }
    return found if source.is_resource else found | _component(source, choices, frame_url=url)


def _component(source: Source, choices: embed_code.Choices, *, frame_url: str) -> dict[str, Any]:
    number = min(choices.limit or source.number, 10)
    given: dict[str, Any] = {
        "address": source.named,
        "frame_url": frame_url,
        "page_url": absolute(source.page),
        "title": source.title,
        "choices": choices,
        "height": embed_code.component_height(layout=choices.layout, number=number),
    }
    code = str(embed_code.component_code(**given))
    kept = (scripts.version_path(), scripts.integrity())
    address = source.feed("section.html", choices.language)
    return {
        "component": code,
        "component_mail": _mail(source.title, code),
        "component_kept": str(embed_code.component_code(**given, integrity=kept)),
        "include_url": address,
        "includes": includes(address),
    }


def _mail(title: str, code: str) -> str:
    """A letter to the webmaster, to be finished in the reader's own mail program (RFC 6068)."""
    subject = _("Please put this on our site: %(title)s") % {"title": title}
    body = _("Please paste these lines where the section shall stand:")
    lines = code.replace("\n", "\r\n")
    letter = f"{body}\r\n\r\n{lines}\r\n"
    return f"mailto:?subject={quote(subject)}&body={quote(letter)}"


_ACCENTS = ("4f2a80", "00529b", "9c1c1c")


def _accents(choices: embed_code.Choices) -> dict[str, Any]:
    return {
        "usual": set(_ACCENTS),
        "other": choices.accent.asked not in _ACCENTS or bool(choices.wrong_colour),
        "asked": choices.accent.asked,
        "best": choices.accent.dark if choices.theme == "dark" else choices.accent.light,
        "least": accent.LEAST,
    }
