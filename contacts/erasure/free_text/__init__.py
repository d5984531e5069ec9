"""Texts in which people wrote about people: where they are, which of them name somebody, and blacking that out."""
