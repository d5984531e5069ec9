"""Where the rules of sites come from, as their tables name it."""

PRS = "PRS definition of overall recruitment status; 42 CFR 11.10(b)"
CTRP = "NCI CTRP"
MONTHLY = "design: numbers are kept month by month; days after its end by ENROLLMENT_REPORT_DUE_DAYS (10)"
INFERRED = "inferred from the registry's definitions"
