"""Withdrawals in the admin: how far each has come, a reminder at once; and the systems that are told.

Who may see a withdrawn resource in the admin sees its withdrawal; who may withdraw it may remind. The systems
belong to the lead department.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.notifying import pages, posting, standing, takedown
from cms.notifying.models import Subscriber
from cms.notifying.serving import testimony
from media_library import access
from media_library.editing.elsewhere import Page
from media_library.intake.fetching import NotFetched
from media_library.models import Resource
from search.editing.viewsets import RowsForTheLead

PAGE = 50


class WithdrawalsView(WagtailAdminTemplateMixin, TemplateView):
    """What was withdrawn, newest first; ``?before=`` the key of the last row that was seen."""

    model = Resource
    template_name = "notifying/withdrawals.html"
    page_title = gettext_lazy("Withdrawals")
    header_icon = "cross"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seen = standing.withdrawn(Resource.objects.manageable_by(self.request.user))
        rows = list(standing.counted(_after(seen, self.request.GET.get("before", "")))[: PAGE + 1])
        following = rows[PAGE - 1].pk if len(rows) > PAGE else None
        return super().get_context_data(rows=rows[:PAGE], following=following, **kwargs)


def _after(rows: Any, key: str) -> Any:
    """What follows the row of ``key`` in ``rows``; all of them where there is no such row."""
    last = rows.filter(pk=key).first() if key.isascii() and key.isdecimal() and len(key) < 16 else None
    if last is None:
        return rows
    same = rows.filter(withdrawn_at=last.withdrawn_at, pk__lt=last.pk)
    return rows.filter(withdrawn_at__lt=last.withdrawn_at) | same


class WithdrawalView(WagtailAdminTemplateMixin, TemplateView):
    """One withdrawal. ``POST`` with ``remind`` (a notice's key, or ``all``) sends open notices once more, with
    ``page`` (its address) writes to the agency whose page still shows it.
    """

    model = Resource
    template_name = "notifying/withdrawal.html"
    page_title = gettext_lazy("Withdrawal")
    header_icon = "cross"

    def setup(self, request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        rows = standing.withdrawn(Resource.objects.manageable_by(request.user))
        self.resource = get_object_or_404(rows, pk=pk)
        self.may_remind = access.may_withdraw(request.user, self.resource, timezone.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edit = reverse(Resource.snippet_viewset.get_url_name("edit"), args=[self.resource.pk])
        return super().get_context_data(
            standing=standing.standing(self.resource), may_remind=self.may_remind, edit_url=edit, **kwargs
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.may_remind:
            raise Http404
        if "page" in request.POST:
            self._write_to_agency(request.POST["page"])
        else:
            self._remind(request.POST.get("remind", ""))
        return redirect(reverse("kho57_withdrawal", args=[self.resource.pk]))

    def _write_to_agency(self, url: str) -> None:
        """Only about a page that a witness names, so that no letter holds an address somebody made up."""
        withdrawn_at = self.resource.withdrawn_at
        assert withdrawn_at is not None
        said = testimony(self.resource.public_id, withdrawn_at=withdrawn_at)
        page = next((one for one in said.pages if one.url == url), None)
        if page is None:
            messages.warning(self.request, _("This page is not known to show it any more."))
            return
        try:
            pages.ask(self.resource, page, by=self.request.user, at=timezone.now())
        except pages.Unasked as refusal:
            messages.warning(self.request, _unasked(refusal))
        else:
            messages.success(self.request, _("The editors of the agency are written to."))

    def _remind(self, wanted: str) -> None:
        notices = standing.of_this_withdrawal(self.resource)
        if wanted != "all":
            notices = notices.filter(pk=wanted if wanted.isdecimal() and len(wanted) < 16 else 0)
        number = takedown.remind_now(notices.values_list("pk", flat=True), at=timezone.now())
        if number:
            said = ngettext(
                "%(number)s reminder is on its way.", "%(number)s reminders are on their way.", number
            )
            messages.success(self.request, said % {"number": number})
        else:
            messages.warning(self.request, _("There is nobody left to remind."))


def _unasked(refusal: pages.Unasked) -> str:
    if refusal.soon:
        return _("The agency was written to within the last hour. Please wait before you write again.")
    return _("The agency has no editor with a mail address. Please call it.")


def withdrawal_of(resource: Resource, user: Any) -> Page | None:
    """The page of the withdrawal of ``resource``, where there is one."""
    if resource.withdrawn_at is None or resource.first_published_at is None:
        return None
    return Page(reverse("kho57_withdrawal", args=[resource.pk]), _("Who was told, and who still shows it"))


class SubscriberForm(WagtailAdminModelForm):
    """Takes a public https address only, also where the name leads elsewhere than it seems."""

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            place = posting.check(url)
        except NotFetched as problem:
            raise ValidationError(problem.message) from problem
        if place.scheme != "https":
            raise ValidationError(_("The address must begin with https://, so that nobody reads along."))
        return url

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"].strip()
        return secret

    def save(self, commit: bool = True) -> Subscriber:
        if self.instance.pk is None:
            self.instance.created_by = self.for_user
        saved: Subscriber = super().save(commit=commit)
        return saved


class SubscriberViewSet(RowsForTheLead):
    model = Subscriber
    icon = "mail"
    name = "takedown_subscribers"
    url_prefix = "told-systems"
    menu_label = gettext_lazy("Systems that are told")
    menu_order = 850
    add_to_settings_menu = True
    ordering = ("name", "pk")
    list_per_page = 50
    list_display: ClassVar = [
        "name",
        Column("url", label=gettext_lazy("Address for notices")),
        Column("contact", label=gettext_lazy("Person in charge")),
        BooleanColumn("active", label=gettext_lazy("Is told")),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("name"),
                    FieldPanel("url"),
                    FieldPanel(
                        "secret", widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
                    ),
                    FieldPanel("contact"),
                    FieldPanel("active"),
                ],
                heading=gettext_lazy("A system that takes over resources of the library"),
            )
        ],
        base_form_class=SubscriberForm,
    )
