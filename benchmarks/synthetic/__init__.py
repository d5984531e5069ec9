"""Made-up studies in the shape of a registry's: every name is put together from syllables.

chance      weighted draws
words       a vocabulary with the frequencies of real text, and texts of it
places      countries, towns and facilities
world       all that studies have in common
locations   a study's sites, contacts and officials
design      its design, arms, interventions, outcomes and eligibility
study       the record
"""
