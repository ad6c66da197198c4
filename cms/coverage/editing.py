"""Pages with sections in the admin: each agency's editors name their own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.coverage.models import Place
from media_library.editing.owned import OwnedChooserViewSet, offer_own_agencies


class PlaceForm(WagtailAdminModelForm):
    """Whose page it is is said once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("agency", None)
        elif "agency" in self.fields:
            offer_own_agencies(self.fields["agency"], to=self.for_user)


def _state(place: Place) -> str:
    """How it stands, and in plain words why."""
    if not place.verdict:
        return _("Not looked at yet")
    return (
        f"{place.get_verdict_display()}. {_(place.problem)}" if place.problem else place.get_verdict_display()
    )


class PlaceViewSet(SnippetViewSet):
    model = Place
    icon = "globe"
    menu_label = gettext_lazy("Coverage")
    menu_name = "coverage"
    menu_order = 155
    add_to_admin_menu = True
    admin_url_namespace = "coverage_admin"
    base_url_path = "coverage"
    chooser_viewset_class = OwnedChooserViewSet
    copy_view_enabled = False
    search_backend_name = None
    list_display: ClassVar = [
        "url",
        "agency",
        Column("state", label=gettext_lazy("State"), accessor=_state),
        Column("dead", label=gettext_lazy("Dead links"), accessor=lambda place: len(place.dead) or "–"),
        "newest",
        "visited_at",
    ]
    list_filter: ClassVar = ["verdict"]
    search_fields: ClassVar = ["url", "agency__name"]
    list_per_page = 50
    edit_handler = ObjectList(
        [
            FieldPanel("agency"),
            FieldPanel("url"),
            FieldPanel("days"),
            HelpPanel(template="coverage/found.html", heading=gettext_lazy("What was found there")),
        ],
        base_form_class=PlaceForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Place]:
        return Place.objects.editable_by(request.user).select_related("agency")
