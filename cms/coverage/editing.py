"""Pages with sections in the admin: each agency's editors name their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.chooser import SnippetChooserViewSet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.coverage.models import Place
from media_library import access
from media_library.models import Agency


class PlacePolicy(ModelPermissionPolicy):
    """The group opens the door (model permission), ``access`` decides on the page behind it."""

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Place) -> bool:
        if not super().user_has_permission(user, action):
            return False
        return instance.agency_id is None or access.may_edit_section_of(user, instance.agency)

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Iterable[str], instance: Place
    ) -> bool:
        return any(self.user_has_permission_for_instance(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Place]:
        allowed: QuerySet[Place] = super().instances_user_has_any_permission_for(user, actions)
        return allowed.filter(pk__in=Place.objects.editable_by(user).values("pk"))

    def instances_user_has_permission_for(self, user: Any, action: str) -> QuerySet[Place]:
        return self.instances_user_has_any_permission_for(user, [action])


class PlaceForm(WagtailAdminModelForm):
    """Whose page it is is said once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("agency", None)
        elif "agency" in self.fields:
            own = Agency.objects.filter(successor=None)
            if not access.is_lead(self.for_user):
                own = own.filter(pk__in=access.agency_ids(self.for_user, role="editor"))
            self.fields["agency"].queryset = own
            only = list(own[:2])
            if len(only) == 1:
                self.fields["agency"].initial = only[0]


class PlaceChooserViewSet(SnippetChooserViewSet):
    """Chooses among the pages a person keeps."""

    def construct_view(self, view_class: type[Any], **kwargs: Any) -> Any:
        class Narrowed(view_class):
            def get_object_list(self) -> Any:
                return Place.objects.editable_by(self.request.user).select_related("agency")

            def get_objects(self, pks: list[Any]) -> Any:
                return self.get_object_list().filter(pk__in=pks)

            def get_object(self, pk: Any) -> Any:
                return self.get_object_list().get(pk=pk)

        Narrowed.__name__ = view_class.__name__
        return super().construct_view(Narrowed, **kwargs)


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
    chooser_viewset_class = PlaceChooserViewSet
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
