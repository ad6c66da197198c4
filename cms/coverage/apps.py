from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoverageConfig(AppConfig):
    name = "cms.coverage"
    label = "coverage"
    verbose_name = _("Coverage")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.coverage import wiring

        wiring.connect()
