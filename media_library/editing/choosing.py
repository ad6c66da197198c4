"""The field in which a resource is chosen for an article: what is no longer published says so there."""

from __future__ import annotations

from django.utils.translation import gettext as _
from wagtail.snippets.widgets import AdminSnippetChooser

from media_library.models import Resource


class ResourceChooser(AdminSnippetChooser):
    """Shows the title of what is published, and of anything else only its public number.

    The title of a withdrawn resource is its owner's: the article may be another agency's.
    """

    def get_display_title(self, instance: Resource) -> str:
        if instance.live:
            return str(instance)
        text = _("Withdrawn or expired (%(number)s): shown again as soon as it is published again")
        return text % {"number": instance.public_id}
