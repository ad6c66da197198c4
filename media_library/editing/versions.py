"""The main files that a resource has had: who put each there and why, to look at, to fetch, to bring back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from media_library import access, publishing, replacing
from media_library.editing.sides import shown_of
from media_library.editing.taking_back import ResourceStep, edit_address
from media_library.models import Resource, StoredFile


class RestoreForm(forms.Form):
    file = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Why it comes back"),
        max_length=replacing.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FilesView(ResourceStep):
    """``POST`` with ``file`` and ``reason`` brings an earlier one back in a new draft."""

    page_title = gettext_lazy("Earlier files")
    template_name = "editing/files.html"
    form_class = RestoreForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user, asked = self.request.user, context["form"]
        versions = replacing.versions(self.resource)
        seen = StoredFile.objects.filter(access.files_seen_by(user), pk__in=[one.file.pk for one in versions])
        keys = set(seen.values_list("pk", flat=True))
        context["versions"] = [
            (one, shown_of(one.file, by=user, staff=one.file.pk in keys), _form_for(one.file.pk, asked))
            for one in versions
        ]
        return context

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form)
        except publishing.PublishingError as refusal:
            messages.error(self.request, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("Brought back in a new draft. Publish it when it is right."))
        return redirect(edit_address(self.resource))

    def act(self, form: Any) -> Resource:
        replacing.restore(
            resource=self.resource,
            file_id=form.cleaned_data["file"],
            reason=form.cleaned_data["reason"],
            by=self.request.user,
            at=timezone.now(),
        )
        return self.resource


def _form_for(file_id: int, asked: Any) -> forms.Form:
    """The form of one version; the one that was sent keeps its words and errors."""
    if asked.is_bound and str(asked.data.get("file", "")) == str(file_id):
        asked.auto_id = f"id_{file_id}_%s"
        return asked
    return RestoreForm(initial={"file": file_id}, auto_id=f"id_{file_id}_%s")
