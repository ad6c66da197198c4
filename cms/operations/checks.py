"""System checks of a real site: what settings alone cannot refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

_COMPILE = "Run: python -m tools.translations"


@register(Tags.translation, deploy=True)
def catalogues_are_compiled(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Compiled catalogues are not in the repository; without them a site speaks no Vietnamese."""
    return [problem for folder in settings.LOCALE_PATHS for problem in _uncompiled(Path(folder))]


def _uncompiled(folder: Path) -> Iterator[CheckMessage]:
    fragments = folder / "fragments"
    compiled = folder / "vi" / "LC_MESSAGES" / "django.mo"
    if not compiled.exists():
        yield Error("The Vietnamese catalogue is not compiled.", hint=_COMPILE, id="operations.E001")
    elif compiled.stat().st_mtime < max(
        path.stat().st_mtime for path in [fragments, *fragments.glob("*.po")]
    ):
        yield Error(
            "The Vietnamese catalogue is older than locale/fragments/.", hint=_COMPILE, id="operations.E002"
        )
