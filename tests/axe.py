"""axe-core in a page: what breaks a rule of WCAG 2.2 that a machine can see."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.sync_api import Page

from tools.places import ROOT

COLOURS = ("color-contrast", "link-in-text-block")
"""Rules that depend on colours alone."""
_RUN = """([context, options]) =>
  axe.run(context ?? document, {resultTypes: ["violations"], selectors: false, ...options})
    .then(found => found.violations)"""
"""Without selectors that nobody reads: what is wrong is shown by its mark-up."""


def broken(
    page: Page, *, rules: tuple[str, ...] = (), left_out: tuple[str, ...] = (), within: str = ""
) -> list[str]:
    """One line for each element that breaks one of ``rules`` (all of them where none is named).

    What the selectors in ``left_out`` match is not looked at, nor what is outside ``within``. The script is read
    once for each document.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_script())
    options: dict[str, Any] = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    context: Any = {"exclude": [[selector] for selector in left_out]} if left_out else None
    context = {**(context or {}), "include": [[within]]} if within else context
    return [
        f"{found['id']} · {node['html'][:160]} · {_why(node)[:200]}"
        for found in page.evaluate(_RUN, [context, options])
        for node in found["nodes"]
    ]


@cache
def _script() -> str:
    return (ROOT / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


def _why(node: dict[str, Any]) -> str:
    return " ".join(check["message"] for check in node["any"] + node["all"] + node["none"])
