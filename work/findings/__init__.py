"""What the rules find at trials, sites and contacts: judged, kept, counted and read."""
