from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SectionsConfig(AppConfig):
    name = "cms.sections"
    label = "sections"
    verbose_name = _("Sections")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.sections import wiring

        wiring.connect()
