"""What belongs to the lead department in the admin: addresses nobody else has, and their place in the menu."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from media_library.editing import fence
from search.editing.rights import LeadMenuItem


class ForTheLead(ViewSet):
    """A view set whose addresses are missing for everybody but the lead department."""

    @cached_property
    def menu_item_class(self) -> type[LeadMenuItem]:
        return LeadMenuItem

    def on_register(self) -> None:
        fence.reserve(self.url_namespace)
        super().on_register()


class RowsForTheLead(ForTheLead, ModelViewSet):
    """The same for rows of a model that :func:`search.editing.rights.reserve` has reserved."""

    copy_view_enabled = False
    search_backend_name = None

    def register_permissions(self) -> Any:
        """None to give away: :class:`search.editing.rights.LeadPolicy` decides."""


class Reserved(ForTheLead):
    """Under ``search/``."""

    place = ""

    @cached_property
    def name(self) -> str:
        return f"kho57_search_{self.place}"

    @cached_property
    def url_prefix(self) -> str:
        return f"search/{self.place}"


class ReservedModel(Reserved, RowsForTheLead):
    """Rows under ``search/``."""
