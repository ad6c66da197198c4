"""The list of resources an agency keeps: picture, kind, state, audiences, filters, search without accents."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import F, Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import BaseColumn, Column, UpdatedAtColumn
from wagtail.admin.widgets.button import Button, HeaderButton
from wagtail.snippets.views import snippets

from media_library import access
from media_library.editing.duplicates import mark_alike
from media_library.editing.finding import with_words
from media_library.kinds import Kind
from media_library.models import Agency, Audience, ProcessingState, Resource, State, Topic


class ThumbnailColumn(BaseColumn):
    """The smallest picture, through the staff's own address so that drafts show too."""

    cell_template_name = "editing/thumbnail_cell.html"

    def get_cell_context_data(self, instance: Resource, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        pictures = [item for item in instance.picture_renditions() if item.name.endswith(".webp")]
        context["rendition"] = pictures[0] if pictures else None
        context["resource"] = instance
        return context


class StateColumn(BaseColumn):
    """The state in words, never by colour alone."""

    cell_template_name = "editing/state_cell.html"

    def get_cell_context_data(self, instance: Resource, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_cell_context_data(instance, parent_context)
        context["state"] = instance.state(timezone.now())
        context["resource"] = instance
        files = [asset.file for asset in instance.assets.all()]
        context["waiting"] = [file for file in files if file.processing_state == ProcessingState.WAITING]
        context["failed"] = [file for file in files if file.processing_state == ProcessingState.FAILED]
        return context


def _in_state(queryset: Any, name: str, value: str) -> Any:
    now = timezone.now()
    live = Q(live=True) & (Q(expire_at__isnull=True) | Q(expire_at__gt=now))
    unlive = Q(live=False, withdrawn_at__isnull=True)
    rules = {
        State.PUBLISHED: access.public(now),
        State.EMBARGOED: live & Q(embargo_until__gt=now),
        State.EXPIRED: Q(withdrawn_at__isnull=True)
        & (Q(live=True, expire_at__lte=now) | Q(live=False, expired=True, scheduled_for__isnull=True)),
        State.WITHDRAWN: Q(withdrawn_at__isnull=False),
        State.SCHEDULED: unlive & Q(scheduled_for__isnull=False),
        State.IN_REVIEW: unlive & Q(scheduled_for__isnull=True, in_review=True),
        State.DRAFT: unlive & Q(scheduled_for__isnull=True, in_review=False, expired=False),
    }
    return queryset.filter(rules[State(value)])


class ResourceFilters(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind"), choices=Kind.choices)
    state = django_filters.ChoiceFilter(label=gettext_lazy("State"), choices=State.choices, method=_in_state)
    agency = django_filters.ModelChoiceFilter(label=gettext_lazy("Agency"), queryset=Agency.objects.all())
    audience = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Audience"), field_name="audience_uses__tag", queryset=Audience.objects.all()
    )
    topic = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Topic"), field_name="topic_uses__tag", queryset=Topic.objects.all()
    )

    language = django_filters.ChoiceFilter(
        label=gettext_lazy("Language"), field_name="locale__language_code", choices=settings.LANGUAGES
    )

    words = django_filters.ChoiceFilter(
        label=gettext_lazy("Captions and transcripts"),
        choices=[("waived", gettext_lazy("Published without, for a recorded reason"))],
        method="only_waived",
    )

    class Meta:
        model = Resource
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = self.request.user
        if not access.is_lead(user):
            self.filters["agency"].queryset = Agency.objects.filter(pk__in=access.agency_ids(user))

    @staticmethod
    def only_waived(queryset: Any, name: str, value: str) -> Any:
        return queryset.waived()


def listed(request: HttpRequest) -> Any:
    """The resources that the listing shows with the filters and the search of ``request``."""
    base = Resource.objects.manageable_by(request.user).with_review()
    filters = ResourceFilters(request.GET, queryset=base, request=request)
    found = filters.qs if filters.is_valid() else base.none()
    words, user = request.GET.get("q", ""), request.user
    return with_words(found, words, user=user, at=timezone.now(), ranked=False)


class BoundedPaginator(WagtailPaginator):
    """Counts no further than the last page it offers: nobody pages on; filters and search lead further."""

    LAST_PAGE = 100

    @cached_property
    def count(self) -> int:
        most = self.LAST_PAGE * self.per_page
        return int(self.object_list[:most].count())


class ResourceIndexView(snippets.IndexView):
    filterset_class = ResourceFilters
    paginator_class = BoundedPaginator
    is_searchable = True
    default_ordering = "-updated_at"
    paginate_by = 20

    @cached_property
    def header_buttons(self) -> list[Button]:
        buttons: list[Button] = super().header_buttons
        if self.add_url:
            many = HeaderButton(_("Add many files"), url=reverse("kho57_batch_add"), icon_name="upload")
            table = HeaderButton(_("Import"), url=reverse("kho57_imports"), icon_name="table")
            buttons += [many, table]
        return buttons

    @property
    def columns(self) -> list[BaseColumn]:
        plain = super().columns
        checkbox = [column for column in plain if column.name == "bulk_actions"]
        return [
            *checkbox,
            ThumbnailColumn("picture", label=gettext_lazy("Picture"), width="7rem"),
            self._get_title_column("title"),
            Column(
                "kind",
                accessor="get_kind_display",
                label=gettext_lazy("Kind"),
                sort_key="kind",
                classname="k57-wide",
            ),
            StateColumn("state", label=gettext_lazy("State")),
            Column("agency", label=gettext_lazy("Agency"), sort_key="agency__name", classname="k57-wide"),
            Column("audiences", accessor=_audiences, label=gettext_lazy("Audiences"), classname="k57-wide"),
            UpdatedAtColumn(classname="k57-wide"),
        ]

    def get_base_queryset(self) -> Any:
        found = Resource.objects.manageable_by(self.request.user).with_cards().with_review()
        return found.prefetch_related("audience_uses__tag")

    def search_queryset(self, queryset: Any) -> Any:
        """In the order of what fits best, unless the person chose another."""
        ranked = not self.is_explicitly_ordered
        words, user = self.search_query or "", self.request.user
        return with_words(queryset, words, user=user, at=timezone.now(), ranked=ranked)

    def _annotate_queryset_updated_at(self, queryset: Any) -> Any:
        return queryset.annotate(_updated_at=F("updated_at"))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        if not self.is_export:
            mark_alike(context["object_list"], by=self.request.user)
        return context

    def get_list_buttons(self, instance: Resource) -> list[Button]:
        """None: the title leads to the form, where each act asks who may."""
        return []

    def get_edit_url(self, instance: Resource) -> str:
        return reverse(self.edit_url_name, args=[instance.pk])


def _audiences(resource: Resource) -> str:
    return ", ".join(use.tag.name for use in resource.audience_uses.all())
