"""The fence: an admin address that names an object beyond a person's reach answers as if there were none.

Wagtail's generic views ask for permission on the model only (wagtail#13314, #10746), so each address is
checked before its view runs. Rooms register their models with :func:`protect`. What is refused answers with
the very page of a missing row, so that existence cannot be read off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin.utils import unquote
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.defaults import page_not_found
from wagtail.models import TaskState

from media_library import access

Scope = Callable[[Any], "QuerySet[Any]"]
_scopes: dict[type[Model], Scope] = {}

LEAD_ONLY = (
    "wagtailadmin_reports:workflow",
    "wagtailadmin_reports:workflow_tasks",
    "wagtailadmin_reports:site_history",
    "wagtailadmin_reports:aging_pages",
    "wagtailadmin_tag_autocomplete",
    "wagtailadmin_tag_model_autocomplete",
    "wagtailadmin_workflows:usage",
    "wagtailadmin_workflows:task_usage",
)
"""They tell of every agency's work; no per-object filter reaches them."""

_CHOOSERS = "wagtailsnippetchoosers_"
_LEAD_CHOOSERS = ("media_library_membership", "media_library_keyword")
"""People, and words that may stand in drafts only."""

LISTED_AT_ONCE = 500
"""The most objects that one act on a whole listing takes."""

_closed: dict[type[Model], tuple[str, ...]] = {}
_reserved: set[str] = set()
_listings: dict[type[Model], Callable[[HttpRequest], QuerySet[Any]]] = {}


def protect(
    model: type[Model],
    scope: Scope,
    *,
    closed: tuple[str, ...] = (),
    listing: Callable[[HttpRequest], QuerySet[Any]] | None = None,
) -> None:
    """Let admin addresses reach only those objects of ``model`` that ``scope(user)`` returns.

    ``closed``: names of generic views (``unpublish``, ``copy`` …) that nobody may use. ``listing(request)``:
    what the listing shows with the request's filters; taken where an act is asked for all of it.
    """
    _scopes[model] = scope
    _closed[model] = closed
    if listing is not None:
        _listings[model] = listing


def reserve(namespace: str) -> None:
    """Let only the lead department reach the addresses of ``namespace``: for all others there are none."""
    _reserved.add(namespace)


def reserved_namespaces() -> frozenset[str]:
    return frozenset(_reserved)


def protected_models() -> tuple[type[Model], ...]:
    return tuple(_scopes)


class AdminFence:
    """Middleware; stands after authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not request.path.startswith("/admin/") or not request.user.is_authenticated:
            return None
        try:
            self._check(request, view, kwargs)
        except Http404 as missing:
            return page_not_found(request, missing, template_name="wagtailadmin/404.html")
        return None

    def _check(self, request: HttpRequest, view: Any, kwargs: dict[str, Any]) -> None:
        match = request.resolver_match
        name = match.view_name if match else ""
        if name == "wagtailadmin_error_test":  # raises for whoever opens it
            raise Http404
        if _is_for_lead(name) and not access.is_lead(request.user):
            raise Http404
        if name.startswith(_CHOOSERS):
            _check_chooser(request, name)
            return
        model = named_model(view, kwargs)
        if model is None or model not in _scopes:
            return
        if name.rpartition(":")[2] in _closed[model]:
            raise Http404
        within = _scopes[model](request.user)
        for key in _keys(request, kwargs, within):
            if not key.isdecimal() or not within.filter(pk=key).exists():
                raise Http404
        if "task_state_id" in kwargs:
            _check_task(model, kwargs)


def _is_for_lead(name: str) -> bool:
    return name.removesuffix("_results") in LEAD_ONLY or name.partition(":")[0] in _reserved


def _check_chooser(request: HttpRequest, name: str) -> None:
    """A chooser asks for no permission at all: it makes no object, and some only the lead department opens.

    Choosers of protected models narrow themselves.
    """
    space = name.rpartition(":")[0].removeprefix(_CHOOSERS)
    if name.endswith(":create") or (space in _LEAD_CHOOSERS and not access.is_lead(request.user)):
        raise Http404


def named_model(view: Any, kwargs: dict[str, Any]) -> type[Model] | None:
    """The model that an admin view works on, as far as its class or its address tells."""
    initial = getattr(view, "view_initkwargs", {}) or {}
    model = initial.get("model") or getattr(getattr(view, "view_class", None), "model", None)
    if model is None and "app_label" in kwargs and "model_name" in kwargs:
        named = [
            known
            for known in _scopes
            if known._meta.app_label == kwargs["app_label"] and known._meta.model_name == kwargs["model_name"]
        ]
        model = named[0] if named else None
    return model if isinstance(model, type) else None


def _keys(request: HttpRequest, kwargs: dict[str, Any], within: QuerySet[Any]) -> list[str]:
    keys = [unquote(str(kwargs[name])) for name in ("pk", "object_id") if name in kwargs]
    if request.resolver_match and request.resolver_match.view_name == "wagtail_bulk_action":
        keys = request.GET.getlist("id")
        if "all" in keys:
            # Wagtail would take every row of the table, not those of the listing.
            narrowed = request.GET.copy()
            chosen = within
            if listing := _listings.get(within.model):
                chosen = within.filter(pk__in=listing(request).values("pk"))
            ids = chosen.order_by("-pk").values_list("pk", flat=True)[:LISTED_AT_ONCE]
            narrowed.setlist("id", [str(pk) for pk in ids])
            request.GET = narrowed  # type: ignore[assignment]
            return []
    return keys


def _check_task(model: type[Model], kwargs: dict[str, Any]) -> None:
    """Wagtail never ties the task state in an address to the object in it."""
    content_type = ContentType.objects.get_for_model(model)
    tied = TaskState.objects.filter(
        pk=kwargs["task_state_id"],
        workflow_state__object_id=str(kwargs.get("pk")),
        workflow_state__base_content_type=content_type,
    )
    if not tied.exists():
        raise Http404
