from django.apps import AppConfig


class CmsConfig(AppConfig):
    """The composition root: commands and settings; it has no tables."""

    name = "cms"
    label = "cms"
