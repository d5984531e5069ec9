"""Simulates a year of many sites with the product's own reminders and services.

The actual status changes and the answers of coordinators are random, from one seeded generator; reminders, task lists
and publication are the product's code, called day by day.
"""
