"""Updates pending at the registry: differences between the last imported record and our rows."""
