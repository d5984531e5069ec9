"""Demo data: invented trials, hospitals and people. May import every app; no app imports it.

`content/` has the data as TOML and CSV files, `content.py` reads them; `notations.py` parses short notations of dates
and status histories (pure); `loader/` writes the rows.
"""
