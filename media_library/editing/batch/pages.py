"""The pages of batches: those one has begun, the beginning of one, and the one where all of it is done.

Everything works without script, too: :mod:`media_library.editing.batch.posting`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from media_library import access
from media_library.editing.batch import posting
from media_library.editing.batch.drafting import kind_by_ending
from media_library.editing.batch.forms import CommonForm, StartForm
from media_library.editing.batch.reach import ON_A_PAGE, batch_or_404, places_after, require_adding
from media_library.editing.batch.rows import Row, rows_of
from media_library.kinds import CAPTIONS, EXTENSIONS, MAIN_TYPES, rule_for
from media_library.models import Agency, Batch
from media_library.reviewing import workflow_for

LISTED = 20
_TAKEN = (*MAIN_TYPES, *CAPTIONS, "text/plain")


@require_safe
def mine(request: HttpRequest) -> HttpResponseBase:
    """The batches this person has begun, newest first; ``?before=`` the key of the last one seen."""
    require_adding(request)
    user: Any = request.user
    found = Batch.objects.filter(by=user).select_related("agency").order_by("-pk")
    if not access.is_lead(user):
        found = found.filter(agency_id__in=access.agency_ids(user))
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    batches = list(posting.counted(found)[: LISTED + 1])
    shown, more = batches[:LISTED], len(batches) > LISTED
    context = {"batches": shown, "before": shown[-1].pk if more else None, "first": not before}
    return TemplateResponse(request, "editing/batch/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponseBase:
    """Whose files they are; then on to where they are dropped."""
    require_adding(request)
    form = StartForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_bound and form.is_valid():
        return redirect("kho57_batch", form.save().token)
    nowhere = "agency" in form.fields and not Agency.objects.filter(pk__in=_agencies(form)).exists()
    return TemplateResponse(request, "editing/batch/start.html", {"form": form, "nowhere": nowhere})


def _agencies(form: StartForm) -> Any:
    field: Any = form.fields["agency"]
    return field.queryset.values("pk")


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponseBase:
    """Drop zone, common description and grid of one batch; ``?after=`` the position to go on from."""
    batch = batch_or_404(request, token)
    if request.method == "POST":
        if (form := posting.act(request, batch)) is None:
            return redirect(request.get_full_path())
        return _shown(request, batch, form, status=422)
    return _shown(request, batch, CommonForm(instance=batch))


def _shown(request: HttpRequest, batch: Batch, form: CommonForm, *, status: int = 200) -> HttpResponse:
    given = request.GET.get("after", "")
    after = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
    found = list(places_after(batch, after, limit=ON_A_PAGE + 1))
    rows = rows_of(found[:ON_A_PAGE], user=request.user, at=timezone.now())
    workflow = workflow_for(batch.agency)
    context = {
        "batch": batch,
        "form": form,
        "rows": rows,
        "counts": counts(rows),
        "total": batch.places.count(),
        "next": found[ON_A_PAGE - 1].position if len(found) > ON_A_PAGE else None,
        "after": after,
        "accept": ",".join(end for media_type in _TAKEN for end in EXTENSIONS[media_type]),
        "limits": limits(),
        "lead_reviews": batch.agency.current.requires_lead_review,
        "workflow": workflow,
        "breadcrumbs": breadcrumbs(batch),
        "foreign": batch.by_id != request.user.pk,
        "sentences": sentences(),
    }
    return TemplateResponse(request, "editing/batch/page.html", context, status=status)


def counts(rows: list[Row]) -> dict[str, int]:
    """How many rows stand in each state, those at the same step taken together."""
    steps = {"waiting": "coming", "sending": "coming", "checking": "coming", "known": "known"}
    steps |= {
        "lacking": "lacking",
        "astray": "lacking",
        "ready": "ready",
        "sent": "sent",
        "refused": "refused",
    }
    found = dict.fromkeys(steps.values(), 0)
    for row in rows:
        if row.state in steps:
            found[steps[row.state]] += 1
    return found


def limits() -> list[tuple[str, int]]:
    """Largest size of each kind of main file, in bytes, with the kind's name."""
    names = ("anh.jpg", "phim.mp4", "tieng.mp3", "tai-lieu.pdf")
    kinds = [kind_by_ending(name, pictures="photo") or "" for name in names]
    return [(str(rule_for(kind).kind.label), rule_for(kind).size_limit()) for kind in kinds]


def breadcrumbs(batch: Batch | None) -> list[dict[str, str]]:
    found = [
        {"url": reverse("resources:list"), "label": _("Resources")},
        {"url": reverse("kho57_batches"), "label": _("Many files at once")},
    ]
    if batch is not None:
        found.append({"url": "", "label": batch.title or batch.created_at.strftime("%d/%m/%Y %H:%M")})
    return found


def sentences() -> dict[str, str]:
    """What the script says, in the language of the page."""
    return {
        "applying": _("Being applied: %(done)s of %(total)s"),
        "applied": _("Applied to all files."),
        "alone": _("%(number)s files keep what was changed alone."),
        "already": _("%(name)s is here already."),
        "broken": _("The connection broke off; it goes on by itself as soon as it is back."),
        "coming": _("%(done)s of %(total)s files are here."),
        "failed": _("This did not work. Try again in a moment; nothing was lost."),
        "go_on": _("Go on"),
        "handing": _("Being handed in: %(done)s of %(total)s"),
        "hashing": _("Being looked at…"),
        "held": _("%(number)s wait for approval already and stay as they are."),
        "here": _("All files are here."),
        "keep_mine": _("Keep mine"),
        "lacking": _("%(number)s still lack something; their rows say what."),
        "left": _("%(percent)s %%, about %(minutes)s minutes left"),
        "nothing": _("There is nothing to hand in yet."),
        "pause": _("Pause"),
        "paused": _("Paused"),
        "percent": _("%(percent)s %%"),
        "progress_of": _("Progress of %(name)s"),
        "queued": _("Waits for its turn"),
        "retry": _("Goes on by itself in %(seconds)s seconds…"),
        "saved": _("Saved"),
        "saving": _("Being saved…"),
        "sent": _("%(number)s handed in for approval."),
        "signed_out": _("You are signed out. Sign in again in another tab; nothing was lost."),
        "take_theirs": _("Take theirs"),
        "theirs": _("It now says: “%(value)s”."),
        "unreadable": _("%(name)s can no longer be read. Choose it again."),
        "unsaved": _("Not saved"),
    }
