"""Every public route, classified. A route that stands here nowhere fails the build."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone, translation

from cms.sections.entries import absolute
from media_library.files import public_address
from media_library.models import Resource
from tests.leaks.population import KIT, MARK, World

Addresses = Callable[[Resource], list[str]]


def every_route() -> Iterator[tuple[str, str]]:
    """(pattern, name) of every route outside the admin, which has a table of its own."""

    def walk(patterns: list[Any], prefix: str, space: str) -> Iterator[tuple[str, str]]:
        for item in patterns:
            pattern = prefix + str(item.pattern)
            if isinstance(item, URLResolver):
                inner = f"{space}{item.namespace}:" if item.namespace else space
                yield from walk(item.url_patterns, pattern, inner)
            elif isinstance(item, URLPattern):
                yield pattern, f"{space}{item.name}"

    for pattern, name in walk(get_resolver().url_patterns, "", ""):
        if not pattern.startswith("admin/") or name == "media_library:staff_file":
            yield pattern, name


def _both(name: str, **kwargs: str) -> list[str]:
    found = []
    for language in ("vi", "en"):
        with translation.override(language):
            found.append(reverse(name, kwargs=kwargs))
    return found


def _files(resource: Resource) -> list[str]:
    return [
        public_address(resource, rendition)
        for asset in resource.assets.all()
        for rendition in asset.file.renditions.all()
    ]


def _staff_files(resource: Resource) -> list[str]:
    found = []
    for asset in resource.assets.all():
        names = ["original", *(rendition.name for rendition in asset.file.renditions.all())]
        found += [
            reverse("media_library:staff_file", kwargs={"pk": asset.file_id, "name": name}) for name in names
        ]
    return found


ABOUT_ONE: dict[str, Addresses] = {
    "portal:resource": lambda row: _both("portal:resource", public_id=row.public_id, slug=row.slug),
    "portal:resource_short": lambda row: _both("portal:resource_short", public_id=row.public_id),
    "portal:citation_bib": lambda row: _both("portal:citation_bib", public_id=row.public_id),
    "portal:citation_ris": lambda row: _both("portal:citation_ris", public_id=row.public_id),
    "portal:script": lambda row: _both("portal:script", public_id=row.public_id, slug=row.slug),
    "exchange:resource": lambda row: [
        f"/api/v1/resources/{row.public_id}",
        f"/api/v1/resources/{row.public_id}?lang=en",
    ],
    "syndication:resource_frame": lambda row: [f"/embed/r/{row.public_id}/"],
    "syndication:resource_frame_en": lambda row: [f"/embed/r/{row.public_id}/en/"],
    "syndication:resource_feed": lambda row: [
        f"/feeds/r/{row.public_id}/{name}" for name in ("feed.json", "atom.en.xml", "section.html")
    ],
    "syndication:chapters": lambda row: [f"/feeds/r/{row.public_id}/chapters.json"],
    "taking:manifest": lambda row: [f"/r/{row.public_id}/manifest.json"],
    "taking:signature": lambda row: [f"/r/{row.public_id}/manifest.sig"],
    "media_library:file": _files,
    "newsroom:resource": lambda row: _both("newsroom:resource", public_id=row.public_id),
    "newsroom:corrections": lambda row: _both("newsroom:corrections", public_id=row.public_id),
    "newsroom:ask": lambda row: _both("newsroom:ask", public_id=row.public_id),
    "taking:rights": lambda row: [f"/r/{row.public_id}/rights.json"],
    "taking:offer": lambda row: [
        f"/take/{row.public_id}/{key}" for key in ("web", "captions-vi-srt", "article-html")
    ],
}
"""Addresses of one resource: hidden and missing must answer alike."""

FOR_STAFF: dict[str, Addresses] = {"media_library:staff_file": _staff_files}
"""Addresses for those who keep the resource; everyone else is answered as if it did not exist."""


def _questions(world: World) -> list[str]:
    asked = [
        "",
        f"q={MARK}",
        f"q={MARK}+ti%C3%AAu",
        "sort=newest",
        "captions=yes",
        "kind=photo",
        "q=tai+nguyen",
    ]
    asked += [f"agency={world.owner.code}", "topic=chuyen-doi-so", "audience=students", "campaign=chu-de"]
    return asked


def _today() -> str:
    return f"{timezone.localtime():%d/%m/%Y}"


def _searches(world: World) -> list[str]:
    return [f"{base}?{query}" for base in _both("portal:search") for query in _questions(world)]


def _api_searches(world: World) -> list[str]:
    """Words with a slip of the hand as well: other wordings come from the index, too."""
    asked = [
        *_questions(world),
        f"q={MARK[:-1]}",
        f"q={MARK}x",
        "q=ti%C3%AAu+d%E1%BB%81",
        "sort=title&limit=50",
    ]
    asked += [f"q=tai+nguyen+{MARK}", f"agency={world.owner.code}&kind=podcast&commercial=yes"]
    return [f"/api/v1/search?{query}&lang={lang}" for query in asked for lang in ("vi", "en")]


ABOUT_MANY: dict[str, Callable[[World], list[str]]] = {
    "newsroom:verify": lambda world: _both("newsroom:verify"),
    "taking:signing_key": lambda world: ["/.well-known/kho57-signing-key.pem"],
    "taking:signing_keys": lambda world: ["/.well-known/kho57-signing-keys.json"],
    "portal:home": lambda world: _both("portal:home"),
    "portal:search": _searches,
    "portal:audience": lambda world: _both("portal:audience", code="students"),
    "portal:topics": lambda world: _both("portal:topics"),
    "portal:topic": lambda world: _both("portal:topic", slug="chuyen-doi-so"),
    "portal:agencies": lambda world: _both("portal:agencies"),
    "portal:agency": lambda world: _both("portal:agency", code=world.owner.code),
    "portal:campaign": lambda world: _both("portal:campaign", code="chu-de"),
    "portal:resource": lambda world: [
        url for row in world.public for url in ABOUT_ONE["portal:resource"](row)
    ],
    "portal:script": lambda world: [
        url for row in world.public if row.kind == "podcast" for url in ABOUT_ONE["portal:script"](row)
    ],
    "newsroom:press": lambda world: [
        f"{base}?{query}"
        for base in _both("newsroom:press")
        for query in ("", f"q={MARK}", "rights=now&rights=ask", f"kind=photo&agency={world.owner.code}")
    ],
    "newsroom:radio": lambda world: [
        f"{base}?{query}"
        for base in _both("newsroom:radio")
        for query in ("", "script=yes&length=1", f"agency={world.owner.code}", f"day={_today()}")
    ],
    "newsroom:radio_day": lambda world: _both("newsroom:radio_day"),
    "newsroom:radio_scripts": lambda world: _both("newsroom:radio_scripts"),
    "newsroom:radio_week": lambda world: _both("newsroom:radio_week", week=f"{timezone.localtime():%G-W%V}"),
    "newsroom:press_kits": lambda world: _both("newsroom:press_kits"),
    "newsroom:press_kit": lambda world: _both("newsroom:press_kit", code=KIT, slug="bo-tai-lieu"),
    "sections:page": lambda world: _both("sections:page", agency="KIN-1", section="chuyen-muc"),
    **{
        name: lambda world, name=name: _both(name)
        for name in ("coverage:page", "coverage:csv", "coverage:json")
    },
    "sections:builder": lambda world: [
        *_both("sections:builder"),
        *(f"{url}?agency=KIN-1&section=chuyen-muc" for url in _both("sections:builder")),
    ],
    "syndication:feed": lambda world: [
        f"/feeds/KIN-1/chuyen-muc/{name}"
        for name in ("feed.json", "rss.xml", "atom.en.xml", "section.en.html")
    ],
    "syndication:selection_feed": lambda world: [
        f"/feeds/{selection}/{name}"
        for selection in (
            f"agency/{world.owner.code}",
            "topic/chuyen-doi-so",
            "audience/students",
            "campaign/chu-de",
            f"radio/{world.owner.type}",
        )
        for name in ("feed.json",)
    ],
    "syndication:selection_frame": lambda world: [
        f"/embed/{each}/{folder}"
        for each in (
            f"agency/{world.owner.code}",
            "topic/chuyen-doi-so",
            "audience/students",
            "campaign/chu-de",
        )
        for folder in ("", "en/")
    ],
    "syndication:search_frame": lambda world: [
        f"/embed/search/{folder}?{query}" for query in _questions(world)[:3] for folder in ("", "en/")
    ],
    "syndication:search_feed": lambda world: [
        f"/feeds/search/feed.json?{query}" for query in _questions(world)[:3]
    ],
    "syndication:oembed": lambda world: [
        f"/oembed?url={absolute(f'/vi/r/{row.public_id}/')}" for row in world.public[:2]
    ],
    "syndication:frame": lambda world: ["/embed/KIN-1/chuyen-muc/"],
    "syndication:frame_en": lambda world: ["/embed/KIN-1/chuyen-muc/en/"],
    "exchange:search": _api_searches,
    "exchange:suggest": lambda world: [
        f"/api/v1/suggest?q={prefix}&lang={language}"
        for prefix in (MARK[:3], MARK, f"{MARK}+tieu", "tai")
        for language in ("vi", "en")
    ],
    "sitemap": lambda world: ["/sitemap.xml"],
    "sitemap-pages": lambda world: ["/sitemap-pages.xml"],
    "sitemap-resources": lambda world: ["/sitemap-resources-0.xml", "/sitemap-resources-1.xml"],
}
"""Pages and feeds of many: the hidden world may not change a byte of them."""

OF_THEIR_HOLDER = {
    *(f"newsroom:{name}" for name in ("lightboxes", "choose", "lightbox", "compare", "pack", "sheet", "act")),
    *(f"newsroom:{name}" for name in ("shared", "copy", "shared_sheet", "opened", "copy_opened")),
    *(f"newsroom:{name}" for name in ("enquiries", "enquiry")),
    *("taking:tray", "taking:kit"),
}
"""What somebody collected: 404 to all others, and without a name of what is hidden to its holder. Every state by
every one of these is asked in tests/newsroom/test_leaks.py; requests of the press in test_enquiries.py there."""

OF_THEIR_READER = {
    *(f"newsroom:{name}" for name in ("notices", "follow", "searches", "save_search", "saved_search")),
    "taking:saved_search_feed",
}
"""What a person follows, took and keeps: for who is signed in, without a name of what is hidden. Every state is
asked in tests/newsroom/test_notices.py. The feed leads to the public one of its search."""
FOR_ACCREDITED = {
    f"newsroom:{name}" for name in ("embargoed", "embargoed_one", "embargoed_picture", "embargoed_kit")
}
"""The press desk: 404 to all but accredited journalists. Every sort of them, before, at and after the second, is
asked in test_embargo_matrix.py."""

ABOUT_NONE = {
    "newsroom:accreditation",
    "newsroom:accreditation_card",
    "newsroom:accreditation_confirm",
    "operations:alive",
    "operations:ready",
    "exchange:openapi",
    "portal:request",
    "portal:request-sent",
    "syndication:frame_script",
    "syndication:component",
    "syndication:component_version",
    "root",
    "favicon",
    "robots",
    "opensearch",
    "security",
    "manifest",
    "wagtail_serve",
    "notifying:websub",
    "notifying:takedown_confirm",
    "search:asked",
    "search:clicked",
    "seeing:seen",
    "newsroom:stop",
}
"""They say nothing of any resource (Wagtail serves the standing pages: about, help, terms).

A token of a notice is known to its system alone, see tests/notifying/test_takedown.py. The two of search always
answer 204, see tests/search/editing/test_asked.py; so does that of the beacons (tests/coverage/test_beacons.py).
The address that stops letters says the same of everyone, see tests/newsroom/test_notices.py.
"""


BEFORE_ROUTES = ("/metrics",)
"""Answered before the routes, to those who watch the site; to everyone else an unknown address."""


def classified() -> set[str]:
    theirs = {*OF_THEIR_HOLDER, *OF_THEIR_READER, *FOR_ACCREDITED}
    return {*ABOUT_ONE, *FOR_STAFF, *ABOUT_MANY, *ABOUT_NONE, *theirs}
