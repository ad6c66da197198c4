"""The pages of imports: begin one, look at what was found, confirm, see what became of each row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from media_library import access
from media_library.importing import addresses, forgetting, reading, running, sheets
from media_library.importing.columns import BY_CODE, COLUMNS
from media_library.importing.problems import told
from media_library.intake.rejection import Rejected
from media_library.kinds import Kind
from media_library.models import Agency, ImportRow, ImportRun, ImportState, Resource, RowState

LISTED = 25
SHOWN = 50
"""Imports, and rows of one, on a page."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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


class _AgencyForm(forms.Form):
    agency = forms.ModelChoiceField(
        label=gettext_lazy("Agency"),
        queryset=Agency.objects.none(),
        help_text=gettext_lazy("Whose it will be."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agency"]
        field.queryset = Agency.objects.filter(successor=None)
        if not access.is_lead(user):
            field.queryset = field.queryset.filter(pk__in=access.agency_ids(user))
        only = list(field.queryset[:2])
        if len(only) == 1:
            field.initial, field.empty_label = only[0], None


class TableForm(_AgencyForm):
    table = forms.FileField(
        label=gettext_lazy("Table"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": f".csv,.tsv,.txt,.xlsx,text/csv,{XLSX}"}),
        help_text=gettext_lazy("CSV or XLSX; the first row holds the headings. At most 20,000 rows."),
    )
    archive = forms.FileField(
        label=gettext_lazy("ZIP with the files"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        help_text=gettext_lazy("Not needed where the table names no files, or names them by address."),
    )
    field_order = ("table", "archive", "agency")


class AddressForm(_AgencyForm):
    lines = forms.CharField(
        label=gettext_lazy("Addresses"),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("One a line, each of a file: a picture, a film, a recording, a PDF."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("By the file")), *((k.value, k.label) for k in Kind if k != Kind.ARTICLE)],
    )
    field_order = ("lines", "kind", "agency")

    def clean_lines(self) -> list[str]:
        lines = addresses.lines_of(self.cleaned_data["lines"])
        if len(lines) > addresses.MOST:
            text = _("These are %(number)s addresses; at most %(limit)s are taken at once.")
            raise forms.ValidationError(text % {"number": len(lines), "limit": addresses.MOST})
        return lines


class ImportsView(_Page):
    """Both ways in, and the imports of the person, newest first."""

    template_name = "editing/imports.html"
    page_title = gettext_lazy("Import")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        runs = ImportRun.objects.visible_to(self.request.user).select_related("agency", "created_by")
        before = self.request.GET.get("before", "")
        if before.isdecimal():
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


def results(request: HttpRequest, pk: int, form: str) -> HttpResponseBase:
    """What became of each row, as a file."""
    run = get_run(request, pk)
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    lines = sheets.results(run, place_of=lambda resource: f"{base}{edit_address(resource)}")
    return _table(form, name=f"ket-qua-{run.pk}", sheet=_("Results"), lines=lines)


def template(request: HttpRequest, form: str) -> HttpResponseBase:
    """The headings that an import understands, with one example; as XLSX also what each means."""
    check_permission(request)
    more = [(_("What the columns mean"), sheets.explanation())]
    return _table(form, name="mau-nhap-tai-nguyen", sheet=_("Resources"), lines=sheets.template(), more=more)


def _table(
    form: str, *, name: str, sheet: str, lines: sheets.Lines, more: Iterable[tuple[str, sheets.Lines]] = ()
) -> HttpResponseBase:
    if form == "csv":
        answer = StreamingHttpResponse(sheets.as_csv(lines), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return answer
    book = sheets.as_xlsx((sheet, lines), *more)
    answer = HttpResponse(book, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def urlpatterns() -> list[URLPattern]:
    """Under ``resources/import/``."""
    return [
        path("resources/import/", ImportsView.as_view(), name="kho57_imports"),
        path("resources/import/table/", TableView.as_view(), name="kho57_import_table"),
        path("resources/import/address/", AddressView.as_view(), name="kho57_import_address"),
        path("resources/import/template.csv", template, {"form": "csv"}, name="kho57_import_template_csv"),
        path("resources/import/template.xlsx", template, {"form": "xlsx"}, name="kho57_import_template_xlsx"),
        path("resources/import/<int:pk>/", ImportView.as_view(), name="kho57_import"),
        path(
            "resources/import/<int:pk>/results.csv", results, {"form": "csv"}, name="kho57_import_results_csv"
        ),
        path(
            "resources/import/<int:pk>/results.xlsx",
            results,
            {"form": "xlsx"},
            name="kho57_import_results_xlsx",
        ),
    ]
