"""A year of many sites, simulated with the product's own reminders and services.

What is real (when a site's status truly changes, when somebody answers a mail) is drawn from one seeded source; what
Sitelight does about it is the product itself, day by day: who is reminded, what the list says, what is published.
"""
