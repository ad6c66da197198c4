"""“This may already be in the library”: both side by side, and the three answers.

The fence has already hidden files beyond the person's reach; what is shown beside them is asked of
:mod:`media_library.intake.duplicates`, which knows only what the person may see.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.actions.delete import DeleteAction
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from media_library import access, proposing, publishing, replacing
from media_library.editing.sides import side_of
from media_library.intake import duplicates
from media_library.intake.duplicates import Match
from media_library.models import Audience, Resource, StoredFile, Topic


class _PutAway(forms.Form):
    """What becomes of the draft, where it may be deleted."""

    put_away = forms.ChoiceField(
        label=gettext_lazy("Your draft"),
        choices=[
            ("delete", gettext_lazy("Delete it: the other one takes its place")),
            ("keep", gettext_lazy("Leave it as it is")),
        ],
        initial="delete",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, deletable: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not deletable:
            del self.fields["put_away"]


class _Terms(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Compares with what there is before it asks: a database takes no number of twenty digits."""

    def clean(self, value: Any) -> Any:
        there = {str(pk) for pk in self.queryset.values_list("pk", flat=True)}  # type: ignore[union-attr]
        for one in value or ():
            if str(one) not in there:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": one}
                )
        return super().clean(value)


class UseForm(_PutAway):
    audiences = _Terms(
        label=gettext_lazy("Audiences to add"),
        queryset=Audience.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    topics = _Terms(
        label=gettext_lazy("Topics to add"),
        queryset=Topic.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    message = forms.CharField(
        label=gettext_lazy("Message to the owner"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("audiences", "topics", "message", "put_away")


class VersionForm(_PutAway):
    reason = forms.CharField(
        label=gettext_lazy("What is new in it"),
        max_length=replacing.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept with the old version, which can be brought back."),
    )
    field_order = ("reason", "put_away")


class DifferentForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("In what they differ"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("This pair is not asked about again."),
    )


class DuplicatesView(WagtailAdminTemplateMixin, TemplateView):
    """One file of a draft beside one match; ``with``: the key of the match, ``of``: of the draft."""

    model = StoredFile
    template_name = "editing/duplicates.html"
    page_title = gettext_lazy("This may already be in the library")
    header_icon = "k57-library"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.at = timezone.now()
        self.forms: dict[str, forms.Form] = {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return super().dispatch(request, *args, **kwargs)
        seen = StoredFile.objects.filter(access.files_seen_by(request.user)).defer("extracted")
        self.file = get_object_or_404(seen.prefetch_related("renditions"), pk=kwargs["pk"])
        self.row, self.draft = _draft_of(self.file, request=request)
        self.matches = duplicates.found(self.file, by=request.user, at=self.at, apart=self.row)
        self.match = self._chosen()
        return super().dispatch(request, *args, **kwargs)

    def _chosen(self) -> Match | None:
        given = self.request.POST.get("with") or self.request.GET.get("with") or ""
        if given:
            named = [match for match in self.matches if str(match.resource.pk) == given]
            if not named:
                raise Http404
            return named[0]
        return self.matches[0] if self.matches else None

    @property
    def deletable(self) -> bool:
        lock = self.row.get_lock()
        held = lock is not None and lock.for_user(self.request.user)
        return self.row.first_published_at is None and not self.row.workflow_in_progress and not held

    def _form(self, answer: str) -> forms.Form:
        if answer in self.forms:
            return self.forms[answer]
        data = self.request.POST if self.request.POST.get("answer") == answer else None
        if answer == "different":
            return DifferentForm(data, prefix=answer)
        if answer == "version":
            return VersionForm(data, prefix=answer, deletable=self.deletable)
        initial = {"audiences": self.draft.audiences.all(), "topics": self.draft.topics.all()}
        return UseForm(data, prefix=answer, deletable=self.deletable, initial=initial)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user: Any = self.request.user
        context["ours"] = side_of(self.draft, self.file, by=user, at=self.at, row=self.row)
        context["match"] = self.match
        if self.match is None:
            return context
        theirs = _whole(self.match.resource.pk)
        compared = next(a.file for a in theirs.assets.all() if a.file_id == self.match.file.pk)
        context.update(
            theirs=side_of(theirs, compared, by=user, at=self.at, row=theirs),
            others=[(match, self._address(match.resource)) for match in self.matches if match != self.match],
            closeness=min(99, round(100 * self.match.nearness)),  # the same is told in words
            use_form=self._form("use"),
            version_form=self._form("version") if replacing.fits(theirs, self.file) else None,
            different_form=self._form("different"),
            owns=access.may_edit(user, theirs, self.at),
        )
        return context

    def _address(self, resource: Resource | None = None) -> str:
        return address_of(self.file, self.row, beside=resource)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        acts = {"use": self._use, "version": self._new_version, "different": self._different}
        answer = request.POST.get("answer", "")
        if self.match is None or answer not in acts:
            return redirect(self._address())
        form = self.forms[answer] = self._form(answer)
        if form.is_valid():
            try:
                with transaction.atomic():
                    return acts[answer](form.cleaned_data, self.match)
            except (publishing.PublishingError, ValueError) as refusal:
                form.add_error(None, str(refusal))
            except duplicates.NotAlike as error:
                raise Http404 from error
        return self.render_to_response(self.get_context_data(**kwargs))

    def _use(self, given: dict[str, Any], match: Match) -> HttpResponse:
        proposing.propose(
            resource=match.resource,
            agency=self.row.agency,
            by=self.request.user,
            at=self.at,
            audiences=given["audiences"],
            topics=given["topics"],
            message=given["message"],
        )
        messages.success(self.request, _("Proposed to %(agency)s.") % {"agency": match.resource.agency})
        return self._after(given)

    def _new_version(self, given: dict[str, Any], match: Match) -> HttpResponse:
        user: Any = self.request.user
        if not access.may_edit(user, match.resource, self.at):
            proposing.propose(
                resource=match.resource,
                agency=self.row.agency,
                by=user,
                at=self.at,
                file=self.file,
                message=given["reason"],
            )
            messages.success(self.request, _("Proposed to %(agency)s.") % {"agency": match.resource.agency})
            return self._after(given)
        replacing.replace(
            resource=match.resource, file=self.file, reason=given["reason"], by=user, at=self.at
        )
        messages.success(
            self.request, _("The file is in a new draft; the address stays. Publish it when ready.")
        )
        self._after(given)
        return redirect(edit_address(match.resource))

    def _different(self, given: dict[str, Any], match: Match) -> HttpResponse:
        user = self.request.user
        duplicates.call_different(
            file=self.file,
            resource=match.resource,
            reason=given["reason"],
            by=user,
            at=self.at,
            apart=self.row,
        )
        messages.success(self.request, _("Noted. This pair is not asked about again."))
        left = duplicates.found(self.file, by=user, at=self.at, apart=self.row)
        return redirect(self._address() if left else edit_address(self.row))

    def _after(self, given: dict[str, Any]) -> HttpResponse:
        """Put the draft away if it is so wished; back to where it was."""
        if given.get("put_away") != "delete":
            return redirect(edit_address(self.row))
        DeleteAction(self.row, user=self.request.user).execute(skip_permission_checks=True)
        return redirect(reverse(Resource.snippet_viewset.get_url_name("list")))


def edit_address(resource: Resource) -> str:
    return reverse(Resource.snippet_viewset.get_url_name("edit"), args=[resource.pk])


def address_of(file: StoredFile, draft: Resource, *, beside: Resource | None = None) -> str:
    """Where ``file`` of ``draft`` is compared, with one match or the nearest."""
    address = f"{reverse('kho57_duplicates', args=[file.pk])}?of={draft.pk}"
    return f"{address}&with={beside.pk}" if beside else address


def _draft_of(file: StoredFile, *, request: HttpRequest) -> tuple[Resource, Resource]:
    """The row and the newest draft that name ``file``, of those the person keeps; 404 without one."""
    user: Any = request.user
    mine = Resource.objects.manageable_by(user).select_related("agency", "locale", "latest_revision")
    given = request.GET.get("of", "")
    if given and not given.isdecimal():
        raise Http404
    row = mine.filter(pk=given).first() if given else mine.filter(assets__file=file).order_by("-pk").first()
    if row is None:
        raise Http404
    draft = row.get_latest_revision_as_object()
    if file.pk not in {one.pk for one in duplicates.compared(draft)}:
        raise Http404
    return row, draft


def _whole(pk: int) -> Resource:
    return Resource.objects.with_cards().get(pk=pk)


def known_of(draft: Resource, *, row: Resource, by: Any) -> list[tuple[Match, str]]:
    """For the head of the form: where else the files of ``draft`` are, each with the page that compares."""
    files = duplicates.compared(draft)
    found = duplicates.found_for(files, by=by, at=timezone.now(), apart={file.pk: row for file in files})
    return [
        (match, address_of(file, row, beside=match.resource)) for file in files for match in found[file.pk]
    ][:5]


def mark_alike(rows: Iterable[Resource], *, by: Any) -> None:
    """Set ``alike_url`` on each draft of ``rows`` the library has the like of; constant queries."""
    drafts = [row for row in rows if row.first_published_at is None and not row.withdrawn_at]
    by_file = {file: row for row in drafts for file in duplicates.compared(row)}
    found = duplicates.found_for(
        by_file, by=by, at=timezone.now(), apart={file.pk: row for file, row in by_file.items()}
    )
    for file, row in by_file.items():
        if found[file.pk]:
            row.alike_url = address_of(file, row)
