"""Code shared by all apps: rules, permissions, query parameters, dates, text comparison, markup, spreadsheets."""
