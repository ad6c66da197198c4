"""The editing screens of a resource; rules are asked elsewhere, refusals become messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.snippets.views import snippets

from media_library import access, correcting, publishing, replacing
from media_library.editing import elsewhere
from media_library.editing.duplicates import known_of
from media_library.editing.submitting import missing_for_review
from media_library.hints import alt_hints, contrast_hints
from media_library.kinds import Kind, Missing, missing_for_publication, rule_for
from media_library.models import Resource, State

ANCHORS = {"assets": "main_file"}
"""Where a missing part is mended, if the form's field has another name."""


def explain(request: HttpRequest, refusal: publishing.PublishingError, *, saved: bool, edit_url: str) -> None:
    """Tell why something was not published, each missing part with a link to its field."""
    intro = _("Saved as a draft, but not published.") if saved else _("Not done.")
    missing = refusal.missing if isinstance(refusal, publishing.PublicationRefused) else []
    if missing:
        text = format_html("{} {} <ul>{}</ul>", intro, _("Still needed:"), _listed(missing, edit_url))
    else:
        text = format_html("{} {}", intro, str(refusal))
    messages.error(request, text)


def _listed(missing: list[Missing], edit_url: str) -> str:
    return format_html_join(
        "",
        '<li><a href="{}#id_{}">{}</a></li>',
        ((edit_url, ANCHORS.get(item.field, item.field), item.message) for item in missing),
    )


class RefusalsBecomeMessages:
    """Saving and acting are two steps: what was typed is saved even if the act is refused."""

    request: HttpRequest
    object: Any
    action: str

    def get_available_actions(self) -> list[str]:
        """Wagtail asks the model whether publishing is allowed; here the resource is asked."""
        actions: list[str] = super().get_available_actions()  # type: ignore[misc]
        row = getattr(self, "live_object", None)
        if row is not None and not access.may_publish(self.request.user, row, timezone.now()):
            return [action for action in actions if action != "publish"]
        return actions

    def run_action_method(self) -> Any:
        edit_url = self.get_edit_url()  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                return super().run_action_method()  # type: ignore[misc]
        except publishing.PublishingError as refusal:
            explain(self.request, refusal, saved=True, edit_url=edit_url)
            return redirect(edit_url)

    def submit_action(self) -> Any:
        """Only what is complete goes to review; a file that is being prepared does not hold it."""
        if missing := missing_for_review(self.object):
            raise publishing.PublicationRefused(missing)
        return super().submit_action()  # type: ignore[misc]

    def publish_action(self) -> Any:
        publishing.publish(
            resource=self.object,
            revision=self.new_revision,  # type: ignore[attr-defined]
            by=self.request.user,
            at=timezone.now(),
        )
        return None


class ResourceCreateView(RefusalsBecomeMessages, snippets.CreateView):
    """First the kind, then one screen for all of it."""

    template_name = "editing/create.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.preview_enabled = False  # a resource has a preview from its first draft on

    @property
    def kind(self) -> str:
        given: str = self.request.GET.get("kind", "")
        return given if given in Kind.values else ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.kind:
            return TemplateResponse(request, "editing/choose_kind.html", {"kinds": _kind_choices(request)})
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.kind:
            return redirect(reverse(self.add_url_name))
        return super().post(request, *args, **kwargs)

    def get_add_url(self) -> str:
        url: str = super().get_add_url()
        joint = "&" if "?" in url else "?"
        return f"{url}{joint}kind={self.kind}" if self.kind else url

    def get_initial_form_instance(self) -> Resource:
        instance: Resource = super().get_initial_form_instance() or Resource()
        instance.kind = self.kind or Kind.ARTICLE
        instance.live = False
        return instance

    def get_page_subtitle(self) -> str:
        return str(Kind(self.kind).label) if self.kind else ""


def _kind_choices(request: HttpRequest) -> list[dict[str, Any]]:
    explained = {
        Kind.INFOGRAPHIC: _("A picture that explains: poster, diagram, card."),
        Kind.VIDEO: _("A film, long or short, wide or tall."),
        Kind.PODCAST: _("Sound: an episode, a bulletin for loudspeakers."),
        Kind.ARTICLE: _("Text with pictures."),
        Kind.PHOTO: _("A photograph that others may reuse."),
        Kind.DOCUMENT: _("A PDF, or slides and texts that become one: handbook, leaflet, presentation."),
    }
    locale = request.GET.get("locale", "")
    extra = f"&locale={locale}" if locale in ("vi", "en") else ""
    return [
        {"value": kind.value, "label": kind.label, "about": text, "extra": extra}
        for kind, text in explained.items()
    ]


