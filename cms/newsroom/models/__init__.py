"""Tables of the newsroom, one module a subject."""
