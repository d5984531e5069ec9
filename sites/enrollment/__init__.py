"""The grid of enrollment: months and sites of a trial, read, typed, pasted and saved."""
