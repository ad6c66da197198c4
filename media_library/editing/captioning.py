"""Captions edited in place, beside the player: times and words of one language of one film or sound.

What is saved goes the way of every file: a new stored WebVTT, taken in by the intake, named by a new draft. The
public version keeps its captions until that draft is published. The text is all there is: with script it is shown
as rows, without it is edited as it stands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from media_library.editing.taking_back import ResourceStep
from media_library.files import storage
from media_library.files.addresses import staff_address
from media_library.intake.accept import accept
from media_library.intake.receive import receive
from media_library.intake.rejection import Rejected
from media_library.kinds import Kind, Role, rule_for
from media_library.models import Asset, Resource, StoredFile
from media_library.processing import caption, caption_checks, drafting, sandbox
from media_library.processing.caption import Cue
from media_library.processing.refusal import Refusal

LONGEST_SHIFT = 6 * 3600
_ACTS = ("save", "check", "import", "shift", "draft")


class Changed(Exception):
    """The draft is no longer the one that was opened."""


class Unreadable(Exception):
    """A cue whose times cannot be read; it would be lost."""


class CaptionsForm(forms.Form):
    """``revision`` is the draft that was opened: nothing is overwritten unseen."""

    text = forms.CharField(
        label=gettext_lazy("Captions as WebVTT"),
        required=False,
        strip=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true", "class": "k57-vtt"}),
    )
    upload = forms.FileField(
        label=gettext_lazy("Import a file (WebVTT, SRT)"), required=False, allow_empty_file=True
    )
    shift = forms.FloatField(
        label=gettext_lazy("Move all by (seconds)"),
        required=False,
        min_value=-LONGEST_SHIFT,
        max_value=LONGEST_SHIFT,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )
    revision = forms.CharField(required=False, widget=forms.HiddenInput)


class Captions(ResourceStep):
    """``POST`` with ``act``: ``save``; ``draft`` asks the machine for one; ``check``, ``import``, ``shift`` only
    show the text anew. What the machine drafted is shown as such until a person saves it.
    """

    page_title = gettext_lazy("Captions")
    template_name = "editing/captions.html"
    form_class = CaptionsForm

    def setup(self, request: HttpRequest, pk: str, *args: Any, **kwargs: Any) -> None:
        super().setup(request, pk, *args, **kwargs)
        self.lang = kwargs["lang"]
        self.draft: Resource = self.resource.get_latest_revision_as_object()
        self.asset = captions_in(self.draft, self.lang)
        self.shown: list[Cue] = []

    def allowed(self) -> bool:
        known = self.lang in dict(settings.LANGUAGES)
        return super().allowed() and known and self.resource.kind in (Kind.VIDEO, Kind.PODCAST)

    def get_initial(self) -> dict[str, Any]:
        self.shown = cues_of(self.asset.file) if self.asset else self._drafted()
        return {
            "text": caption.serialise(self.shown) if self.shown else "WEBVTT\n",
            "revision": str(self.draft.latest_revision_id or ""),
        }

    def _drafted(self) -> list[Cue]:
        original = self.draft.original
        return [Cue(**cue) for cue in drafting.drafted(original.file, language=self.lang)] if original else []

    def _order_draft(self) -> HttpResponse:
        original = self.draft.original
        if original is None or not drafting.is_possible():
            raise Http404
        drafting.order(original.file, language=self.lang, at=timezone.now())
        messages.success(self.request, _("The machine listens now. Open this page again in some minutes."))
        return HttpResponseRedirect(self.request.path)

    def post(self, request: HttpRequest, *args: str, **kwargs: Any) -> HttpResponse:
        if request.POST.get("act") == "draft":
            return self._order_draft()
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        act = request.POST.get("act", "save")
        try:
            cues = self._cues(form, act if act in _ACTS else "check")
        except Unreadable as wrong:
            told = _("The times of this cue cannot be read, or it ends before it begins: %(line)s")
            form.add_error("text", told % {"line": wrong})
            return self.form_invalid(form)
        except (Rejected, Refusal) as refusal:
            field = "upload" if act == "import" else "text"
            form.add_error(field, Rejected(refusal.code, **refusal.facts).message)
            return self.form_invalid(form)
        self.shown = cues
        if act == "save":
            return self._save(form, cues)
        return self._shown_anew(form, cues)

    def _cues(self, form: Any, act: str) -> list[Cue]:
        if act == "import":
            return read_upload(form.cleaned_data["upload"], kind=self.resource.kind)
        text = caption.decode(form.cleaned_data["text"].encode("utf-8", "replace"))
        if wrong := caption.unreadable(text):
            raise Unreadable(wrong[0])
        cues = caption.parse(text)
        return caption.shifted(cues, form.cleaned_data["shift"] or 0.0) if act == "shift" else cues

    def _shown_anew(self, form: Any, cues: list[Cue]) -> HttpResponse:
        fresh = {"text": caption.serialise(cues) if cues else "WEBVTT\n", "revision": form.data["revision"]}
        return self.render_to_response(self.get_context_data(form=CaptionsForm(initial=fresh), unsaved=True))

    def _save(self, form: Any, cues: list[Cue]) -> HttpResponse:
        lock = self.draft.get_lock()
        if lock is not None and lock.for_user(self.request.user):
            form.add_error(None, _("The resource is locked by somebody else: nothing was saved."))
        else:
            try:
                self._store(cues, opened=form.cleaned_data["revision"])
            except Rejected as refusal:
                form.add_error("text", refusal.message)
            except Changed:
                form.add_error(None, _TOLD_CHANGED)
        if form.errors:
            return self.form_invalid(form)
        messages.success(self.request, self.done())
        return HttpResponseRedirect(self.request.path)

    def _store(self, cues: list[Cue], *, opened: str) -> None:
        """Raises :class:`Rejected`, :class:`Changed`."""
        by: Any = self.request.user
        if opened != str(self.draft.latest_revision_id or ""):
            raise Changed
        file = accept(
            stream=[caption.serialise(cues).encode()],
            name=f"{self.draft.slug[:80] or 'loi'}.{self.lang}.vtt",
            kind=self.resource.kind,
            role=Role.CAPTION,
            agency=self.resource.agency,
            by=by,
            at=timezone.now(),
        )
        with transaction.atomic():
            row = Resource.objects.select_for_update().get(pk=self.resource.pk)
            if opened != str(row.latest_revision_id or ""):
                raise Changed
            replace_captions(self.draft, file, lang=self.lang)
            self.draft.save_revision(user=by, clean=False, log_action=True)

    def done(self) -> str:
        return _("The captions are saved in the draft. They go out when it is published.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        original = self.draft.original
        duration = original.file.duration if original else None
        context.update(
            lang=self.lang,
            language=dict(settings.LANGUAGES)[self.lang],
            languages=[one for one in settings.LANGUAGES if one[0] != self.lang],
            played=played(original),
            is_film=self.resource.kind == Kind.VIDEO,
            remarks=[
                (remark.number, _WORDS[remark.code] % {"figure": f"{remark.figure:g}"})
                for remark in caption_checks.remarks(self.shown, duration=duration)[:200]
            ],
            limits=caption_checks,
            by_machine=self.asset is None and bool(self._drafted()),
            can_draft=self.asset is None and original is not None and drafting.is_possible(),
            draft_job=drafting.job_of(original.file, language=self.lang) if original else None,
        )
        return context


_TOLD_CHANGED = gettext_lazy(
    "Somebody else has saved this resource since you opened it. Nothing was overwritten, and your text is still "
    "here: copy it, open this page again, and put it in."
)
_WORDS = {
    caption_checks.OVERLAPS: gettext_lazy("begins %(figure)s s before the one before it has ended"),
    caption_checks.FAST: gettext_lazy("%(figure)s characters a second: too fast to read (at most 21)"),
    caption_checks.LONG_LINE: gettext_lazy("a line of %(figure)s characters: too long (at most 42)"),
    caption_checks.MANY_LINES: gettext_lazy("%(figure)s lines: too many (at most 2)"),
    caption_checks.SHORT: gettext_lazy("shown for %(figure)s s only"),
    caption_checks.PAST_END: gettext_lazy("ends %(figure)s s after the recording"),
}


def captions_in(draft: Resource, lang: str) -> Asset | None:
    """The captions of ``draft`` in ``lang``; those without a language count as the resource's own."""
    found = (asset for asset in draft.assets.all() if asset.role == Role.CAPTION)
    return next((asset for asset in found if (asset.language or draft.language) == lang), None)


