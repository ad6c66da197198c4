"""The newsroom in the admin: what an agency's editors keep for the press, and what they learn of it."""
