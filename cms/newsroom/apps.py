from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsroomConfig(AppConfig):
    name = "cms.newsroom"
    label = "newsroom"
    verbose_name = _("Newsroom")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from cms.newsroom.authenticity import ledger
        from media_library import worker
        from media_library.changes import resource_changed

        resource_changed.connect(ledger.resources_changed, dispatch_uid="kho57.newsroom.ledger")
        worker.register("official", ledger.drain)
