"""The newsroom: what the press may take, how it takes it, and who is told when it changes."""
