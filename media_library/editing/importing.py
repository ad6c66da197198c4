"""The pages of imports: begin one, look at what was found, confirm, see what became of each row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from media_library.editing.import_forms import AddressForm, TableForm
from media_library.importing import addresses, forgetting, reading, running, sheets
from media_library.importing.columns import BY_CODE, COLUMNS
from media_library.importing.problems import told
from media_library.intake.rejection import Rejected
from media_library.models import ImportRow, ImportRun, ImportState, Resource, RowState

LISTED = 25
SHOWN = 50
"""Imports, and rows of one, on a page."""
_MOVING = (ImportState.READING, ImportState.RUNNING)


class _Page(WagtailAdminTemplateMixin, TemplateView):
    """For those who may add resources."""

    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check_permission(request)
        return super().dispatch(request, *args, **kwargs)


def check_permission(request: HttpRequest) -> None:
    if not request.user.has_perm("media_library.add_resource"):
        raise PermissionDenied


class ImportsView(_Page):
    """Both ways in, and the imports of the person, newest first."""

    template_name = "editing/imports.html"
    page_title = gettext_lazy("Import")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        runs = ImportRun.objects.visible_to(self.request.user).select_related("agency", "created_by")
        before = self.request.GET.get("before", "")
        if before.isdecimal() and len(before) < 19:
            runs = runs.filter(pk__lt=int(before))
        listed = list(runs.order_by("-pk")[: LISTED + 1])
        more = listed[LISTED - 1].pk if len(listed) > LISTED else None
        return super().get_context_data(runs=listed[:LISTED], more=more, **kwargs)


class _Begin(WagtailAdminTemplateMixin, FormView):  # type: ignore[type-arg]
    template_name = "editing/import_begin.html"
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        check_permission(request)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"user": self.request.user}


class TableView(_Begin):
    page_title = gettext_lazy("Import a table")
    form_class = TableForm

    def form_valid(self, form: Any) -> HttpResponse:
        table, archive = form.cleaned_data["table"], form.cleaned_data["archive"]
        try:
            run = reading.begin(
                table=table,
                table_name=table.name,
                archive=archive,
                archive_name=archive.name if archive else "",
                agency=form.cleaned_data["agency"],
                by=self.request.user,
                at=timezone.now(),
            )
        except Rejected as refusal:
            form.add_error("table", refusal.message)
            return self.form_invalid(form)
        return redirect(reverse("kho57_import", args=[run.pk]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        explained = [(sheets.heading(column), column.about, column.example) for column in COLUMNS]
        return super().get_context_data(
            columns=explained,
            about=_(
                "A row becomes a draft. You see what was understood and what is wrong before anything is written."
            ),
            button=_("Read the table"),
            **kwargs,
        )


class AddressView(_Begin):
    page_title = gettext_lazy("Import by address")
    form_class = AddressForm

    def form_valid(self, form: Any) -> HttpResponse:
        run = addresses.begin(
            lines=form.cleaned_data["lines"],
            kind=form.cleaned_data["kind"],
            agency=form.cleaned_data["agency"],
            by=self.request.user,
            at=timezone.now(),
        )
        return redirect(reverse("kho57_import", args=[run.pk]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            about=_(
                "The library fetches each file itself and makes a draft of it. The same address counts once."
            ),
            button=_("Fetch them"),
            **kwargs,
        )


@dataclass(frozen=True)
class Tab:
    """A state to filter rows by, with how many there are."""

    state: str
    label: str
    number: int
    current: bool


class ImportView(_Page):
    """One import: how it stands, its rows by state, a page after the other by the number of the row."""

    template_name = "editing/import.html"

    def setup(self, request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.run = get_run(request, pk)
        self.page_title = str(self.run)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run, counts = self.run, self.run.counts()
        if run.state == ImportState.RUNNING and not counts[RowState.READY]:
            running.settle(run.pk)  # whoever had the last row died before saying so
        chosen = self.request.GET.get("state", "")
        chosen = chosen if counts.get(chosen) else ""
        after = self.request.GET.get("after", "")
        rows = self._rows(chosen, int(after) if after.isdecimal() and len(after) < 10 else 0)
        done = sum(counts.values()) - counts[RowState.READY]
        return super().get_context_data(
            run=run,
            counts=counts,
            total=sum(counts.values()),
            done=done,
            tabs=list(_tabs(counts, chosen)),
            chosen=chosen,
            rows=[shown(row) for row in rows[:SHOWN]],
            after=after,
            more=rows[SHOWN - 1].number if len(rows) > SHOWN else None,
            moving=run.state in _MOVING,
            problem=told(run.problem) if run.problem else "",
            again=self._again(counts),
            passed_over=run.about.get("unknown", []),
            **kwargs,
        )

    def _again(self, counts: dict[str, int]) -> int:
        """Rows that may be tried once more."""
        if self.run.state == ImportState.DONE:
            return counts[RowState.REFUSED] + counts[RowState.FAILED]
        return counts[RowState.READY] if counts[RowState.READY] and running.stuck(self.run) else 0

    def _rows(self, state: str, after: int) -> list[ImportRow]:
        rows: QuerySet[ImportRow] = self.run.rows.filter(number__gt=after)
        if state:
            rows = rows.filter(state=state)
        return list(rows.order_by("number")[: SHOWN + 1])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        act = request.POST.get("act", "")
        try:
            if act == "confirm":
                running.confirm(self.run, at=timezone.now())
            elif act == "again":
                running.again(self.run, at=timezone.now())
            elif act == "discard" and forgetting.discard(self.run):
                messages.success(request, _("The import was discarded. Nothing was written."))
                return redirect(reverse("kho57_imports"))
        except running.NotReady:
            messages.warning(request, _("It was confirmed already, or is not finished yet."))
        return redirect(reverse("kho57_import", args=[self.run.pk]))


def get_run(request: HttpRequest, pk: int) -> ImportRun:
    """The import, for who made it and for the lead department; for all others there is none."""
    user: Any = request.user
    if not user.is_authenticated:
        raise Http404
    return get_object_or_404(ImportRun.objects.visible_to(user).select_related("agency", "created_by"), pk=pk)


def _tabs(counts: dict[str, int], chosen: str) -> Iterable[Tab]:
    yield Tab("", _("All"), sum(counts.values()), not chosen)
    for state, number in counts.items():
        if number:
            yield Tab(state, str(RowState(state).label), number, state == chosen)


@dataclass(frozen=True)
class Shown:
    """A row as the page shows it."""

    row: ImportRow
    notes: list[tuple[str, str]]
    """Heading and sentence."""
    place: str


def shown(row: ImportRow) -> Shown:
    notes = []
    for one in row.problems:
        column = BY_CODE.get(one.get("column", ""))
        notes.append((sheets.heading(column) if column else "", told(one)))
    return Shown(row, notes, edit_address(row.resource_id) if row.resource_id else "")


def edit_address(pk: int) -> str:
    return reverse(Resource.snippet_viewset.get_url_name("edit"), args=[pk])
