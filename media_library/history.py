"""The acts of :mod:`media_library.publishing` as they read in a resource's history."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import LogActionRegistry

from media_library import correcting, proposing, publishing, replacing

_ACTS = (
    (publishing.WITHDRAW_ACTION, _("Withdraw"), _("Withdrawn")),
    (publishing.REINSTATE_ACTION, _("Bring back"), _("Brought back as a draft")),
    (publishing.EXPIRE_ACTION, _("Expire"), _("Expired")),
    (publishing.RELEASE_ACTION, _("End of embargo"), _("Embargo ended, now public")),
    (publishing.TRANSLATE_ACTION, _("Translate"), _("Created as a translation")),
    (replacing.REPLACE_ACTION, _("Replace the file"), _("Main file replaced")),
    (replacing.RESTORE_ACTION, _("Bring back a file"), _("Earlier main file brought back")),
    (correcting.CORRECT_ACTION, _("Correct"), _("Said to correct what was public")),
    (proposing.ACCEPT_ACTION, _("Accept a proposal"), _("Proposal of another agency accepted")),
)


def register_actions(actions: LogActionRegistry) -> Any:
    """Register each act with its label and message; called by Wagtail's ``register_log_actions`` hook."""
    for action, label, message in _ACTS:
        actions.register_action(action, label, message)
