"""Where the rules of sites come from, as their tables name it."""

PRS = "PRS definition of overall recruitment status; 42 CFR 11.10(b)"
CTRP = "NCI CTRP"
INFERRED = "inferred from the registry's definitions"
