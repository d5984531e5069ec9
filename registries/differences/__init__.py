"""What would change at the registry."""
