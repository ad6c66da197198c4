"""Why nothing was fetched from an address, in sentences that say what to do."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

MESSAGES = {
    "address_long": noop("The address has more than %(limit)s characters. Use a shorter one."),
    "address_odd": noop(
        "This is not written as an address usually is. Copy it from the address bar of a browser."
    ),
    "address_scheme": noop("The address must begin with https:// or http://."),
    "address_signs": noop("The address holds spaces or signs that cannot be shown. Copy it once more."),
    "address_user": noop("The address holds a user name or an “@” before the first “/”. Leave it out."),
    "certificate": noop(
        "The site %(host)s cannot prove that it is what it says (its certificate). Tell its webmaster."
    ),
    "cut_off": noop("The site stopped in the middle: the file did not arrive whole. Try again."),
    "downgrade": noop("The site leads on from https:// to http://, where others can read and change it."),
    "encoded": noop("The site sends the file packed, though it was asked not to. Download and upload it."),
    "fetch_late": noop("The file did not arrive within %(seconds)s seconds. Try again later."),
    "fetch_too_large": noop("The file is larger than %(limit)s. It was not fetched to its end."),
    "forbidden": noop(
        "The site does not give the file to everyone (answer %(status)s). Download and upload it."
    ),
    "gone": noop("There is nothing at this address (answer %(status)s). Check it in a browser."),
    "host_letters": noop(
        "The host name holds letters beyond a-z, 0-9 and “-”. Write it in its other form, which begins with"
        " “xn--”."
    ),
    "host_number": noop("The number in the address is not written as an internet address usually is."),
    "host_private": noop(
        "This address leads into a private network, to this machine or nowhere. Only public sites are fetched."
    ),
    "host_unknown": noop("There is no site of the name %(host)s. Check how it is written."),
    "nonsense": noop("What the site %(host)s answers is not understood. Download and upload the file."),
    "port": noop("The address names port %(port)s. Only these are fetched: %(ports)s."),
    "silent": noop("The site %(host)s does not answer. Try again later."),
    "status": noop("The site answers with the error %(status)s. Try again later."),
    "too_many_redirects": noop("The address leads on and on (more than %(limit)s times). Use the last one."),
}
PASSING = frozenset({"cut_off", "fetch_late", "silent", "status", "host_unknown"})
"""Trying again later may end otherwise."""


class NotFetched(Exception):
    """Nothing was fetched and nothing kept. ``code`` is a key of :data:`MESSAGES`."""

    def __init__(self, code: str, **facts: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    @property
    def message(self) -> str:
        """In the language of the moment: what is wrong and what to do."""
        return _(MESSAGES[self.code]) % self.facts

    @property
    def passing(self) -> bool:
        """Whether trying again later may end otherwise."""
        return self.code in PASSING

    def __str__(self) -> str:
        return self.message
