"""Every address of the site, put together from its rooms."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from wagtail.admin import urls as wagtailadmin_urls

from cms.coverage import urls as coverage
from cms.exchange import urls as exchange
from cms.newsroom import urls as newsroom
from cms.notifying import urls as notifying
from cms.portal import urls as portal
from cms.sections import urls as sections

handler400 = "cms.operations.errors.bad_request"
handler403 = "cms.operations.errors.permission_denied"
handler404 = "cms.operations.errors.page_not_found"
handler500 = "cms.operations.errors.server_error"

for_machines: list[URLPattern | URLResolver] = [
    path("", include("cms.operations.urls")),
    path("", include("media_library.urls")),
    path("", include((sections.machines, "syndication"))),
    path("", include((newsroom.machines, "taking"))),
    path("", include((coverage.machines, "seeing"))),
    path("", include((notifying.machines, "notifying"))),
    path("api/v1/", include((exchange.urlpatterns, "exchange"))),
    path("", include(portal.machine_urlpatterns)),
    path("", include("search.urls")),
]
for_staff: list[URLPattern | URLResolver] = [path("admin/", include(wagtailadmin_urls))]
# The portal comes last: behind its own addresses it serves whatever pages Wagtail has.
for_people: list[URLPattern | URLResolver] = [
    path("", include((sections.people, "sections"))),
    path("", include((coverage.people, "coverage"))),
    path("", include((newsroom.people, "newsroom"))),
    path("", include("cms.portal.urls")),
    *portal.page_urlpatterns,
]
urlpatterns = for_machines + for_staff + i18n_patterns(*for_people, prefix_default_language=True)
