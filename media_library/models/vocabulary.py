"""Controlled vocabularies in two languages, and free keywords; tags live in the revision of a draft."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from taggit.models import ItemBase, TagBase


class Term(TagBase):
    """A term of a controlled vocabulary: ``name`` is Vietnamese, ``slug`` the code in addresses."""

    free_tagging = False

    name_en = models.CharField(_("name in English"), max_length=100)
    description = models.CharField(_("description"), max_length=300, blank=True)
    description_en = models.CharField(_("description in English"), max_length=300, blank=True)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=100)

    class Meta:
        abstract = True

    def label_in(self, language: str) -> str:
        """Label in ``language`` (``vi`` or ``en``)."""
        return (self.name_en if language == "en" else "") or self.name

    def description_in(self, language: str) -> str:
        """Description in ``language``, Vietnamese where there is no other."""
        return (self.description_en if language == "en" else "") or self.description


class Audience(Term):
    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering: ClassVar = ["sort_order", "name"]


class Topic(Term):
    parent = models.ForeignKey(
        "self",
        verbose_name=_("belongs to"),
        related_name="children",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        help_text=_("Who chooses the wider topic then also finds what stands under this one."),
    )

    def clean(self) -> None:
        """A topic never stands above itself."""
        super().clean()
        above, seen = self.parent, {self.pk}
        while above is not None:
            if above.pk in seen:
                raise ValidationError({"parent": _("A topic cannot belong to itself or to one below it.")})
            seen.add(above.pk)
            above = above.parent

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering: ClassVar = ["sort_order", "name"]


class Keyword(TagBase):
    """A free tag."""

    class Meta:
        verbose_name = _("keyword")
        verbose_name_plural = _("keywords")
        ordering: ClassVar = ["name"]


class ResourceAudience(ItemBase):
    tag = models.ForeignKey(Audience, related_name="uses", on_delete=models.PROTECT)
    content_object = ParentalKey(
        "media_library.Resource", related_name="audience_uses", on_delete=models.CASCADE
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="an_audience_once_on_a_resource")
        ]


class ResourceTopic(ItemBase):
    tag = models.ForeignKey(Topic, related_name="uses", on_delete=models.PROTECT)
    content_object = ParentalKey(
        "media_library.Resource", related_name="topic_uses", on_delete=models.CASCADE
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="a_topic_once_on_a_resource")
        ]


class ResourceKeyword(ItemBase):
    tag = models.ForeignKey(Keyword, related_name="uses", on_delete=models.CASCADE)
    content_object = ParentalKey(
        "media_library.Resource", related_name="keyword_uses", on_delete=models.CASCADE
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="a_keyword_once_on_a_resource")
        ]
