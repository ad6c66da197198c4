"""The settings of ``make run``, with passwords that take no time.

To check one as a real site does takes a third of a second of the processor, at each of some dozens of logins.
"""

from cms.settings.dev import *  # noqa: F403 - a settings module is made of the names of another

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
