from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "cms.operations"
    label = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from cms.operations import checks  # noqa: F401  registers them
        from cms.operations.sessions import SessionSweep
        from media_library import scheduler

        scheduler.register("sessions", SessionSweep().sweep)
