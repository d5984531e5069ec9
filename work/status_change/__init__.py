"""Status changes of sites, and of a trial as a whole."""
