"""What the admin offers to edit, and for whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    PublishingPanel,
)
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from media_library.editing import captioning, listing, taking_back, versions, views
from media_library.editing.chooser import ResourceChooserViewSet
from media_library.editing.widgets import LicenceSelect
from media_library.models import Agency, Audience, Campaign, Keyword, Membership, Resource, Topic


class WhereTheKindHasThem(InlinePanel):
    """Rows that the form offers only for some kinds; absent where it does not."""

    def get_bound_panel(
        self, instance: Any = None, request: Any = None, form: Any = None, prefix: str = "panel"
    ) -> Any:
        if form is not None and self.relation_name not in form.formsets:
            return _Absent(panel=self, instance=instance, request=request, form=form, prefix=prefix)
        return super().get_bound_panel(instance=instance, request=request, form=form, prefix=prefix)


class _Absent(Panel.BoundPanel):
    def is_shown(self) -> bool:
        return False


class ResourceViewSet(SnippetViewSet):
    model = Resource
    icon = "k57-library"
    menu_label = _("Resources")
    menu_name = "resources"
    menu_order = 100
    add_to_admin_menu = True
    admin_url_namespace = "resources"
    base_url_path = "resources"
    chooser_viewset_class = ResourceChooserViewSet
    index_view_class = listing.ResourceIndexView
    add_view_class = views.ResourceCreateView
    edit_view_class = views.ResourceEditView
    delete_view_class = views.ResourceDeleteView
    workflow_action_view_class = views.ResourceWorkflowActionView
    create_template_name = "editing/create.html"
    edit_template_name = "editing/edit.html"
    copy_view_enabled = False
    search_backend_name = None
    list_per_page = 20
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("main_file", classname="k57-files__main"),
                    FieldPanel("replace_reason", classname="k57-files__words"),
                    FieldPanel("alt", classname="k57-files__words"),
                    FieldPanel("text_alternative", classname="k57-files__words"),
                    FieldPanel("poster"),
                    FieldPanel("cover_file"),
                    FieldPanel("spoken", classname="k57-files__words"),
                    FieldPanel("caption_file"),
                    FieldPanel("caption_language"),
                    FieldPanel("accessibility_waiver"),
                    FieldPanel("attachment_file"),
                    FieldPanel("removed_files"),
                ],
                heading=_("Files"),
                classname="k57-files",
            ),
            MultiFieldPanel(
                [
                    FieldPanel("title"),
                    FieldPanel("summary", widget=forms.Textarea(attrs={"rows": 3})),
                    FieldPanel("form"),
                    FieldPanel("agency", widget=forms.Select),
                ],
                heading=_("What it is"),
            ),
            FieldPanel("body"),
            WhereTheKindHasThem("chapters", heading=_("Chapters"), label=_("Chapter")),
            MultiFieldPanel(
                [
                    FieldPanel("audiences"),
                    FieldPanel("topics"),
                    FieldPanel("keywords"),
                    FieldPanel("campaign", widget=forms.Select),
                ],
                heading=_("Who it is for"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("licence", widget=LicenceSelect),
                    FieldPanel("credit_line"),
                    FieldPanel("terms"),
                    FieldPanel("people_release", widget=forms.Select),
                    FieldPanel("music_release", widget=forms.Select),
                    FieldPanel("territory", widget=forms.Select),
                    FieldPanel("embargo_until"),
                    FieldPanel("embargo_announced"),
                    FieldPanel("embargo_for_press"),
                    FieldPanel("embedding_refused"),
                ],
                heading=_("Rights"),
            ),
            MultiFieldPanel(
                [FieldPanel("correction_vi"), FieldPanel("correction_en")],
                heading=_("Correction"),
                help_text=_("Say so where you mend a mistake that readers may have taken over."),
            ),
            PublishingPanel(),
        ]
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resource]:
        return Resource.objects.manageable_by(request.user)

    def get_urlpatterns(self) -> list[URLPattern]:
        steps = (("withdraw", taking_back.Withdraw), ("reinstate", taking_back.Reinstate))
        added = [path(f"{name}/<str:pk>/", view.as_view(), name=name) for name, view in steps]
        added.append(path("<str:pk>/files/", versions.FilesView.as_view(), name="files"))
        added.append(path("translate/<str:pk>/", taking_back.Translate.as_view(), name="translate"))
        added.append(path("captions/<str:pk>/<str:lang>/", captioning.Captions.as_view(), name="captions"))
        return [*super().get_urlpatterns(), *added]


class AgencyViewSet(SnippetViewSet):
    model = Agency
    icon = "group"
    list_display = ("name", "code", "type", "successor", "requires_lead_review")
    list_filter = ("type",)
    search_fields = ("name", "code", "short_name")
    search_backend_name = None
    copy_view_enabled = False
    panels = [
        FieldPanel("code"),
        FieldPanel("name"),
        FieldPanel("name_en"),
        FieldPanel("short_name"),
        FieldPanel("type"),
        FieldPanel("website"),
        FieldPanel("requires_lead_review"),
        FieldPanel("successor"),
    ]


class _TermViewSet(SnippetViewSet):
    icon = "tag"
    list_display: tuple[str, ...] = ("name", "name_en", "slug", "sort_order")
    search_fields = ("name", "name_en")
    search_backend_name = None
    copy_view_enabled = False
    panels = [
        FieldPanel("name"),
        FieldPanel("name_en"),
        FieldPanel("slug"),
        FieldPanel("description"),
        FieldPanel("description_en"),
        FieldPanel("sort_order"),
    ]


class AudienceViewSet(_TermViewSet):
    model = Audience


class TopicViewSet(_TermViewSet):
    model = Topic
    list_display = ("name", "name_en", "parent", "slug", "sort_order")
    panels = [*_TermViewSet.panels, FieldPanel("parent")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        return Topic.objects.select_related("parent")


class KeywordViewSet(SnippetViewSet):
    model = Keyword
    icon = "tag"
    list_display = ("name", "slug")
    search_fields = ("name",)
    search_backend_name = None
    copy_view_enabled = False
    panels = [FieldPanel("name"), FieldPanel("slug")]


class CampaignViewSet(SnippetViewSet):
    model = Campaign
    icon = "calendar-alt"
    list_display = ("title", "recurs", "day", "lead")
    search_fields = ("title",)
    search_backend_name = None
    copy_view_enabled = False
    panels = [
        FieldPanel("code"),
        FieldPanel("title"),
        FieldPanel("title_en"),
        FieldPanel("summary"),
        FieldPanel("summary_en"),
        MultiFieldPanel(
            [
                FieldPanel("recurs"),
                FieldPanel("day"),
                FieldPanel("starts"),
                FieldPanel("ends"),
                FieldPanel("first_day"),
                FieldPanel("last_day"),
            ],
            heading=_("When"),
        ),
        FieldPanel("colour"),
        FieldPanel("lead"),
        FieldPanel("cover"),
        InlinePanel(
            "pins", heading=_("Pinned resources"), label=_("Resource"), panels=[FieldPanel("resource")]
        ),
    ]


class MembershipViewSet(SnippetViewSet):
    """Who works for which agency: kept by the lead department."""

    model = Membership
    icon = "user"
    list_display = ("user", "agency", "role")
    list_filter = ("role", "agency")
    search_fields = ("user__username", "user__last_name", "user__first_name", "agency__name")
    search_backend_name = None
    copy_view_enabled = False
    panels = [
        FieldPanel("user", widget=forms.Select),
        FieldPanel("agency", widget=forms.Select),
        FieldPanel("role"),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return Membership.objects.select_related("user", "agency").order_by("agency__name", "user__last_name")


class VocabularyGroup(SnippetViewSetGroup):
    menu_label = _("Vocabulary")
    menu_icon = "list-ul"
    menu_order = 300
    items = (
        CampaignViewSet,
        AudienceViewSet,
        TopicViewSet,
        KeywordViewSet,
        AgencyViewSet,
        MembershipViewSet,
    )
