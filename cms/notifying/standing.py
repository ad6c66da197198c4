"""How a withdrawal stands: what we serve ourselves, what the systems that were told say, who still shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.notifying import edge, pages, purging
from cms.notifying.models import Notice, NoticeState, PageReminder, Purge, Subscription
from cms.notifying.models.takedown import OPEN
from cms.notifying.serving import Serving, Testimony, testimony
from cms.sections.models import SectionRender
from media_library.intake.fetching.problem import MESSAGES
from media_library.models import Resource
from search.models import PendingChange

_PLAIN: dict[str, str | Promise] = {
    "silent": gettext_lazy("it does not answer"),
    "fetch_late": gettext_lazy("it does not answer in time"),
    "cut_off": gettext_lazy("it broke off while answering"),
    "nonsense": gettext_lazy("its answer is not understood"),
    "certificate": gettext_lazy("its certificate is not valid"),
    "host_unknown": gettext_lazy("there is no such host"),
    "failed": gettext_lazy("it could not be asked"),
    "host_private": gettext_lazy("its address leads into a private network"),
}


@dataclass(frozen=True)
class Step:
    """One of our own ways to serve; ``waiting``: how much of it is still to be done."""

    name: str
    waiting: int


@dataclass(frozen=True)
class Told:
    """One system and its notice."""

    notice: Notice
    why: str
    """What went wrong at the last attempt, in plain words."""

    @property
    def took(self) -> timedelta | None:
        """From the withdrawal to the confirmation."""
        done = self.notice.confirmed_at
        return done - self.notice.withdrawn_at if done else None


@dataclass(frozen=True)
class Shown:
    """A page that still shows it, and the letters to its agency."""

    page: Serving
    letters: tuple[PageReminder, ...]


@dataclass(frozen=True)
class Standing:
    resource: Resource
    withdrawn_at: datetime
    steps: tuple[Step, ...]
    told: tuple[Told, ...]
    seen: Testimony
    pages: tuple[Shown, ...]

    @property
    def confirmed(self) -> int:
        return sum(one.notice.state == NoticeState.CONFIRMED for one in self.told)

    @property
    def open(self) -> int:
        return sum(one.notice.is_open for one in self.told)


def withdrawn(rows: QuerySet[Resource]) -> QuerySet[Resource]:
    """Those of ``rows`` that are withdrawn and were public before, newest first."""
    gone = rows.filter(withdrawn_at__isnull=False, first_published_at__isnull=False)
    return gone.order_by("-withdrawn_at", "-pk").select_related("agency", "withdrawn_by").defer("body")


def counted(rows: QuerySet[Resource]) -> QuerySet[Resource]:
    """``rows`` with how many systems were told of this withdrawal (``told``), and how many have confirmed it."""
    this_one = Q(notices__withdrawn_at=F("withdrawn_at"))
    return rows.annotate(
        told=Count("notices", filter=this_one & ~Q(notices__state=NoticeState.CANCELLED)),
        confirmed=Count("notices", filter=this_one & Q(notices__state=NoticeState.CONFIRMED)),
        unreached=Count("notices", filter=this_one & Q(notices__state=NoticeState.WAITING)),
    )


def standing(resource: Resource) -> Standing:
    """Everything the page of a withdrawal says; a constant number of queries. The resource is withdrawn."""
    assert resource.withdrawn_at is not None
    notices = of_this_withdrawal(resource).select_related("subscriber")
    seen = testimony(resource.public_id, withdrawn_at=resource.withdrawn_at)
    letters = pages.asked(resource)
    return Standing(
        resource=resource,
        withdrawn_at=resource.withdrawn_at,
        steps=tuple(_steps(resource)),
        told=tuple(Told(notice, in_plain_words(notice.problem)) for notice in notices),
        seen=seen,
        pages=tuple(Shown(page, tuple(letters.get(page.url, ()))) for page in seen.pages),
    )


def of_this_withdrawal(resource: Resource) -> QuerySet[Notice]:
    """The open ones first. The resource is withdrawn."""
    assert resource.withdrawn_at is not None
    rows = Notice.objects.filter(resource=resource, withdrawn_at=resource.withdrawn_at)
    return rows.annotate(is_waiting=Count("pk", filter=Q(state__in=OPEN))).order_by(
        "-is_waiting", "subscriber_name", "pk"
    )


def _steps(resource: Resource) -> list[Step]:
    steps = [
        Step(_("Its page, frame and files"), 0),
        Step(_("Search"), PendingChange.objects.filter(resource_id=resource.pk).count()),
        Step(_("Sections and feeds"), SectionRender.objects.filter(resource_id=resource.pk).count()),
        Step(_("Followers of feeds"), Subscription.objects.filter(due_at__isnull=False).count()),
    ]
    if edge.is_set():
        key = purging.resource_key(resource.public_id)
        rows = Purge.objects.filter(Q(key=key) | Q(path__contains=resource.public_id))
        steps.append(Step(_("Caches in front of the site"), rows.count()))
    return steps


def in_plain_words(problem: str) -> str:
    """What an editor can make of a stored problem."""
    if problem.startswith("status "):
        return _("it answers with the error %(status)s") % {"status": problem.removeprefix("status ")}
    if problem in _PLAIN:
        return str(_PLAIN[problem])
    return _("its address cannot be used") if problem in MESSAGES else problem
