"""Taking a file in as soon as it is chosen, so that the form shows progress and sends it only once.

The form works without this: a file that comes with it is taken in then.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from media_library import access
from media_library.editing import kept
from media_library.editing.forms import FILE_FIELDS
from media_library.editing.suggesting import FIELDS, suggestions_of
from media_library.intake import duplicates
from media_library.intake.accept import accept
from media_library.intake.rejection import Rejected
from media_library.kinds import Kind, Role, rule_for
from media_library.models import Agency, Resource


@require_POST
def take_file(request: HttpRequest) -> JsonResponse:
    """Answer ``{"kept", "name", "size", "suggestions"}``, or ``{"problem"}`` with status 422.

    404 beyond one's reach.

    With ``"known"`` where the library has these very bytes already.

    Fields: ``field`` (of the form), ``file``, ``kind`` or ``resource``, ``agency``, ``kept`` (the form's
    signed value so far).
    """
    field, upload = request.POST.get("field", ""), request.FILES.get("file")
    if field not in FILE_FIELDS:
        raise Http404
    if upload is None:
        return _problem(_("Choose a file."))
    kind, agency = _place(request)
    if agency is None:
        return _problem(_("Choose the agency first."))
    try:
        file = accept(
            stream=upload,
            name=upload.name or "",
            kind=kind,
            role=FILE_FIELDS[field],
            agency=agency,
            by=request.user,
            at=timezone.now(),
        )
    except Rejected as refusal:
        return _problem(refusal.message)
    files = kept.read(request.POST.get("kept", ""), user=request.user) | {field: file}
    answer: dict[str, Any] = {"kept": kept.sign(files, user=request.user), "name": file.original_name}
    offered = suggestions_of(file, fields=_offered_to(field, kind))
    answer["suggestions"] = [asdict(one) for one in offered]
    if known := _known(request, file):
        answer["known"] = known
    return JsonResponse(answer | {"size": filesizeformat(file.size)})


def _known(request: HttpRequest, file: Any) -> dict[str, str]:
    """A sentence on where these bytes are already, as far as the person may see, and the address to look."""
    given = request.POST.get("resource", "")
    own = Resource.objects.filter(pk=given).first() if given else None
    matches = duplicates.found(file, by=request.user, at=timezone.now(), apart=own)
    if not matches:
        return {}
    resource = matches[0].resource
    said = _("This file is in the library already: “%(title)s” (%(agency)s). Save the draft to compare.")
    kept_here = access.may_manage(request.user, resource)
    edit = reverse(Resource.snippet_viewset.get_url_name("edit"), args=[resource.pk])
    return {
        "said": said % {"title": resource.title, "agency": resource.agency},
        "url": edit if kept_here else resource.get_absolute_url(),
        "look": _("Look at it"),
    }


def _offered_to(field: str, kind: str) -> list[str]:
    """The main file describes the resource; only pictures have an alt text."""
    if FILE_FIELDS[field] != Role.ORIGINAL:
        return []
    return [name for name in FIELDS.values() if name != "alt" or rule_for(kind).needs_alt]


def _place(request: HttpRequest) -> tuple[str, Agency | None]:
    """Kind and agency for which the file is taken: those of the resource, or as the new form says."""
    user: Any = request.user
    if given := request.POST.get("resource", ""):
        if not given.isdecimal():
            raise Http404
        resource = get_object_or_404(Resource.objects.manageable_by(user), pk=given)
        return resource.kind, resource.agency
    kind = request.POST.get("kind", "")
    if kind not in Kind.values or not user.has_perm("media_library.add_resource"):
        raise Http404
    given = request.POST.get("agency", "")
    agency = Agency.objects.filter(pk=given).first() if given.isdecimal() else None
    return kind, agency if agency is not None and access.may_create_for(user, agency) else None


def _problem(text: str) -> JsonResponse:
    return JsonResponse({"problem": text}, status=422)
