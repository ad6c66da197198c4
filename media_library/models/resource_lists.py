"""Reading resources: the verbs that say who reads and what is shown."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from wagtail.models import Revision, WorkflowState

from media_library import access
from media_library.kinds import Kind, Role, rule_for
from media_library.models.asset import Asset, Purpose, Rendition, StoredFile

if TYPE_CHECKING:
    from media_library.models.resource import Resource

    _Queries = models.QuerySet[Resource]
else:
    _Queries = models.QuerySet


class ResourceQuerySet(_Queries):
    def public(self, at: datetime) -> ResourceQuerySet:
        """What everyone may see at ``at``."""
        return self.filter(access.public(at))

    def identified_by(self, public_id: str) -> Resource | None:
        """The resource of this public identifier if it is in the list.

        The identifier is unique. ``first()`` would have Django put one row in order, and for that look at each
        of its columns: a third of the time of the whole question (docs/decisions/0145).
        """
        return next(iter(self.filter(public_id=public_id).order_by()), None)

    def hidden(self, at: datetime) -> models.QuerySet[Resource, tuple[int]]:
        """Keys of what is not public at ``at``; a key may come twice."""
        parts = [self.order_by().filter(part).values_list("pk") for part in access.hidden(at)]
        return parts[0].union(*parts[1:], all=True)

    def visible_to(self, user: Any, at: datetime) -> ResourceQuerySet:
        """What ``user`` may see at ``at``: the public, and what their agencies keep."""
        return self.filter(access.visible_to(user, at))

    def manageable_by(self, user: Any) -> ResourceQuerySet:
        """What the admin shows to ``user``: their agencies' resources, or all for the lead department."""
        return self.filter(access.manageable_by(user))

    def waived(self) -> ResourceQuerySet:
        """Live films and sounds that stand on a recorded reason: without captions and transcript."""
        words = Asset.objects.filter(resource=OuterRef("pk"), role__in=(Role.CAPTION, Role.TRANSCRIPT))
        kinds = [kind.value for kind in Kind if rule_for(kind).needs_words]
        found = self.filter(live=True, withdrawn_at=None, kind__in=kinds).exclude(accessibility_waiver="")
        return found.filter(~Exists(words))

    def in_language(self, *, lang: str, at: datetime) -> ResourceQuerySet:
        """Leave out what also exists, publicly, in the language ``lang``: each work is listed once."""
        ours = self.model.objects.public(at).filter(
            translation_key=OuterRef("translation_key"), locale__language_code=lang
        )
        return self.filter(Q(locale__language_code=lang) | ~Exists(ours))

    def with_cards(self) -> ResourceQuerySet:
        """Load what a card or a search result shows, in a constant number of queries."""
        shown = Rendition.objects.exclude(purpose__in=(Purpose.PART, Purpose.CANDIDATE, Purpose.PAGE))
        light = StoredFile.objects.defer("extracted").prefetch_related(Prefetch("renditions", queryset=shown))
        assets = Asset.objects.prefetch_related(Prefetch("file", queryset=light)).order_by("sort_order", "pk")
        return self.select_related("agency", "locale", "campaign").prefetch_related(
            Prefetch("assets", queryset=assets)
        )

    def with_review(self) -> ResourceQuerySet:
        """Annotate ``in_review`` and ``scheduled_for`` so that :meth:`Resource.state` asks no query."""
        states = WorkflowState.objects.filter(
            base_content_type__app_label="media_library",
            base_content_type__model="resource",
            object_id=models.functions.Cast(OuterRef("pk"), models.CharField()),
            status=WorkflowState.STATUS_IN_PROGRESS,
        )
        scheduled = Revision.objects.filter(
            base_content_type__app_label="media_library",
            base_content_type__model="resource",
            object_id=models.functions.Cast(OuterRef("pk"), models.CharField()),
            approved_go_live_at__isnull=False,
        ).order_by("-created_at")
        return self.annotate(
            in_review=Exists(states),
            scheduled_for=models.Subquery(scheduled.values("approved_go_live_at")[:1]),
        )
