"""Addresses of the portal: with a language for people, without one for machines.

``urlpatterns`` stands under the language prefix. ``page_urlpatterns`` is what Wagtail serves and must
come last there; ``machine_urlpatterns`` stands at the root.
"""

from __future__ import annotations

from django.urls import path, re_path
from wagtail.urls import serve_pattern
from wagtail.views import serve

from cms.portal.views import browsing, finding, home, machines, resource, wishing

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", finding.search, name="search"),
    path("request/", wishing.wish, name="request"),
    path("request/sent/", wishing.sent, name="request-sent"),
    path("r/<str:public_id>/cite.bib", resource.citation, {"form": "bib"}, name="citation_bib"),
    path("r/<str:public_id>/cite.ris", resource.citation, {"form": "ris"}, name="citation_ris"),
    path("r/<str:public_id>/", resource.resource, name="resource_short"),
    path("r/<str:public_id>/<str:slug>/", resource.resource, name="resource"),
    path("r/<str:public_id>/<str:slug>/script/", resource.script, name="script"),
    path("audience/<str:code>/", browsing.audience, name="audience"),
    path("topic/", browsing.topics, name="topics"),
    path("topic/<str:slug>/", browsing.topic, name="topic"),
    path("agency/", browsing.agencies, name="agencies"),
    path("agency/<str:code>/", browsing.agency, name="agency"),
    path("campaign/<str:code>/", browsing.campaign, name="campaign"),
]

page_urlpatterns = [re_path(serve_pattern, serve, name="wagtail_serve")]

machine_urlpatterns = [
    path("", home.root, name="root"),
    path("sitemap.xml", machines.sitemap_index, name="sitemap"),
    path("sitemap-pages.xml", machines.sitemap_pages, name="sitemap-pages"),
    path("sitemap-resources-<int:start>.xml", machines.sitemap_resources, name="sitemap-resources"),
    path("favicon.ico", machines.favicon, name="favicon"),
    path("robots.txt", machines.robots, name="robots"),
    path("opensearch.xml", machines.opensearch, name="opensearch"),
    path(".well-known/security.txt", machines.security, name="security"),
    path("site.webmanifest", machines.manifest, name="manifest"),
]
