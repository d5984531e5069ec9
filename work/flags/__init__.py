"""What managers flag."""
