"""What can be wrong with a table or one of its rows, in sentences that say what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from media_library.intake import rejection
from media_library.intake.fetching import problem as fetching

MESSAGES = {
    # The whole table, or its ZIP
    "archive_bomb": noop("The ZIP holds a file that grows out of all measure when unpacked: %(name)s."),
    "archive_damaged": noop("The ZIP is damaged or is none. Pack it again."),
    "archive_large": noop("The files in the ZIP are too large together. Divide it into several imports."),
    "archive_locked": noop("The ZIP is locked with a password. Pack it without one."),
    "archive_many": noop("The ZIP holds more than %(limit)s files. Divide it into several imports."),
    "archive_path": noop("The ZIP holds a name that leads out of it: %(name)s. Pack it again."),
    "table_broken": noop(
        "The table could not be read. Try again; if it happens twice, save it as CSV UTF-8."
    ),
    "table_cell": noop("A cell in row %(row)s holds more than %(limit)s characters. Shorten it."),
    "table_columns": noop(
        "No heading of the first row is known. Take the template, or write the headings as it does."
    ),
    "table_empty": noop("There is no row below the headings."),
    "table_large": noop("The spreadsheet is too large when unpacked. Divide it, or save it as CSV."),
    "table_long": noop("The table has more than %(limit)s rows. Divide it into several."),
    "table_old": noop("This is an old Excel file (.xls). Save it as .xlsx or as CSV UTF-8."),
    "table_unreadable": noop("This is neither a CSV nor an XLSX file. Save it as one of them."),
    "table_wide": noop("The table has more than %(limit)s columns. Take out those that are not needed."),
    # One cell
    "agency_not_yours": noop("You may not add resources for “%(given)s”. Choose one of your agencies."),
    "captions_kind": noop("Only a video or a podcast has captions or a transcript."),
    "expires_first": noop("The expiry must lie after the end of the embargo."),
    "file_kind": noop("An article takes no main file. Leave this cell empty."),
    "file_not_in_zip": noop("There is no file “%(given)s” in the ZIP. Names are compared letter by letter."),
    "file_twice_in_zip": noop("Several files in the ZIP have this name. Write its folder before it."),
    "file_without_zip": noop("The file “%(given)s” is named, but no ZIP was given."),
    "identifier_form": noop(
        "Write the identifier as scheme:value; the scheme of a-z, 0-9, “.”, “_”, “-”, at most 30 signs."
    ),
    "identifier_twice": noop("Row %(row)s has the same identifier."),
    "kind_missing": noop("Say which kind it is, or name a file."),
    "long": noop("%(length)s characters; at most %(limit)s are taken."),
    "same_row": noop("Row %(row)s says the very same."),
    "spoken_and_silent": noop("Write the languages, or that nobody speaks in it, not both."),
    "spoken_kind": noop("Only of a video or a podcast is it said what is spoken. Leave this cell empty."),
    "time": noop("“%(given)s” is no day or time. Write it as 31/12/2026 or 31/12/2026 08:00."),
    "title_missing": noop("Give it a title, or name a file."),
    "unknown_agency": noop("There is no agency “%(given)s”."),
    "unknown_audiences": noop("There is no audience “%(given)s”."),
    "unknown_campaign": noop("There is no campaign “%(given)s”."),
    "unknown_kind": noop("“%(given)s” is no kind. Known are: %(known)s."),
    "unknown_language": noop("“%(given)s” is no language of the library. Write vi or en."),
    "unknown_licence": noop("“%(given)s” is no licence. Known are: %(known)s."),
    "unknown_spoken": noop("“%(given)s” is no spoken language known here. The template has their names."),
    "unknown_topics": noop("There is no topic “%(given)s”."),
    # When it is written
    "changed_since": noop("Somebody has changed it in the library since; it was left as it is."),
    "kind_fixed": noop("It is in the library as another kind, which cannot be changed."),
    "locked": noop("It waits for approval, or somebody has locked it; it was left as it is."),
    "taken": noop("The library has this identifier already, and not from an import."),
    "taken_from_there": noop("The library already has what was taken from this address."),
    "unexpected": noop("It could not be written. Try again; if it happens twice, tell the administrator."),
}


def told(problem: dict[str, Any]) -> str:
    """The sentence for a kept ``{"code", "facts"}``, in the language of the moment."""
    code, facts = problem.get("code", ""), problem.get("facts") or {}
    fallback = MESSAGES["unexpected"]
    text = MESSAGES.get(code) or rejection.MESSAGES.get(code) or fetching.MESSAGES.get(code) or fallback
    try:
        return _(text) % facts
    except (KeyError, TypeError, ValueError):
        return _(fallback)


def problem(code: str, *, column: str = "", **facts: Any) -> dict[str, Any]:
    """As it is kept with a row."""
    return {"column": column, "code": code, "facts": facts}


class Unreadable(Exception):
    """The whole table or its ZIP is not taken; ``str()`` says why."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return told({"code": self.code, "facts": self.facts})
