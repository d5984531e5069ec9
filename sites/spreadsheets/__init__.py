"""Tables of sites that people upload or paste: what their headings, sites and statuses are called elsewhere."""
