"""What others are still to be told, and who asked to be."""

from cms.notifying.models.purge import Purge
from cms.notifying.models.shown import PageReminder
from cms.notifying.models.subscription import Intent, Mode, Subscription
from cms.notifying.models.takedown import Notice, NoticeState, Subscriber

__all__ = [
    "Intent",
    "Mode",
    "Notice",
    "NoticeState",
    "PageReminder",
    "Purge",
    "Subscriber",
    "Subscription",
]
