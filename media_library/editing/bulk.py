"""Acts on several resources at once, each asked and done for itself: one that is refused stops no other."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from media_library import access, publishing
from media_library.editing.submitting import submit
from media_library.models import Audience, Resource, Topic


class ResourceAct(SnippetBulkAction):
    """One act on each chosen resource, in a transaction of its own."""

    models = [Resource]  # noqa: RUF012 - Wagtail's name and type
    template_name = "editing/bulk.html"
    question: Any = ""
    serious = False

    def check_perm(self, obj: Resource) -> bool:
        return access.may_edit(self.request.user, obj, timezone.now())

    def act(self, resource: Resource) -> None:
        raise NotImplementedError

    def done(self, number: int) -> str:
        return ngettext("Done for %(number)s resource.", "Done for %(number)s resources.", number) % {
            "number": number
        }

    @classmethod
    def execute_action(cls, objects: list[Resource], **kwargs: Any) -> tuple[int, int]:
        view: ResourceAct = kwargs["self"]
        refused = []
        for resource in objects:
            try:
                with transaction.atomic():
                    view.act(resource)
            except publishing.PublishingError as refusal:
                refused.append((resource.title, str(refusal)))
        if refused:
            listed = format_html_join("", "<li><b>{}</b>: {}</li>", refused)
            messages.error(view.request, format_html_join("", "{} <ul>{}</ul>", [(_("Not done:"), listed)]))
        return len(objects) - len(refused), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        return self.done(num_parent_objects) if num_parent_objects else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.update(question=self.question, button=self.display_name, serious=self.serious)
        return context


class SubmitMany(ResourceAct):
    display_name = gettext_lazy("Hand in for approval")
    aria_label = gettext_lazy("Hand in the chosen resources for approval")
    action_type = "k57_submit"
    action_priority = 10
    question = gettext_lazy("Hand these in for approval? What is incomplete stays a draft.")

    def act(self, resource: Resource) -> None:
        submit(resource=resource, by=self.request.user)


class PublishMany(ResourceAct):
    display_name = gettext_lazy("Approve and publish")
    aria_label = gettext_lazy("Approve and publish the chosen resources")
    action_type = "k57_publish"
    action_priority = 20
    question = gettext_lazy("Publish the newest version of each? Everybody will see them at once.")

    def check_perm(self, obj: Resource) -> bool:
        return access.may_publish(self.request.user, obj, timezone.now())

    def act(self, resource: Resource) -> None:
        publishing.publish(resource=resource, by=self.request.user, at=timezone.now())


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Readers see it at the resource's address. Say what was wrong, plainly."),
    )


class WithdrawMany(ResourceAct):
    display_name = gettext_lazy("Withdraw")
    aria_label = gettext_lazy("Withdraw the chosen resources")
    action_type = "k57_withdraw"
    action_priority = 90
    classes = {"serious"}  # noqa: RUF012 - Wagtail's name and type
    serious = True
    form_class = ReasonForm
    question = gettext_lazy(
        "They disappear everywhere at once: from their pages, search, every agency's section, feeds and files."
    )

    def check_perm(self, obj: Resource) -> bool:
        return access.may_withdraw(self.request.user, obj, timezone.now())

    def act(self, resource: Resource) -> None:
        reason = self.cleaned_form.cleaned_data["reason"]
        publishing.withdraw(resource=resource, by=self.request.user, reason=reason, at=timezone.now())


class AudienceForm(forms.Form):
    terms = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Audiences"),
        queryset=Audience.objects.all(),
        widget=forms.CheckboxSelectMultiple,
    )


class TopicForm(forms.Form):
    terms = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Topics"), queryset=Topic.objects.all(), widget=forms.CheckboxSelectMultiple
    )


class _AddTerms(ResourceAct):
    """Adds terms to the newest draft; what is public changes when that draft is published."""

    relation = ""
    question = gettext_lazy("They are added to the drafts; what is public changes when these are published.")

    def act(self, resource: Resource) -> None:
        lock = resource.get_lock()
        if lock is not None and lock.for_user(self.request.user):
            raise publishing.Locked(_("It is locked at the moment."))
        draft = resource.get_latest_revision_as_object()
        getattr(draft, self.relation).add(*self.cleaned_form.cleaned_data["terms"])
        draft.save_revision(user=self.request.user, log_action=True, clean=False)


class AddAudiences(_AddTerms):
    display_name = gettext_lazy("Add audiences")
    aria_label = gettext_lazy("Add audiences to the chosen resources")
    action_type = "k57_audiences"
    action_priority = 40
    form_class = AudienceForm
    relation = "audiences"


class AddTopics(_AddTerms):
    display_name = gettext_lazy("Add topics")
    aria_label = gettext_lazy("Add topics to the chosen resources")
    action_type = "k57_topics"
    action_priority = 50
    form_class = TopicForm
    relation = "topics"


class DeleteDrafts(DeleteBulkAction):
    """Wagtail's own, for every model; of resources it takes only drafts that never were public."""

    def check_perm(self, snippet: Any) -> bool:
        allowed: bool = super().check_perm(snippet)
        return allowed and getattr(snippet, "first_published_at", None) is None


ACTS = (SubmitMany, PublishMany, WithdrawMany, AddAudiences, AddTopics)
