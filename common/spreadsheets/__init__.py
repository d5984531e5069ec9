"""Uploaded and pasted tables: inspected before parsing, and read within limits."""
