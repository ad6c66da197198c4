"""Synonyms in the admin: what readers type, and what the library's texts say for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, DateColumn
from wagtail.admin.views import generic

from search import synonyms, text, vocabulary
from search.editing.viewsets import ReservedModel
from search.models import Synonym
from search.vocabulary import Entry

LONGEST_FORM = 8
"""Words of one form."""
MOST_FORMS = 12
"""Forms of one side."""


class SynonymForm(WagtailAdminModelForm):
    def clean_short(self) -> str:
        return _checked(self.cleaned_data["short"])

    def clean_full(self) -> str:
        return _checked(self.cleaned_data["full"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("short") and cleaned.get("full"):
            self._refuse_what_is_known(cleaned)
        return cleaned

    def _refuse_what_is_known(self, cleaned: dict[str, Any]) -> None:
        """Loops need no check: a question is expanded once, and what comes of it is not expanded again."""
        given = dict(_pairs(synonyms.forms(cleaned["short"]), synonyms.forms(cleaned["full"])))
        for (short, full), shown in given.items():
            if short == full:
                self.add_error("full", _("“%(form)s” cannot stand for itself.") % {"form": shown[1]})
                return
        for known in self._known(active=cleaned.get("active", True)):
            for pair, _shown in _pairs(known.short, known.full):
                if pair in given:
                    words = {"short": given[pair][0], "full": given[pair][1]}
                    message = _("That “%(short)s” stands for “%(full)s” is already known.")
                    self.add_error("short", message % words)
                    return

    def _known(self, *, active: bool) -> Iterator[Entry]:
        for row in Synonym.objects.exclude(pk=self.instance.pk):
            yield synonyms.entry_of(row)
        if active:
            yield from vocabulary.built_in(synonyms.entries())


def _pairs(
    short: tuple[str, ...], full: tuple[str, ...]
) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """What each short form is compared by with each full one, and the two as they are written."""
    for one in short:
        for other in full:
            yield (text.key(one), text.key(other)), (one, other)


def _checked(lines: str) -> str:
    """The forms, one a line. Raises ValidationError for one that cannot be found in a question."""
    found = synonyms.forms(lines)
    if not found:
        raise ValidationError(_("Write at least one form."))
    if len(found) > MOST_FORMS:
        raise ValidationError(_("At most %(most)s forms, one a line.") % {"most": MOST_FORMS})
    for form in found:
        words = text.tokens(form)
        if not any(not token.folded.isdigit() for token in words):
            raise ValidationError(_("“%(form)s” has no letters.") % {"form": form[:80]})
        if len(words) > LONGEST_FORM:
            message = _("“%(form)s” is too long: at most %(most)s words.")
            raise ValidationError(message % {"form": form[:80], "most": LONGEST_FORM})
    return "\n".join(found)


class SynonymIndexView(generic.IndexView):
    """The editors' own, and below them what is built in."""

    is_searchable = True
    template_name = "search/synonyms.html"

    def search_queryset(self, queryset: Any) -> Any:
        """Accents and capitals do not matter; a library has some hundreds of these."""
        wanted = text.key(self.search_query or "")
        if not wanted:
            return queryset
        lines = queryset.values_list("pk", "short", "full", "note")
        found = [pk for pk, *parts in lines if wanted in text.key(" ".join(parts))]
        return queryset.filter(pk__in=found)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        working = {id(entry): entry for entry in vocabulary.built_in(synonyms.entries())}
        context["built_in"] = [(entry, id(entry) in working) for entry in vocabulary.BUILT_IN]
        return context


class SynonymViewSet(ReservedModel):
    model = Synonym
    place = "synonyms"
    icon = "list-ul"
    menu_label = gettext_lazy("Synonyms")
    index_view_class = SynonymIndexView
    index_template_name = "search/synonyms.html"
    ordering = ("short", "pk")
    list_per_page = 50
    list_display: ClassVar = [
        "__str__",
        BooleanColumn("both_ways", label=gettext_lazy("Both ways")),
        BooleanColumn("active", label=gettext_lazy("In use")),
        "note",
        DateColumn("changed_at", label=gettext_lazy("Changed"), sort_key="changed_at"),
    ]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("short", widget=forms.Textarea(attrs={"rows": 3})),
                    FieldPanel("full", widget=forms.Textarea(attrs={"rows": 3})),
                    FieldPanel("both_ways"),
                    FieldPanel(
                        "active",
                        help_text=gettext_lazy(
                            "An entry in use adds to what is built in for the same abbreviation. One that is"
                            " not in use switches the built-in one off. Either takes effect within two"
                            " seconds."
                        ),
                    ),
                    FieldPanel("note"),
                ],
                heading=gettext_lazy("Words that mean the same"),
            )
        ],
        base_form_class=SynonymForm,
    )
