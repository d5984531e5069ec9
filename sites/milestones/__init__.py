"""Activation: how far each site of a trial is on its way to opening and closing."""
