from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotifyingConfig(AppConfig):
    name = "cms.notifying"
    label = "notifying"
    verbose_name = _("Notices to other systems")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.notifying import purging
        from cms.sections.changes import files_changed
        from media_library import worker
        from media_library.changes import resource_changed

        files_changed.connect(purging.files_changed, dispatch_uid="kho57.notifying.purge")
        resource_changed.connect(purging.resources_changed, dispatch_uid="kho57.notifying.resources")
        worker.register("purge", purging.drain)
