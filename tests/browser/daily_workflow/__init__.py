"""A coordinator's morning on the demo's data: the players, the steps, and those who read what comes of it."""
