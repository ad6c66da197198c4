"""The catalogue record."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.models import ClusterableModel
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    Locale,
    LockableMixin,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    TranslatableMixin,
    Workflow,
    WorkflowMixin,
)

from media_library import speech
from media_library.kinds import Kind, Role
from media_library.models.agency import Agency, User
from media_library.models.asset import Asset, Rendition
from media_library.models.body import BODY_BLOCKS
from media_library.models.resource_lists import ResourceQuerySet
from media_library.models.rights import RightsFields
from media_library.text import clean_line, fold, nfc, slug

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def new_public_id() -> str:
    """A public id such as ``k57-7f3q-28mv``: 40 random bits in Crockford's base 32, never reused."""
    digits = "".join(secrets.choice(_CROCKFORD) for _position in range(8))
    return f"k57-{digits[:4]}-{digits[4:]}"


class State(models.TextChoices):
    """Where a resource stands at a moment; derived, never stored."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    SCHEDULED = "scheduled", _("Scheduled")
    EMBARGOED = "embargoed", _("Under embargo")
    PUBLISHED = "published", _("Published")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Fields that belong to the resource as a whole, not to one revision of it: a draft never changes them.
WHOLE = (
    "agency_id",
    "kind",
    "public_id",
    "version",
    "created_at",
    "created_by_id",
    "withdrawn_at",
    "withdrawn_reason",
    "withdrawn_by_id",
    "replaced_by_id",
    "live_revision_id",
    "last_published_at",
    "expired",
    "embargo_released_at",
)


class Resource(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    TranslatableMixin,
    RightsFields,
    ClusterableModel,
):
    """One resource of the library; its kinds differ through :mod:`media_library.kinds`."""

    public_id = models.CharField(
        _("identifier"), max_length=20, unique=True, default=new_public_id, editable=False
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    form = models.CharField(
        _("form"),
        max_length=60,
        blank=True,
        help_text=_("More exactly, for example: handbook, leaflet, poster."),
    )
    title = models.CharField(_("title"), max_length=200)
    title_folded = models.CharField(max_length=200, editable=False, db_index=True)
    slug = models.CharField(max_length=80, editable=False)
    summary = models.CharField(
        _("summary"), max_length=300, blank=True, help_text=_("What it is about, in one or two sentences.")
    )
    body = StreamField(BODY_BLOCKS, blank=True, verbose_name=_("body"))
    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), related_name="resources", on_delete=models.PROTECT
    )
    campaign = models.ForeignKey(
        "media_library.Campaign",
        verbose_name=_("campaign"),
        related_name="resources",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
    )
    audiences = ClusterTaggableManager(
        through="media_library.ResourceAudience", verbose_name=_("audiences"), blank=True
    )
    topics = ClusterTaggableManager(
        through="media_library.ResourceTopic", verbose_name=_("topics"), blank=True, related_name="+"
    )
    keywords = ClusterTaggableManager(
        through="media_library.ResourceKeyword", verbose_name=_("keywords"), blank=True, related_name="+"
    )
    spoken = models.CharField(
        _("spoken languages"),
        max_length=speech.LONGEST,
        blank=True,
        default="",
        db_default="",
        validators=[speech.check],
        help_text=_("What is heard in the film or sound; it may be another language than that of the title."),
    )
    accessibility_waiver = models.TextField(
        _("why there are no captions or transcript"),
        blank=True,
        help_text=_("Only an editor may record this; the reason is kept."),
    )
    waived_by = models.ForeignKey(
        User, related_name="+", on_delete=models.SET_NULL, null=True, blank=True, editable=False
    )
    embedding_refused = models.CharField(
        _("why others may not embed it"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_(
            "Leave empty to let every site embed it. With a reason it stands in no section and in no frame; its"
            " page and its files stay public."
        ),
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(max_length=500, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        User, related_name="+", on_delete=models.SET_NULL, null=True, blank=True, editable=False
    )
    replaced_by = models.ForeignKey(
        "self", related_name="replaces", on_delete=models.SET_NULL, null=True, blank=True, editable=False
    )
    embargo_released_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        User, related_name="+", on_delete=models.SET_NULL, null=True, blank=True, editable=False
    )
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        permissions: ClassVar = [
            ("lead_resource", _("Can act for the lead department")),
            ("report_resource", _("Is accredited as press")),
        ]
        indexes: ClassVar = [
            models.Index(fields=["live", "-first_published_at", "-id"], name="resource_newest"),
            models.Index(fields=["-updated_at", "-id"], name="resource_last_changed"),
            models.Index(fields=["live", "embargo_until"], name="resource_embargo"),
            models.Index(fields=["live", "expire_at"], name="resource_expiry"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["translation_key", "locale"], name="a_resource_once_in_a_language"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="a_resource_kind_is_known"),
            models.CheckConstraint(condition=~Q(title=""), name="a_resource_has_a_title"),
            models.CheckConstraint(
                condition=~Q(live=True, withdrawn_at__isnull=False), name="what_is_withdrawn_is_not_live"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="a_withdrawal_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(embargo_until__isnull=True)
                | Q(expire_at__isnull=True)
                | Q(expire_at__gt=F("embargo_until")),
                name="an_expiry_follows_the_embargo",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("id")),
                name="a_resource_does_not_replace_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.normalise()
        super().save(*args, **kwargs)

    def normalise(self) -> None:
        """Bring text to NFC and keep what is derived from the title in step with it."""
        self.title = clean_line(self.title)
        self.summary = clean_line(self.summary)
        self.credit_line = clean_line(self.credit_line)
        self.terms = nfc(self.terms)
        self.title_folded = fold(self.title)
        self.slug = slug(self.title)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        if not self.locale_id:
            self.locale = Locale.get_default()
        self.normalise()
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        errors: dict[str, Any] = {}
        if self.embargo_until and self.expire_at and self.expire_at <= self.embargo_until:
            errors["expire_at"] = _("The expiry must lie after the end of the embargo.")
        if self.go_live_at and self.expire_at and self.expire_at <= self.go_live_at:
            errors["expire_at"] = _("The expiry must lie after the time of publication.")
        if errors:
            raise ValidationError(errors)

    @property
    def language(self) -> str:
        """``vi`` or ``en``."""
        locale: Locale = self.locale
        return str(locale.language_code)

    @property
    def published_at(self) -> datetime | None:
        """When the public could first see it: the first publication, or the end of its embargo."""
        if self.embargo_until and self.first_published_at and self.embargo_until > self.first_published_at:
            return self.embargo_until
        return self.first_published_at

    @property
    def original(self) -> Asset | None:
        """The main file, if there is one."""
        return self._first(Role.ORIGINAL)

    @property
    def picture(self) -> Asset | None:
        """The file whose pictures stand for the resource: its cover, else the main file."""
        return self._first(Role.COVER) or self._first(Role.ORIGINAL)

    @property
    def words(self) -> list[Asset]:
        """Captions and transcripts."""
        return [asset for asset in self.assets.all() if asset.role in (Role.CAPTION, Role.TRANSCRIPT)]

    def _first(self, role: str) -> Asset | None:
        return next((asset for asset in self.assets.all() if asset.role == role), None)

    def picture_renditions(self) -> list[Rendition]:
        """Renditions of :attr:`picture` as pictures, narrowest first, in every format."""
        asset = self.picture
        if asset is None:
            return []
        shown = [item for item in asset.file.renditions.all() if item.purpose in ("picture", "poster")]
        return sorted(shown, key=lambda item: (item.width or 0, item.name))

    def state(self, at: datetime) -> State:
        """Where it stands at ``at``. Asks no query after :meth:`ResourceQuerySet.with_review`."""
        if self.withdrawn_at:
            return State.WITHDRAWN
        if self.live and self.expire_at and self.expire_at <= at:
            return State.EXPIRED
        if self.live:
            return State.EMBARGOED if self.embargo_until and self.embargo_until > at else State.PUBLISHED
        if self._scheduled():
            return State.SCHEDULED
        if self._reviewed():
            return State.IN_REVIEW
        return State.EXPIRED if self.expired else State.DRAFT

    def _scheduled(self) -> bool:
        if hasattr(self, "scheduled_for"):
            return self.scheduled_for is not None
        return bool(self.approved_schedule)

    def _reviewed(self) -> bool:
        return bool(self.in_review if hasattr(self, "in_review") else self.workflow_in_progress)

    def get_absolute_url(self, lang: str | None = None) -> str:
        """Address in the interface language ``lang``, by default the resource's own."""
        with translation.override(lang or self.language):
            return reverse("portal:resource", kwargs={"public_id": self.public_id, "slug": self.slug})

    def with_content_json(self, content: dict[str, Any]) -> Resource:
        draft: Resource = super().with_content_json(content)
        for name in WHOLE:
            setattr(draft, name, getattr(self, name))
        self.complete_draft(draft, content)
        return draft

    def complete_draft(self, draft: Resource, content: dict[str, Any]) -> None:
        """What a revision does not say because it is older than the field, is as it is in the row."""
        if "spoken" not in content:
            draft.spoken = self.spoken

    def get_workflow(self) -> Workflow | None:
        """The agency's way of approval. Asked of the row's agency, which no draft can change."""
        from media_library.reviewing import workflow_for

        return workflow_for(self.agency if self.agency_id else None)

    @classmethod
    def get_default_workflow(cls) -> Workflow | None:
        from media_library.reviewing import workflow_for

        return workflow_for(None)

    def publish(self, revision: Revision, user: Any = None, **options: Any) -> None:
        """Wagtail's way in; the work and every check is in :mod:`media_library.publishing`."""
        from media_library import publishing

        publishing.publish(resource=self, revision=revision, by=user, at=timezone.now())

    def unpublish(self, *args: Any, **kwargs: Any) -> None:
        """Closed: a resource is withdrawn with a reason, or expires (:mod:`media_library.publishing`)."""
        from media_library import publishing

        raise publishing.NotPermitted(_("Withdraw it, and say why."))

    def copy_for_translation(self, *args: Any, **kwargs: Any) -> Resource:
        """An unpublished copy in another language; the copy is a new resource with its own address."""
        copy: Resource = super().copy_for_translation(*args, **kwargs)
        copy.live = False
        copy.live_revision = None
        copy.latest_revision = None
        copy.has_unpublished_changes = True
        copy.first_published_at = copy.last_published_at = copy.go_live_at = None
        copy.public_id = new_public_id()
        copy.version = 0
        copy.expired = False
        copy.withdrawn_at = copy.withdrawn_by = copy.replaced_by = None
        copy.withdrawn_reason = ""
        copy.embargo_released_at = None
        copy.locked = False
        copy.locked_by = copy.locked_at = None
        return copy

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [("", _("On the portal")), ("embed", _("In an agency's section"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Rendered by the rooms that show resources; which ones is a setting."""
        view = import_string(settings.RESOURCE_PREVIEWS[mode_name or "portal"])
        response: HttpResponse = view(request, self)
        return response
