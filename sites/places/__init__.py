"""Places: cities, points of facilities, circles around them."""
