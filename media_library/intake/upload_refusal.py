"""Why an upload is not begun or does not go on: the status of the answer, and a sentence for the person."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from media_library.intake.rejection import Rejected

CHECKSUM_MISMATCH = 460
"""tus 1.0.0, extension checksum."""


@dataclass(frozen=True)
class Reason:
    """``status`` of the answer; ``sentence``: what is wrong and what to do."""

    status: int
    sentence: str


REASONS = {
    "upload_address": Reason(HTTPStatus.NOT_FOUND, noop("There is no such upload. Choose the file again.")),
    "upload_agency": Reason(
        HTTPStatus.FORBIDDEN, noop("Choose one of your agencies; the file is taken in for it.")
    ),
    "upload_changed": Reason(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        noop("What arrived is not the file that was announced: it was changed meanwhile. Choose it again."),
    ),
    "upload_checksum": Reason(
        CHECKSUM_MISMATCH, noop("A part arrived damaged and was not kept. It is to be sent again.")
    ),
    "upload_ended": Reason(
        HTTPStatus.FORBIDDEN, noop("The file is taken in already; the upload can no longer be changed.")
    ),
    "upload_expired": Reason(
        HTTPStatus.GONE, noop("The upload waited too long and has expired. Choose the file again.")
    ),
    "upload_header": Reason(
        HTTPStatus.BAD_REQUEST, noop("The upload was announced wrongly (%(header)s). Reload the page.")
    ),
    "upload_held": Reason(
        HTTPStatus.LOCKED, noop("This file is being sent just now, perhaps in another window. Wait a moment.")
    ),
    "upload_kind": Reason(HTTPStatus.BAD_REQUEST, noop("Choose a kind that has a main file.")),
    "upload_length_unknown": Reason(
        HTTPStatus.LENGTH_REQUIRED, noop("The part does not say how long it is. Reload the page.")
    ),
    "upload_longer": Reason(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        noop("More arrives than was announced: the file was changed meanwhile. Choose it again."),
    ),
    "upload_many": Reason(
        HTTPStatus.TOO_MANY_REQUESTS,
        noop("%(limit)s uploads are open. Let some of them end, or cancel them, and then go on."),
    ),
    "upload_offset": Reason(
        HTTPStatus.CONFLICT, noop("The upload stands elsewhere. It goes on from what has arrived.")
    ),
    "upload_quota": Reason(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        noop(
            "The agency may keep %(limit)s and this file would go beyond. Delete what is not needed, or ask"
            " the lead department for more."
        ),
    ),
    "upload_signed_out": Reason(
        HTTPStatus.FORBIDDEN,
        noop("You are signed out. Sign in in another window; the upload then goes on where it stood."),
    ),
    "upload_type": Reason(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE, noop("The part is not sent as an upload is. Reload the page.")
    ),
    "upload_version": Reason(
        HTTPStatus.PRECONDITION_FAILED, noop("The page speaks another version of uploading. Reload it.")
    ),
}

_STATUS_OF_FILES = {
    "empty": HTTPStatus.BAD_REQUEST,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "storage_full": HTTPStatus.INSUFFICIENT_STORAGE,
}


class UploadRefused(Rejected):
    """An upload that is not begun or does not go on. ``code`` is a key of :data:`REASONS`."""

    @property
    def message(self) -> str:
        return _(REASONS[self.code].sentence) % self.facts


def status_of(refusal: Rejected) -> int:
    """The status with which a refusal is answered; 400 for a name or a file that is not taken."""
    if refusal.code in REASONS:
        return REASONS[refusal.code].status
    return _STATUS_OF_FILES.get(refusal.code, HTTPStatus.BAD_REQUEST)
