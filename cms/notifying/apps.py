from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyingConfig(AppConfig):
    name = "cms.notifying"
    label = "notifying"
    verbose_name = _("Notices to other systems")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.notifying import wiring

        wiring.connect()
