"""What belongs to no app: rules, permissions, query parameters, dates, text comparison, markup and spreadsheets."""