def cues_of(file: StoredFile) -> list[Cue]:
    """What the file says, as it was read when it was prepared; before that it is read now, if it can be."""
    told = file.extracted.get("cues")
    if told is None:
        with sandbox.workspace(storage.work_folder()) as folder:
            try:
                with storage.local_copy(file.storage_name, workspace=folder) as path:
                    told = _read(path, folder=folder)
            except (Refusal, sandbox.Failure, FileNotFoundError):
                told = []
    return [Cue(**cue) for cue in told]


def _read(path: Path, *, folder: Path) -> list[dict[str, Any]]:
    arguments = {"source": str(path)}
    cues: list[dict[str, Any]] = sandbox.run(
        "media_library.processing.caption:read", arguments, folder=folder
    )["cues"]
    return cues


def replace_captions(draft: Resource, file: StoredFile, *, lang: str) -> None:
    """``file`` takes the place of the captions in ``lang``, in memory; the draft is saved by the caller."""
    present = captions_in(draft, lang)
    taken = (present.role, present.file_id) if present else None
    kept = [asset for asset in draft.assets.all() if (asset.role, asset.file_id) != taken]
    place = present.sort_order if present else max((asset.sort_order or 0 for asset in kept), default=-1) + 1
    draft.assets.set([*kept, Asset(role=Role.CAPTION, file=file, language=lang, sort_order=place)])


def read_upload(upload: Any, *, kind: str) -> list[Cue]:
    """The cues of an uploaded WebVTT or SRT, read in the sandbox. Raises :class:`Rejected`, :class:`Refusal`."""
    if not upload:
        raise Rejected("empty")
    with sandbox.workspace(storage.work_folder()) as folder:
        path: Path = folder / "captions"
        receive(stream=upload, target=path, limit=rule_for(kind).size_limit(Role.CAPTION))
        try:
            return [Cue(**cue) for cue in _read(path, folder=folder)]
        except sandbox.Failure as failure:
            raise Rejected("too_much") from failure


def played(original: Asset | None) -> str:
    """Where the player beside the captions finds the public copy, or an empty string."""
    if original is None:
        return ""
    copies = original.file.renditions.filter(purpose="download", media_type__regex="^(video|audio)/")
    copy = copies.order_by("name").first()
    return staff_address(copy) if copy else ""
