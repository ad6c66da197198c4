"""Press kits in the admin: each agency's editors put together their own."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.newsroom.editing.choosing import SeenResourceChooser, choosable_by, offer_seen
from cms.newsroom.models import PressKit
from cms.newsroom.models.press_kit import MOST
from media_library.editing.owned import OwnedChooserViewSet, offer_own_agencies
from media_library.models import Resource


class PressKitForm(WagtailAdminModelForm):
    """Whose kit it is is said once; what its editor may not see any more is left behind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _leave_unseen(kwargs.get("instance"), kwargs.get("for_user"))
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("agency", None)
        elif "agency" in self.fields:
            offer_own_agencies(self.fields["agency"], to=self.for_user)
        for form in self.formsets["entries"].forms if "entries" in self.formsets else ():
            offer_seen(form.fields["resource"], to=self.for_user)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        seen = set()
        for form in self.formsets["entries"].forms if "entries" in self.formsets else ():
            if not form.is_valid() or form.cleaned_data.get("DELETE"):
                continue
            resource = form.cleaned_data.get("resource")
            if resource is not None and resource.pk in seen:
                form.add_error("resource", _("This resource is in the kit already."))
            seen.add(resource.pk if resource is not None else None)
        return cleaned


def _leave_unseen(kit: PressKit | None, user: Any) -> None:
    """Its form would refuse what another agency has hidden, and must not name it."""
    if kit is None or not kit.pk:
        return
    rows = list(kit.entries.all())
    seen = set(
        choosable_by(user).filter(pk__in=[row.resource_id for row in rows]).values_list("pk", flat=True)
    )
    if len(seen) < len(rows):
        kit.entries = [row for row in rows if row.resource_id in seen]


class AddressPanel(HelpPanel):
    """Where the kit stands, for whoever is told of it."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            kit = self.instance
            if kit is None or not kit.pk:
                self.content = format_html("<p>{}</p>", _("Its address appears here once it is saved."))
                return
            self.content = format_html(
                '<p>{}<br><a href="{}" target="_blank" rel="noopener">Tiếng Việt</a> · <a href="{}"'
                ' target="_blank" rel="noopener">English</a></p>',
                standing(kit),
                kit.get_absolute_url("vi"),
                kit.get_absolute_url("en"),
            )


def standing(kit: PressKit) -> str:
    """Whether readers see it, in words."""
    if kit.public_from is None:
        return _("Not published")
    if kit.public_from > timezone.now():
        local = timezone.localtime(kit.public_from)
        return _("Hidden until %(time)s") % {"time": f"{local:%H:%M %d/%m/%Y}"}
    return _("Public")


class PressKitViewSet(SnippetViewSet):
    model = PressKit
    icon = "folder-open-1"
    menu_label = gettext_lazy("Press kits")
    menu_name = "press_kits"
    menu_order = 10
    admin_url_namespace = "press_kits_admin"
    base_url_path = "press/kits"
    chooser_viewset_class = OwnedChooserViewSet
    copy_view_enabled = False
    search_backend_name = None
    list_display: ClassVar = [
        "title",
        "agency",
        Column("standing", label=gettext_lazy("State"), accessor=standing),
        Column("size", label=gettext_lazy("Resources"), accessor=lambda kit: kit.size),
        "updated_at",
    ]
    list_filter: ClassVar = ["live"]
    search_fields: ClassVar = ["title", "title_en", "agency__name"]
    list_per_page = 50
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("agency"),
                    FieldPanel("title"),
                    FieldPanel("title_en"),
                    FieldPanel("cover"),
                    FieldPanel("cover_en"),
                ],
                heading=gettext_lazy("The press kit"),
            ),
            InlinePanel(
                "entries",
                heading=gettext_lazy("What is in it, in this order"),
                label=gettext_lazy("Resource"),
                help_text=gettext_lazy(
                    "What is not public yet appears in the kit by itself when it becomes public."
                ),
                panels=[FieldPanel("resource", widget=SeenResourceChooser(Resource))],
                max_num=MOST,
            ),
            MultiFieldPanel(
                [
                    FieldPanel("contact_name"),
                    FieldRowPanel([FieldPanel("contact_phone"), FieldPanel("contact_email")]),
                ],
                heading=gettext_lazy("Whom the press may ask"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("live", widget=forms.CheckboxInput),
                    FieldPanel("embargo_until"),
                    AddressPanel(),
                ],
                heading=gettext_lazy("When it is seen, and where"),
            ),
        ],
        base_form_class=PressKitForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PressKit]:
        found = PressKit.objects.editable_by(request.user).select_related("agency")
        return found.annotate(size=Count("entries"))
