"""What a person follows, and the searches they keep."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.newsroom.models.letter import Letter
from cms.newsroom.models.lightbox import new_key
from media_library.models import Agency, Resource, Topic

_ONE = {"topic": "topic__isnull", "agency": "agency__isnull", "resource": "resource__isnull"}


def _only(name: str) -> Q:
    return Q(**{condition: each != name for each, condition in _ONE.items()})


class Follow(models.Model):
    """A topic, an agency or a resource of which somebody wishes to be told what is corrected or taken back."""

    wagtail_reference_index_ignore = True

    person = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="follows", on_delete=models.CASCADE)
    topic = models.ForeignKey(Topic, related_name="newsroom_follows", on_delete=models.CASCADE, null=True)
    agency = models.ForeignKey(Agency, related_name="+", on_delete=models.CASCADE, null=True)
    resource = models.ForeignKey(Resource, related_name="+", on_delete=models.CASCADE, null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=_only("topic") | _only("agency") | _only("resource"), name="one_thing_is_followed"
            ),
            *(
                models.UniqueConstraint(
                    fields=["person", name], name=f"a_person_follows_a_{name}_once", condition=_only(name)
                )
                for name in _ONE
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.topic_id or self.agency_id or self.resource_id}"


class Alert(models.TextChoices):
    NONE = "none", _("No mail")
    DAILY = "daily", _("Each day")
    WEEKLY = "weekly", _("Each week")


class SavedSearch(models.Model):
    """A search under a name. ``query``: as it stands in the address of its page (``room``).

    ``seen_until``: of what was published up to then the person has been told, or had it before.
    """

    key = models.CharField(max_length=24, unique=True, default=new_key, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="saved_searches", on_delete=models.CASCADE
    )
    name = models.CharField(_("name"), max_length=120)
    room = models.CharField(max_length=8, choices=[("library", _("Library")), ("press", _("Newsroom"))])
    query = models.CharField(max_length=1000, blank=True)
    language = models.CharField(max_length=2, default="vi")
    alert = models.CharField(_("mail"), max_length=8, choices=Alert.choices, default=Alert.NONE)
    due_at = models.DateTimeField(null=True)
    seen_until = models.DateTimeField()
    feed_token = models.CharField(max_length=48, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="search_due", condition=Q(due_at__isnull=False)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "room", "query"], name="a_search_is_saved_once"),
            models.UniqueConstraint(
                fields=["feed_token"], name="a_feed_token_is_of_one", condition=~Q(feed_token="")
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Find(models.Model):
    """What a saved search had that was new, as one letter tells it: public ids, newest first."""

    search = models.ForeignKey(SavedSearch, related_name="finds", on_delete=models.CASCADE)
    letter = models.ForeignKey(Letter, related_name="finds", on_delete=models.CASCADE)
    found = models.JSONField()

    def __str__(self) -> str:
        return f"{self.search_id}/{self.letter_id}"
