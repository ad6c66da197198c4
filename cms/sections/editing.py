"""Sections in the admin: each agency's editors compose their own, and those of the agencies they carry on."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
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
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.sections import hosts
from cms.sections.models import Section
from cms.sections.reasons import standings
from media_library.editing.chooser import PublicResourceChooser
from media_library.editing.owned import OwnedChooserViewSet, offer_own_agencies
from media_library.kinds import Kind
from media_library.models import Resource


class HostsField(forms.CharField):
    """Sites, one a line; what is stored is the list."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return hosts.parse(value or "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(hosts.parse(data or "") != (initial or []))
        except ValidationError:
            return True


class SectionForm(WagtailAdminModelForm):
    """Whose section it is and its address are said once; a pin that is no longer public is left behind."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds"),
        choices=Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose none to show every kind."),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("In which languages resources are shown. Choose none for every language."),
    )
    allowed_hosts = HostsField(
        label=gettext_lazy("Sites that may show it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One site a line, for example: skhcn.hue.gov.vn. Leave empty to allow every site."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        _leave_hidden_pins(kwargs.get("instance"))
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for fixed in ("agency", "slug"):
                self.fields.pop(fixed, None)
        elif "agency" in self.fields:
            offer_own_agencies(self.fields["agency"], to=self.for_user)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        agency, slug = cleaned.get("agency"), cleaned.get("slug")
        if agency and slug and Section.objects.filter(agency=agency, slug=slug).exists():
            self.add_error("slug", _("This agency already has a section at this address."))
        pinned = self._check_list("pins", _("This resource is pinned already."))
        left_out = self._check_list("exclusions", _("This resource is excluded already."))
        for key in pinned.keys() & left_out.keys():
            told = _("You pinned this resource above: leave it out, or pin it, but not both.")
            left_out[key].add_error("resource", told)
        return cleaned

    def _check_list(self, name: str, twice: str) -> dict[int, Any]:
        """The forms of one list by their resource, each once."""
        seen: dict[int, Any] = {}
        for form in self.formsets[name].forms if name in self.formsets else ():
            if not form.is_valid() or form.cleaned_data.get("DELETE"):
                continue
            resource = form.cleaned_data.get("resource")
            if resource is not None and resource.pk in seen:
                form.add_error("resource", twice)
            elif resource is not None:
                seen[resource.pk] = form
        return seen


def _leave_hidden_pins(section: Section | None) -> None:
    """What is not public any more is neither pinned nor left out: its form would refuse it."""
    if section is None or not section.pk:
        return
    lists = {name: list(getattr(section, name).all()) for name in ("pins", "exclusions")}
    wanted = {row.resource_id for rows in lists.values() for row in rows}
    if not wanted:
        return
    public = set(Resource.objects.public(timezone.now()).filter(pk__in=wanted).values_list("pk", flat=True))
    for name, rows in lists.items():
        if any(row.resource_id not in public for row in rows):
            setattr(section, name, [row for row in rows if row.resource_id in public])


class ReasonsPanel(HelpPanel):
    """What stands in the section now, in order, and why each."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            section = self.instance
            lines = standings(section, timezone.now()) if section is not None and section.pk else []
            rows = format_html_join(
                "",
                '<li><b>{}</b> <span class="k57-hint">{}</span></li>',
                ((one.title, one.reason) for one in lines),
            )
            nothing = _("Nothing is public yet; what stands in it appears here.")
            self.content = format_html('<ol class="k57-reasons">{}</ol>', rows) if lines else nothing


class AddressesPanel(HelpPanel):
    """Where the section stands, for the webmaster."""

    class BoundPanel(HelpPanel.BoundPanel):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            section = self.instance
            if section is None or not section.pk:
                self.content = format_html("<p>{}</p>", _("Its addresses appear here once it is saved."))
                return
            self.content = format_html(
                '<p><a href="{}" target="_blank" rel="noopener">{}</a> · <a href="{}" target="_blank"'
                ' rel="noopener">{}</a> · <a href="{}" target="_blank" rel="noopener">RSS</a></p>',
                f"/vi/embed/?section={section.address}",
                _("Code for the webmaster"),
                section.get_absolute_url("vi"),
                _("As a page"),
                f"/feeds/{section.address}/rss.xml",
            )


def _checkboxes(name: str) -> FieldPanel:
    return FieldPanel(name, widget=forms.CheckboxSelectMultiple)


class SectionViewSet(SnippetViewSet):
    model = Section
    icon = "list-ul"
    menu_label = gettext_lazy("Sections")
    menu_name = "sections"
    menu_order = 150
    add_to_admin_menu = True
    admin_url_namespace = "sections_admin"
    base_url_path = "sections"
    chooser_viewset_class = OwnedChooserViewSet
    copy_view_enabled = False
    search_backend_name = None
    list_display: ClassVar = ["title", "agency", "layout", "limit", "live", "updated_at"]
    list_filter: ClassVar = ["live", "layout"]
    search_fields: ClassVar = ["title", "slug", "agency__name"]
    list_per_page = 50
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("agency"),
                    FieldPanel("title"),
                    FieldPanel("title_en"),
                    FieldPanel("slug"),
                    FieldPanel("intro"),
                    FieldPanel("intro_en"),
                    FieldPanel("live"),
                ],
                heading=gettext_lazy("The section"),
            ),
            InlinePanel(
                "pins",
                heading=gettext_lazy("Chosen by hand: these stand first"),
                label=gettext_lazy("Resource"),
                panels=[
                    FieldPanel("resource", widget=PublicResourceChooser(Resource)),
                    FieldPanel("until"),
                ],
                max_num=20,
            ),
            MultiFieldPanel(
                [
                    HelpPanel(
                        content=gettext_lazy(
                            "<p>The rest is chosen by this rule and keeps itself current. All lists must"
                            " fit together; within a list one is enough.</p>"
                        )
                    ),
                    FieldPanel("kinds"),
                    _checkboxes("audiences"),
                    _checkboxes("topics"),
                    _checkboxes("campaigns"),
                    FieldPanel("agencies", widget=forms.SelectMultiple(attrs={"size": 8})),
                    FieldPanel("languages"),
                    FieldRowPanel([FieldPanel("published_from"), FieldPanel("published_until")]),
                    FieldPanel("order"),
                    FieldPanel("limit"),
                    FieldPanel("mixed"),
                    FieldPanel("filled"),
                ],
                heading=gettext_lazy("What it selects"),
            ),
            InlinePanel(
                "exclusions",
                heading=gettext_lazy("Left out: these never stand in it, unless they are mandatory"),
                label=gettext_lazy("Resource"),
                panels=[FieldPanel("resource", widget=PublicResourceChooser(Resource))],
                max_num=100,
            ),
            MultiFieldPanel([ReasonsPanel()], heading=gettext_lazy("What stands in it now, and why")),
            MultiFieldPanel(
                [FieldPanel("layout"), FieldPanel("allowed_hosts"), AddressesPanel()],
                heading=gettext_lazy("How it looks and where it stands"),
            ),
        ],
        base_form_class=SectionForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        return Section.objects.editable_by(request.user).select_related("agency")
