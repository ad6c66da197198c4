"""The place of the press in the menu of the admin."""

from __future__ import annotations

from django.utils.translation import gettext_lazy
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from cms.newsroom.editing.enquiries import EnquiryViewSet
from cms.newsroom.editing.press_kits import PressKitViewSet


class PressGroup(SnippetViewSetGroup):
    items = (PressKitViewSet, EnquiryViewSet)
    menu_label = gettext_lazy("Press")
    menu_name = "press"
    menu_icon = "mail"
    menu_order = 158
