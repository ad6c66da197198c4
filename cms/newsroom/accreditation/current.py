"""Who is accredited at this moment; and the permission that follows from it, and ends with it to the second."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.utils import timezone

from cms.newsroom.models import Accreditation
from media_library import access


def current(user: Any, at: datetime) -> Accreditation | None:
    """The accreditation of ``user`` that holds at ``at``; an administrator has none.

    Kept on the user object, as Django keeps permissions: fetch the user anew after a decision.
    """
    if user is None or not user.is_authenticated or not user.is_active or user.is_superuser:
        return None
    if not hasattr(user, "_accreditation"):
        granted = Accreditation.objects.filter(user=user, state=Accreditation.State.GRANTED)
        user._accreditation = granted.first()
    row: Accreditation | None = user._accreditation
    return row if row is not None and row.until is not None and row.until > at else None


class PressBackend(BaseBackend):
    """Gives :data:`media_library.access.PRESS` to who is accredited now, and nothing else; signs nobody in."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return perm == access.PRESS and current(user_obj, timezone.now()) is not None
