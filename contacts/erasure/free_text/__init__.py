"""Free text fields that may mention people: registration, search and redaction."""
