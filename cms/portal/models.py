"""Wagtail pages of the portal: the first page with the editors' picks, and pages of information."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from cms.portal.views.answers import PUBLIC_CACHE
from media_library.models import Resource

_TEXT = ["bold", "italic", "link", "ol", "ul", "h3"]


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("answer"), features=_TEXT)

    class Meta:
        icon = "help"
        label = _("Question and answer")


INFORMATION_BLOCKS = [
    ("heading", blocks.CharBlock(label=_("Heading"), icon="title", max_length=200)),
    ("text", blocks.RichTextBlock(label=_("Text"), features=_TEXT)),
    ("question", QuestionBlock()),
]


class HomePage(Page):
    """The first page of a language. What is not public among the picks is left out when it is shown."""

    heading = models.CharField(_("heading"), max_length=160, blank=True)
    searched = models.CharField(
        _("often searched"),
        max_length=300,
        blank=True,
        help_text=_("Words offered under the search field, separated by commas."),
    )

    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = ["portal.InformationPage"]
    max_count_per_parent = None
    template = "portal/home.html"
    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("heading"),
        FieldPanel("searched"),
        InlinePanel("picks", heading=_("Editors’ picks"), label=_("resource"), max_num=5),
    ]

    class Meta:
        verbose_name = _("first page")
        verbose_name_plural = _("first pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.portal.home import home_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, **home_context(page=self)}

    @property
    def searches(self) -> list[str]:
        """The words offered under the search field."""
        return [words.strip() for words in self.searched.split(",") if words.strip()]


class HomePick(Orderable):
    page = ParentalKey(HomePage, related_name="picks", on_delete=models.CASCADE)
    resource = models.ForeignKey(
        Resource,
        verbose_name=_("resource"),
        related_name="+",
        on_delete=models.CASCADE,
        limit_choices_to={"live": True},
    )

    class Meta(Orderable.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "resource"], name="a_resource_once_among_the_picks")
        ]


class InformationPage(Page):
    """A page of text: about, help, accessibility, terms of use."""

    lede = models.CharField(_("opening line"), max_length=300, blank=True)
    body = StreamField(INFORMATION_BLOCKS, blank=True, verbose_name=_("text"))

    parent_page_types: ClassVar = ["portal.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "portal/information.html"
    content_panels: ClassVar = [*Page.content_panels, FieldPanel("lede"), FieldPanel("body")]

    class Meta:
        verbose_name = _("page of information")
        verbose_name_plural = _("pages of information")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().serve(request, *args, **kwargs)
        response["Cache-Control"] = PUBLIC_CACHE
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from cms.portal.information import information_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, **information_context(page=self)}
