"""Files for machines: sitemaps, robots, OpenSearch, security.txt, the web app manifest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.portal.addresses import absolute, canonical
from media_library.models import Audience, Campaign, Resource, Topic
from media_library.models.agency import Agency

MOST = 20_000
"""Addresses of one sitemap; the protocol allows 50,000."""
_CHUNK = 1_000
_HOUR = 3600


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """One entry for pages and one for each range of resource ids; what is hidden is in none of them."""
    newest = Resource.objects.public(timezone.now()).order_by("-pk").values_list("pk", flat=True).first()
    ranges = range(0, (newest or 0) + 1, MOST) if newest else ()
    places = [reverse("sitemap-pages"), *(reverse("sitemap-resources", args=[start]) for start in ranges)]
    entries = "".join(f"<sitemap><loc>{absolute(place)}</loc></sitemap>" for place in places)
    return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>')


@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    """Pages that stand beside the resources, in both languages."""
    entries = "".join(_entry(_in_all_languages(name, args)) for name, args in _places())
    return _xml(_urlset(entries))


def _places() -> Iterator[tuple[str, list[str]]]:
    for name in ("home", "search", "topics", "agencies"):
        yield f"portal:{name}", []
    for slug in Topic.objects.values_list("slug", flat=True):
        yield "portal:topic", [slug]
    for slug in Audience.objects.values_list("slug", flat=True):
        yield "portal:audience", [slug]
    for code in Agency.objects.filter(successor=None).values_list("code", flat=True):
        yield "portal:agency", [code]
    for code in Campaign.objects.values_list("code", flat=True):
        yield "portal:campaign", [code]
    for slug in ("about", "help", "accessibility", "terms"):
        yield "wagtail_serve", [f"{slug}/"]


def _in_all_languages(name: str, args: list[str]) -> dict[str, str]:
    found = {}
    for lang, _name in settings.LANGUAGES:
        with translation.override(lang):
            found[lang] = absolute(reverse(name, args=args))
    return found


@require_safe
def sitemap_resources(request: HttpRequest, start: int) -> StreamingHttpResponse:
    """Public resources with ids from ``start``, read in chunks by id so that memory stays flat."""
    if start % MOST:
        raise Http404
    response = StreamingHttpResponse(
        _resource_entries(start, timezone.now()), content_type="application/xml; charset=utf-8"
    )
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


def _resource_entries(start: int, at: datetime) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n' + _URLSET
    rows = Resource.objects.public(at).filter(pk__gte=start, pk__lt=start + MOST).order_by("pk")
    for row in rows.select_related("locale").only(*_NEEDED).iterator(chunk_size=_CHUNK):
        yield _entry({row.language: canonical(row)}, changed=row.last_published_at)
    yield "</urlset>"


_NEEDED = ("public_id", "slug", "locale", "last_published_at")
_URLSET = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
)


def _urlset(entries: str) -> str:
    return f"{_URLSET}{entries}</urlset>"


def _entry(addresses: dict[str, str], *, changed: datetime | None = None) -> str:
    """One ``url`` for each language, each naming all languages (Google's sitemap extension)."""
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{lang}" href="{escape(address)}"/>'
        for lang, address in addresses.items()
    )
    links = links if len(addresses) > 1 else ""
    moment = f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else ""
    return "".join(
        f"<url><loc>{escape(address)}</loc>{moment}{links}</url>" for address in addresses.values()
    )


def _xml(text: str, content_type: str = "application/xml") -> HttpResponse:
    response = HttpResponse(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', content_type=f"{content_type}; charset=utf-8"
    )
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this address whatever a page says."""
    return redirect(static("icons/mark-32.png"))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /api/",
        "Disallow: /embed/",
        "Disallow: /*/search/?",
        f"Sitemap: {absolute(reverse('sitemap'))}",
        "",
    ]
    return _text("\n".join(lines))


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """RFC 9116. The contact is the setting ``SECURITY_CONTACT``."""
    contact = getattr(settings, "SECURITY_CONTACT", "") or absolute("/vi/about/")
    expires = timezone.now() + timedelta(days=180)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires.replace(microsecond=0, second=0, minute=0).isoformat()}",
        "Preferred-Languages: vi, en",
        f"Canonical: {absolute('/.well-known/security.txt')}",
        "",
    ]
    return _text("\n".join(lines))


def _text(text: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_HOUR}"
    return response


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """OpenSearch 1.1: lets a browser search the library from its address bar."""
    lang = "en" if request.GET.get("lang") == "en" else "vi"
    with translation.override(lang):
        find = absolute(reverse("portal:search"))
        about = _("Infographics, videos, podcasts and articles on science, technology and digital change")
    hints = f"{absolute(reverse('exchange:suggest'))}?q={{searchTerms}}&amp;lang={lang}"
    text = (
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">'
        f"<ShortName>Kho 57</ShortName><Description>{escape(about)}</Description>"
        f"<Language>{lang}</Language><InputEncoding>UTF-8</InputEncoding>"
        f'<Image width="32" height="32" type="image/svg+xml">{absolute(static("icons/mark.svg"))}</Image>'
        f'<Url type="text/html" template="{find}?q={{searchTerms}}"/>'
        f'<Url type="application/json" rel="suggestions" template="{hints}"/>'
        "</OpenSearchDescription>"
    )
    return _xml(text, "application/opensearchdescription+xml")


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """The web app manifest."""
    data: dict[str, Any] = {
        "name": "Kho 57 · Kho tài nguyên truyền thông số thành phố Huế",
        "short_name": "Kho 57",
        "start_url": "/vi/",
        "scope": "/",
        "display": "browser",
        "lang": "vi",
        "background_color": "#ffffff",
        "theme_color": "#3b1d63",
        "icons": [{"src": static("icons/mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    response = JsonResponse(data, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = "application/manifest+json"
    response["Cache-Control"] = f"public, max-age={_HOUR}"
    return response
