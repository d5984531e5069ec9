"""An app for tests only, with generic tracked tables."""
