"""Ways in: signing in, programs with a token, stores with a webhook."""
