"""What accredited press may work with before its time: the desk, the acceptance, and who opened what."""
