"""Second factors: who needs one, how they are typed and how they are kept."""
