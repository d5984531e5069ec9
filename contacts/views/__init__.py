"""The contacts pages, for coordinators of the contacts' sites and trials; a 404 for everybody else."""
