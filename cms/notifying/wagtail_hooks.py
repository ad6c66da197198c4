"""Wagtail's way in to withdrawals and to the systems that are told of them."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.notifying.editing import SubscriberViewSet, WithdrawalsView, WithdrawalView, withdrawal_of
from media_library import access
from media_library.editing import elsewhere

elsewhere.register("withdrawal", withdrawal_of)


class WithdrawalsItem(MenuItem):
    """For everybody who works on resources of some agency."""

    def is_shown(self, request: HttpRequest) -> bool:
        return access.is_lead(request.user) or bool(access.agency_ids(request.user))


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    return [
        path("withdrawals/", WithdrawalsView.as_view(), name="kho57_withdrawals"),
        path("withdrawals/<int:pk>/", WithdrawalView.as_view(), name="kho57_withdrawal"),
    ]


@hooks.register("register_admin_menu_item")
def withdrawals_item() -> MenuItem:
    return WithdrawalsItem(
        _("Withdrawals"), reverse("kho57_withdrawals"), name="withdrawals", icon_name="cross", order=170
    )


@hooks.register("register_admin_viewset")
def subscribers() -> SubscriberViewSet:
    return SubscriberViewSet()
