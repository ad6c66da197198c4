"""Addresses of sections: ``machines`` at the root, never changing; ``people`` below ``/vi/``, ``/en/``.

``cms.urls`` includes both: ``include((machines, "syndication"))`` and, within ``i18n_patterns``,
``include((people, "sections"))``.
"""

from __future__ import annotations

from django.urls import path, re_path

from cms.sections import builder, feeds, oembed, scripts, selecting, views

_SELECTED = r"^feeds/(?P<by>topic|audience|agency|campaign|lightbox|radio)/(?P<code>[^/]+)/(?P<name>[^/]+)$"

_FRAMED = r"^embed/(?P<by>topic|audience|agency|campaign|lightbox)/(?P<code>[^/]+)/(?:(?P<language>en)/)?$"

machines = [
    path("oembed", oembed.answer, name="oembed"),
    path("feeds/search/<str:name>", selecting.searched, name="search_feed"),
    path("feeds/r/<str:public_id>/chapters.json", selecting.chapters_of, name="chapters"),
    path("feeds/r/<str:public_id>/<str:name>", selecting.one_resource, name="resource_feed"),
    re_path(_SELECTED, selecting.selected, name="selection_feed"),
    path("feeds/<str:agency>/<str:section>/<str:name>", feeds.feed, name="feed"),
    path("embed/kho57-frame.js", scripts.frame_script, name="frame_script"),
    path("embed/kho57-section.js", scripts.component, name="component"),
    path("embed/v1/<str:name>", scripts.version, name="component_version"),
    path("embed/r/<str:public_id>/", views.resource_frame, name="resource_frame"),
    path("embed/r/<str:public_id>/en/", views.resource_frame, {"language": "en"}, name="resource_frame_en"),
    re_path(_FRAMED, selecting.framed, name="selection_frame"),
    re_path(r"^embed/search/(?:(?P<language>en)/)?$", selecting.framed_search, name="search_frame"),
    path("embed/<str:agency>/<str:section>/", feeds.frame, name="frame"),
    path("embed/<str:agency>/<str:section>/en/", feeds.frame, {"language": "en"}, name="frame_en"),
]
people = [
    path("s/<str:agency>/<str:section>/", views.section_page, name="page"),
    path("embed/", builder.builder, name="builder"),
]
