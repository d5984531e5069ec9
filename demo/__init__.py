"""Demo data: invented trials, hospitals and people. May import every app; no app imports it.

`content/` has the data as TOML and CSV files, `content.py` reads them; `relative_dates.py`, `status_history.py` and
`enrollment_counts.py` turn short notations into dates and numbers (pure); `loader/` writes the rows.
"""
