"""Tables to take away: the template of an import, and what became of each row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from media_library.editing.import_forms import XLSX
from media_library.editing.importing import check_permission, edit_address, get_run
from media_library.importing import sheets


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
        content = _in_language(sheets.as_csv(lines), get_language() or settings.LANGUAGE_CODE)
        answer = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return answer
    book = sheets.as_xlsx((sheet, lines), *more)
    whole = HttpResponse(book, content_type=XLSX)
    whole["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return whole


def _in_language(chunks: Iterator[bytes], language: str) -> Iterator[bytes]:
    """``chunks``, each made in ``language``: they are asked for when the language of the page is over."""
    while True:
        with override(language):
            chunk = next(chunks, None)
        if chunk is None:
            return
        yield chunk
