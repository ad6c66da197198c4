"""Slides and texts (PPTX, ODP, DOCX, ODT) become a PDF by LibreOffice. Runs in the sandbox; needs no Django.

The program sees a copy that names nothing outside itself (:mod:`.links`), an empty profile that forbids macros
and linked content, no network where the kernel lets us take it away, and none of our environment. What it
writes is a PDF like any other: opened, checked and copied by :mod:`.document`.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import subprocess
from pathlib import Path
from typing import Any

from media_library.processing import document, office
from media_library.processing.links import without_links
from media_library.processing.refusal import Refusal

_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
"""Flags of unshare(2): a name space of users, and in it one of networks that reaches nothing."""
MAX_PROCESSES = 4096
"""Threads of this account that may be there while it runs: a bomb ends at that."""
_SETTINGS = {
    "/org.openoffice.Office.Common/Security/Scripting": {
        "DisableMacrosExecution": "true",
        "MacroSecurityLevel": "3",
        "BlockUntrustedRefererLinks": "true",
        "DisableActiveContent": "true",
    },
    "/org.openoffice.Office.Writer/Content/Update": {"Link": "2", "Field": "false", "Chart": "false"},
}


def render(source: str, folder: str, command: str, pictured: int = 0) -> dict[str, Any]:
    """Convert ``source`` with ``command`` (LibreOffice's ``soffice``), then as :func:`document.render`.

    Raises :class:`Refusal` (``no_converter``, ``unconverted``, or what the package or the PDF is at fault for).
    """
    work = Path.cwd()
    with office.opened(source) as package:
        ending = office.main_part(package)[1]
        copy = work / f"document.{ending}"
        without_links(package, target=copy)
    made = _converted(copy, command=command, work=work)
    if document.inspect(str(made))["pages"] == 0:
        raise Refusal("unconverted")
    return document.render(str(made), folder, pictured)


def _converted(source: Path, *, command: str, work: Path) -> Path:
    profile, out = work / "profile", work / "pdf"
    (profile / "user").mkdir(parents=True)
    out.mkdir()
    (profile / "user" / "registrymodifications.xcu").write_text(_profile(), encoding="utf-8")
    options = "--headless --invisible --norestore --nolockcheck --nodefault --nologo --nofirststartwizard"
    arguments = [
        command,
        f"-env:UserInstallation={profile.as_uri()}",
        *options.split(),
        *("--convert-to", "pdf", "--outdir", str(out), str(source)),
    ]
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(profile),
        "TMPDIR": str(work),
        "LANG": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }
    try:
        ended = subprocess.run(  # noqa: S603 (the operator's command, our own arguments)
            arguments, cwd=work, env=environment, stdin=subprocess.DEVNULL, check=False, preexec_fn=_alone
        )
    except (FileNotFoundError, PermissionError) as error:
        raise Refusal("no_converter") from error
    made = out / f"{source.stem}.pdf"
    if ended.returncode != 0 or not made.exists() or made.is_symlink():
        raise Refusal("unconverted")
    return made


def _alone() -> None:
    """In the child, before the program starts: no network, no more processes than it needs."""
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() == 0:
        libc.unshare(_NEW_NETWORK)
    else:
        libc.unshare(_NEW_USER | _NEW_NETWORK)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NPROC, (MAX_PROCESSES, MAX_PROCESSES))


def _profile() -> str:
    head = (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items'
        ' xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">'
    )
    lines = [
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, values in _SETTINGS.items()
        for name, value in values.items()
    ]
    return head + "".join(lines) + "</oor:items>"