class ResourceEditView(RefusalsBecomeMessages, snippets.EditView):
    template_name = "editing/edit.html"

    def save_instance(self) -> Any:
        """A replaced main file is written into the history with its reason, a correction with its sentence."""
        instance = super().save_instance()
        if facts := self.form.replacement:
            log(
                instance=instance,
                action=replacing.REPLACE_ACTION,
                user=self.request.user,
                revision=self.new_revision,
                data=facts,
            )
        if (said := self.form.correction) is not None:
            correcting.say(instance, said, revision=self.new_revision, by=self.request.user)
        return instance

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["standing"] = standing_of(self.live_object, self.object, at=timezone.now())
        context["elsewhere"] = elsewhere.pages_of(self.live_object, self.request.user)
        context["known"] = known_of(self.object, row=self.live_object, by=self.request.user)
        return context

    @property
    def header_more_buttons(self) -> list[Button]:
        """Acts on the resource, each only for those who may, each confirmed on a page of its own."""
        row, user, now = self.live_object, self.request.user, timezone.now()
        namespace = row.snippet_viewset.get_url_name
        buttons = []
        if access.may_withdraw(user, row, now):
            if row.withdrawn_at:
                buttons.append(("reinstate", _("Bring back"), "undo"))
            elif row.first_published_at:
                buttons.append(("withdraw", _("Withdraw"), "cross"))
        if rule_for(row.kind).accepts:
            buttons.append(("files", _("Earlier files"), "history"))
        if row.kind in (Kind.VIDEO, Kind.PODCAST):
            buttons.append(("captions", _("Edit the captions"), "edit"))
        buttons.append(("translate", _("Translate"), "globe"))
        if row.first_published_at is None:
            buttons.append(("delete", _("Delete the draft"), "bin"))
        return [
            Button(
                label,
                url=reverse(namespace(name), args=[row.pk, *([row.language] if name == "captions" else [])]),
                icon_name=icon,
                priority=50 + number,
            )
            for number, (name, label, icon) in enumerate(buttons)
        ]

    def is_valid(self, form: Any) -> bool:
        """Nothing is overwritten unseen. The form is checked all the same, so that its files are kept."""
        valid: bool = super().is_valid(form)
        if self.is_out_of_date and self.action != "cancel-workflow":
            self.produced_error_code = "invalid_revision"
            self.produced_error_message = self._both_choices()
            return False
        return valid

    def _both_choices(self) -> str:
        """The form now carries the newest revision: saving it again is a choice made knowingly."""
        opened = self.request.POST.get("loaded_revision_id", "")
        here = self.get_edit_url()
        compared = here
        if opened.isdigit():
            compared = reverse(self.revisions_compare_url_name, args=[self.object.pk, opened, "latest"])
        return format_html(
            '{} <a href="{}" target="_blank" rel="noopener">{}</a> · <a href="{}">{}</a>',
            _(
                "Somebody else has saved this resource since you opened it. Nothing was overwritten, and "
                "what you typed is still here. Save again to put your version on top of theirs (theirs "
                "stays in the history), or take their version."
            ),
            compared,
            _("See what they changed"),
            here,
            _("Take their version"),
        )


@dataclass(frozen=True)
class Gap:
    """Something still missing, and the form field that mends it."""

    anchor: str
    message: str


@dataclass(frozen=True)
class Standing:
    """Where a resource stands, for the head of its form."""

    state: State
    icon: str
    public_url: str
    withdrawn_reason: str
    missing: tuple[Gap, ...]
    hints: tuple[Gap, ...]
    """What could be better and holds nothing up."""


_ICONS = {
    State.DRAFT: "edit",
    State.IN_REVIEW: "resubmit",
    State.SCHEDULED: "calendar-alt",
    State.EMBARGOED: "lock",
    State.PUBLISHED: "success",
    State.EXPIRED: "time",
    State.WITHDRAWN: "cross",
}


def standing_of(row: Resource, draft: Resource, *, at: datetime) -> Standing:
    """State of the row, gaps of the draft."""
    state = row.state(at)
    public = access.is_public(row, at)
    return Standing(
        state=state,
        icon=_ICONS[state],
        public_url=row.get_absolute_url() if public else "",
        withdrawn_reason=row.withdrawn_reason,
        missing=tuple(
            Gap(ANCHORS.get(item.field, item.field), item.message) for item in missing_for_publication(draft)
        ),
        hints=_hints(draft),
    )


def _hints(draft: Resource) -> tuple[Gap, ...]:
    original = draft.original
    if original is None or not rule_for(draft.kind).needs_alt:
        return ()
    told = alt_hints(original.alt, title=draft.title, file_name=original.file.original_name)
    hints = tuple(Gap("alt", hint) for hint in told)
    if draft.kind != Kind.INFOGRAPHIC:
        return hints
    return hints + tuple(Gap("text_alternative", hint) for hint in contrast_hints(original.file.properties))


class ResourceWorkflowActionView(snippets.WorkflowActionView):
    """Approving may publish, and publishing may be refused."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with transaction.atomic():
                return super().post(request, *args, **kwargs)
        except publishing.PublishingError as refusal:
            edit_url = reverse(self.object.snippet_viewset.get_url_name("edit"), args=[self.object.pk])
            explain(request, refusal, saved=False, edit_url=edit_url)
            if request.headers.get("x-requested-with") == "XMLHttpRequest":
                return self.render_modal_json(request, {"step": "success", "redirect": edit_url})
            return redirect(edit_url)


class ResourceDeleteView(snippets.DeleteView):
    """Only what never was public can be deleted; the rest is withdrawn, with a reason."""

    page_title = gettext_lazy("Delete a draft")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.object.first_published_at is not None:
            messages.error(
                request, _("It has been public, so it cannot be deleted. Withdraw it, and say why.")
            )
            return redirect(reverse(self.edit_url_name, args=[self.object.pk]))
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response
