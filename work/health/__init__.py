"""The health of a trial and of its sites: named parts with their inputs, rules and weights, and quartiles."""
