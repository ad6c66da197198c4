"""``/{lang}/verify/``: anyone gives a file or an address and is told what it is to the library.

The file lies in a workspace of its own while it is looked at, and is gone with the answer. Nothing of it, nor of
who asked, is written down.
"""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from axes.helpers import get_client_ip_address
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cms.newsroom.authenticity.recognition import Recognised, Verdict, recognise
from media_library import pace
from media_library.files import public_address, storage
from media_library.intake import fetching
from media_library.intake.receive import receive
from media_library.intake.rejection import Rejected
from media_library.kinds import Role
from media_library.models import Rendition
from media_library.models.asset import Purpose
from media_library.processing import sandbox

LARGEST = 512 * 1024 * 1024
"""Bytes of a file that is looked at."""
MOST_AN_HOUR = 40
SECONDS = 60
"""In which a file must have arrived from an address."""
_room = threading.BoundedSemaphore(2)
"""Files that one process looks at at once: the others of its threads stay free for readers."""
_CACHE = "private, no-store"


class VerifyForm(forms.Form):
    """A file, or the address of one."""

    file = forms.FileField(label=gettext_lazy("File"), required=False, allow_empty_file=True)
    address = forms.CharField(label=gettext_lazy("Address of a file"), required=False, max_length=2000)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and bool(given.get("file")) == bool(given.get("address")):
            raise ValidationError(_("Give a file, or the address of one."), code="one")
        return given


# A public page sets no cookie, so there is no token to compare; a post acts on nobody's authority.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """The form, and what is known of the file that was given.

    A file that cannot be taken (empty, too large, an address that cannot be reached) is told at its field, 422;
    too many in an hour, 429; while others are being looked at, 503. What another site posts is not looked at.
    """
    if request.method != "POST":
        return _page(request, VerifyForm())
    form = VerifyForm(request.POST, request.FILES)
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return _page(request, VerifyForm(), status=403)
    if not form.is_valid():
        return _page(request, form, status=422)
    if not pace.within(get_client_ip_address(request) or "", what="verify", most=MOST_AN_HOUR):
        return _page(request, form, status=429)
    if not _room.acquire(blocking=False):
        return _page(request, form, status=503)
    try:
        found = looked_at(form.cleaned_data, at=timezone.now())
    except Rejected as rejected:
        form.add_error("file" if form.cleaned_data["file"] else "address", rejected.message)
        return _page(request, form, status=422)
    except fetching.NotFetched as problem:
        form.add_error("address", problem.message)
        return _page(request, form, status=422)
    finally:
        _room.release()
    return _page(request, VerifyForm(), found=found, name=_name(form.cleaned_data))


def looked_at(given: dict[str, Any], *, at: datetime) -> Recognised:
    """Take ``given``'s ``file``, or fetch its ``address``, and recognise it.

    Raises :class:`Rejected` and :class:`~media_library.intake.fetching.NotFetched`.
    """
    with sandbox.workspace(storage.work_folder()) as folder:
        path = folder / "given"
        if given["file"]:
            fingerprint = receive(stream=given["file"], target=path, limit=LARGEST)
        else:
            fetching.fetch(given["address"], target=path, limit=LARGEST, seconds=SECONDS, manners=asking())
            fingerprint = _whole(path)
        return recognise(path, fingerprint, workspace=folder, at=at)


def asking() -> fetching.Manners:
    """How other sites are asked; tests put another in its place."""
    return fetching.Manners(
        agent=settings.FETCH_AGENT, ports=frozenset({80, 443, *settings.FETCH_PORTS}), idle=15
    )


def _whole(path: Path) -> storage.Fingerprint:
    if not path.stat().st_size:
        raise Rejected("empty")
    return storage.fingerprint(path)


def _picture(found: Recognised | None) -> str:
    """The address of a small picture of what stands in public now, to look at beside the file that was given."""
    if found is None or found.resource is None or found.verdict is Verdict.WITHDRAWN:
        return ""
    shown = Rendition.objects.filter(
        file__assets__resource=found.resource,
        file__assets__role=Role.ORIGINAL,
        purpose__in=(Purpose.PICTURE, Purpose.POSTER),
        width__lte=640,
    )
    picture = shown.order_by("-width", "pk").first()
    return public_address(found.resource, picture) if picture else ""


def _name(given: dict[str, Any]) -> str:
    return str(given["file"].name if given["file"] else given["address"])[:200]


def _page(
    request: HttpRequest,
    form: VerifyForm,
    *,
    found: Recognised | None = None,
    name: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "found": found,
        "name": name,
        "status": status,
        "limit": filesizeformat(LARGEST),
        "key_url": reverse("taking:signing_key"),
        "picture": _picture(found),
    }
    response = render(request, "newsroom/verify.html", context, status=status)
    response["Cache-Control"] = _CACHE if request.method == "POST" else "public, max-age=0, must-revalidate"
    return response
