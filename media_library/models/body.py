"""The blocks of an article's body; every picture is chosen from the library's published resources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.snippets.blocks import SnippetChooserBlock

if TYPE_CHECKING:
    from media_library.models.resource import Resource


class LiveResourceBlock(SnippetChooserBlock):
    """Chooses a published resource; one that is no longer live reads as empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("media_library.Resource", **kwargs)

    def to_python(self, value: Any) -> Resource | None:
        resource: Resource | None = super().to_python(value)
        return resource if resource is not None and resource.live else None

    def bulk_to_python(self, values: Iterable[Any]) -> list[Resource | None]:
        found = super().bulk_to_python(values)
        return [resource if resource is not None and resource.live else None for resource in found]

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        kwargs = dict(self._constructor_args[1])
        return ("media_library.models.body.LiveResourceBlock", [], kwargs)

    class Meta:
        icon = "image"


class ListBlock(blocks.StructBlock):
    ordered = blocks.BooleanBlock(label=_("numbered"), required=False)
    start = blocks.IntegerBlock(label=_("starts with number"), required=False, min_value=0)
    entries = blocks.ListBlock(blocks.TextBlock(label=_("entry")), label=_("entries"))

    class Meta:
        icon = "list-ul"
        label = _("List")


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("words"))
    source = blocks.CharBlock(label=_("source"), required=False, max_length=300)

    class Meta:
        icon = "openquote"
        label = _("Quotation")


class PictureBlock(blocks.StructBlock):
    resource = LiveResourceBlock(label=_("picture from the library"))
    alt = blocks.CharBlock(label=_("alt text"), max_length=500)
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("Picture")


BODY_BLOCKS = [
    ("heading", blocks.CharBlock(label=_("Heading"), icon="title", max_length=200)),
    ("paragraph", blocks.RichTextBlock(label=_("Paragraph"), features=["bold", "italic", "link"])),
    ("list", ListBlock()),
    ("quote", QuoteBlock()),
    ("picture", PictureBlock()),
]
