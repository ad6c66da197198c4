"""Who is accredited as press: asked for by a journalist, decided by the lead department, over by itself."""
