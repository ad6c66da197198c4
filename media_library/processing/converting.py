"""Whether slides and texts can become a PDF here, and by which program (``OFFICE_COMMAND``)."""

from __future__ import annotations

import shutil

from django.conf import settings

SHOWN_AS_PDF = "shown_as_pdf"
"""The property of a stored file that is a main file to be converted; an attachment of the same type is not."""


def command() -> str:
    """The path of the program; empty where there is none."""
    return shutil.which(settings.OFFICE_COMMAND.strip() or "soffice") or ""


def available() -> bool:
    """Whether there is one."""
    return bool(command())
