"""The blocks of an article's body; what it shows is chosen from the library's published resources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.contrib.typed_table_block.blocks import TypedTable, TypedTableBlock
from wagtail.snippets.blocks import SnippetChooserBlock

from media_library.kinds import Kind

if TYPE_CHECKING:
    from media_library.models.resource import Resource


class LiveResourceBlock(SnippetChooserBlock):
    """Chooses a published resource and keeps it when it is withdrawn, so that it comes back with it.

    One that was never published reads as empty and is refused as one that does not exist: its key may have
    been guessed. Whether it is shown is asked anew by whoever shows it.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("media_library.Resource", **kwargs)

    def to_python(self, value: Any) -> Resource | None:
        return _published_once(super().to_python(value))

    def bulk_to_python(self, values: Iterable[Any]) -> list[Resource | None]:
        return [_published_once(resource) for resource in super().bulk_to_python(values)]

    def value_from_form(self, value: Any) -> Resource | None:
        return _published_once(super().value_from_form(value))

    @cached_property
    def widget(self) -> Any:
        from media_library.editing.choosing import ResourceChooser

        return ResourceChooser(self.target_model, icon=self.meta.icon)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        kwargs = dict(self._constructor_args[1])
        return ("media_library.models.body.LiveResourceBlock", [], kwargs)

    class Meta:
        icon = "image"


def _published_once(resource: Resource | None) -> Resource | None:
    return resource if resource is not None and (resource.live or resource.first_published_at) else None


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


class MediumBlock(blocks.StructBlock):
    """A film or a sound of the library, played within the article."""

    resource = LiveResourceBlock(
        label=_("film or sound from the library"),
        help_text=_(
            "While it is withdrawn, expired or under an embargo the article shows nothing in its place."
        ),
    )
    caption = blocks.CharBlock(label=_("caption"), required=False, max_length=300)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned["resource"].kind not in PLAYED:
            refused = ValidationError(gettext("Choose a film or a podcast; this is something else."))
            raise StructBlockValidationError(block_errors={"resource": refused})
        return cleaned

    class Meta:
        icon = "media"
        label = _("Film or sound")


class TableBlock(blocks.StructBlock):
    row_headings = blocks.BooleanBlock(
        label=_("the first column names the rows"),
        required=False,
        help_text=_("Screen readers then say the name of the row with each of its cells."),
    )
    table = TypedTableBlock(
        [("text", blocks.TextBlock(label=_("Text"), required=False, rows=1))],
        label=_("table"),
        help_text=_("Give each column a heading, and the table a caption that says what it shows."),
    )

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if problem := _wrong_with(cleaned["table"]):
            raise StructBlockValidationError(block_errors={"table": ValidationError(problem)})
        return cleaned

    class Meta:
        icon = "table"
        label = _("Table")


def _wrong_with(table: TypedTable) -> str:
    if not table.columns or not table.row_data:
        return gettext("Add a column and a row, or remove the table.")
    if len(table.columns) > MOST_COLUMNS or len(table.row_data) > MOST_ROWS:
        most = {"columns": MOST_COLUMNS, "rows": MOST_ROWS}
        told = gettext("At most %(columns)s columns and %(rows)s rows: offer a larger table as a document.")
        return told % most
    if not all(column["heading"].strip() for column in table.columns):
        return gettext("Give each column a heading.")
    return ""


class CalloutBlock(blocks.StructBlock):
    """A box that stands out: what must not be missed, a tip, where to ask."""

    tone = blocks.ChoiceBlock(
        label=_("what it is"),
        choices=[("note", _("Note")), ("important", _("Important")), ("contact", _("Where to ask"))],
        default="note",
    )
    title = blocks.CharBlock(label=_("title"), required=False, max_length=120)
    text = blocks.RichTextBlock(label=_("text"), features=["bold", "italic", "link", "ol", "ul"])

    class Meta:
        icon = "warning"
        label = _("Call-out")


class ReferenceBlock(blocks.StructBlock):
    text = blocks.CharBlock(
        label=_("source"),
        max_length=500,
        help_text=_("As one cites it: number and date of the document, who issued it, title."),
    )
    url = blocks.URLBlock(label=_("address"), required=False)

    class Meta:
        icon = "link"
        label = _("Source")


PLAYED = (Kind.VIDEO, Kind.PODCAST)
MOST_COLUMNS, MOST_ROWS = 12, 200
BODY_BLOCKS = [
    ("heading", blocks.CharBlock(label=_("Heading"), icon="title", max_length=200)),
    (
        "paragraph",
        blocks.RichTextBlock(
            label=_("Paragraph"),
            # Headings and lists, so that what is pasted from Word keeps its outline.
            features=["h2", "h3", "bold", "italic", "link", "ol", "ul"],
        ),
    ),
    ("list", ListBlock()),
    ("quote", QuoteBlock()),
    ("picture", PictureBlock()),
    ("medium", MediumBlock()),
    ("table", TableBlock()),
    ("callout", CalloutBlock()),
    (
        "references",
        blocks.ListBlock(
            ReferenceBlock(),
            label=_("Sources"),
            icon="list-ol",
            help_text=_("Numbered as they stand. Write [1] in the text to refer to the first."),
        ),
    ),
]
