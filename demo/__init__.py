"""Invented trials, hospitals and people for a first look. May import every room; no room imports it.

`content/` is what there is to see, written down: change it there. `content.py` reads it; `days.py`, `histories.py` and
`counts.py` turn its short spellings into dates and numbers (pure); `loading/` writes the rows.
"""
