"""Wagtail's way in to what the lead department teaches the search and learns from it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from search.editing.picks import PickViewSet
from search.editing.synonyms import SynonymViewSet
from search.editing.trends import TrendsViewSet
from search.editing.waiting import WaitingViewSet
from search.editing.wishes import WishViewSet


class SearchGroup(ViewSetGroup):
    menu_label = _("Search")
    menu_name = "search-pages"
    menu_icon = "search"
    menu_order = 350
    items = (TrendsViewSet, WishViewSet, PickViewSet, SynonymViewSet, WaitingViewSet)


@hooks.register("register_admin_viewset")
def search_pages() -> SearchGroup:
    return SearchGroup()
