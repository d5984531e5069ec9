"""Uploaded and pasted tables of sites: column headings, site matching and status values."""
