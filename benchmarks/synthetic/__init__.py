"""Synthetic studies in the format of the registry, with invented names.

sampling    weighted random choices
vocabulary  a vocabulary with the word frequencies of real text, and texts of it
places      countries, towns and facilities
world       data that all studies share
locations   a study's sites, contacts and officials
design      its design, arms, interventions, outcomes and eligibility
study       the record
"""
