"""The list of what is missing in English, in the admin: each agency its own, the lead department all."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from cms.newsroom.foreign import gaps
from media_library import access
from media_library.editing.importing import check_permission
from media_library.importing import sheets

NAME = "kho57_untranslated"


class GapsView(WagtailAdminTemplateMixin, TemplateView):
    """A page of them, by key."""

    template_name = "newsroom/gaps.html"
    page_title = gettext_lazy("Missing in English")
    header_icon = "globe"
    http_method_names = ("get", "head", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check_permission(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked, order = self.request.GET, order_of(self.request)
        after = asked.get("after", "")[:60]
        rows = gaps.gaps(self.request.user, at=timezone.now(), order=order, after=after)
        listed = list(rows[: gaps.PAGE + 1])
        more = gaps.place_of(listed[gaps.PAGE - 1]) if len(listed) > gaps.PAGE else ""
        return super().get_context_data(
            gaps=[gaps.told(row) for row in listed[: gaps.PAGE]],
            more=more,
            is_first=not after,
            order=order,
            orders=gaps.ORDERS.items(),
            is_lead=access.is_lead(self.request.user),
            **kwargs,
        )


@require_safe
def table(request: HttpRequest) -> StreamingHttpResponse:
    """The whole list as CSV, sent row by row."""
    check_permission(request)
    base = f"{request.scheme}://{request.get_host()}"
    lines = gaps.table(request.user, at=timezone.now(), order=order_of(request), base=base)
    answer = StreamingHttpResponse(sheets.as_csv(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="chua-co-ban-tieng-anh.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def order_of(request: HttpRequest) -> str:
    asked = request.GET.get("order", "")
    return asked if asked in gaps.ORDERS else "used"


class _EditorsItem(MenuItem):
    """For those who may add resources."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("media_library.add_resource"))


class GapsViewSet(ViewSet):
    name = NAME
    url_prefix = "missing-in-english"
    icon = "globe"
    menu_label = gettext_lazy("Missing in English")
    menu_order = 158
    add_to_admin_menu = True

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        return _EditorsItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", GapsView.as_view(), name="index"), path("table.csv", table, name="table")]
