"""Status change of a site."""
