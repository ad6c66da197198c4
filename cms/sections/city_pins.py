"""Pins of the city in the admin: the lead department alone sets, changes and removes them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic

from cms.sections.central import CityPin
from media_library import access
from media_library.editing.chooser import PublicResourceChooser
from media_library.models import AgencyType, Resource
from search.editing.viewsets import RowsForTheLead


class CityPinForm(WagtailAdminModelForm):
    """Takes public resources only, also from a request that was put together by hand."""

    types = forms.MultipleChoiceField(
        label=gettext_lazy("In the sections of"),
        choices=AgencyType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose none for the sections of every agency."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["resource"].queryset = Resource.objects.public(timezone.now())

    def save(self, commit: bool = True) -> CityPin:
        if self.instance.pk is None:
            self.instance.created_by = self.for_user
        saved: CityPin = super().save(commit=commit)
        return saved


def _where(pin: CityPin) -> str:
    names = dict(AgencyType.choices)
    return ", ".join(str(names.get(one, one)) for one in pin.types) or _("All agencies")


def _standing(pin: CityPin) -> str:
    """Whether readers see it, in words."""
    now = timezone.now()
    if not access.is_public(pin.resource, now):
        return _("Not shown: the resource is not public")
    if pin.resource.embedding_refused:
        told = _("Not shown: its agency does not let it be embedded (%(reason)s)")
        return told % {"reason": pin.resource.embedding_refused}
    if pin.since > now:
        return _("Not yet")
    if pin.until and pin.until <= now:
        return _("Over")
    return _("Mandatory") if pin.mandatory else _("Shown")


class CityPinIndexView(generic.IndexView):
    def get_base_queryset(self) -> Any:
        return CityPin.objects.select_related("resource", "created_by")


class CityPinViewSet(RowsForTheLead):
    model = CityPin
    icon = "pick"
    name = "city_pins"
    url_prefix = "city-pins"
    menu_label = gettext_lazy("Pins of the city")
    menu_order = 160
    add_to_admin_menu = True
    index_view_class = CityPinIndexView
    ordering = ("-mandatory", "position", "pk")
    list_per_page = 50
    list_display: ClassVar = [
        "__str__",
        Column("where", label=gettext_lazy("In the sections of"), accessor=_where),
        Column("standing", label=gettext_lazy("State"), accessor=_standing),
        Column("since", label=gettext_lazy("From")),
        Column("until", label=gettext_lazy("Until")),
        Column("created_by", label=gettext_lazy("Set by")),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("resource", widget=PublicResourceChooser(Resource)),
                    FieldPanel("types"),
                    FieldPanel("mandatory"),
                    FieldRowPanel([FieldPanel("since"), FieldPanel("until")]),
                    FieldPanel("position"),
                ],
                heading=gettext_lazy("What stands in the sections of the agencies"),
            )
        ],
        base_form_class=CityPinForm,
    )
