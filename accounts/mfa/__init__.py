"""Second factors: requirement, forms and encrypted storage."""
