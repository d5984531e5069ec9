"""What work keeps: what the rules found, the marks that say what is to be judged anew, and managers' flags."""

from work.models.findings import Finding, JudgeMark
from work.models.flags import Flag

__all__ = ["Finding", "Flag", "JudgeMark"]

from work import watched  # noqa: F401  (the proxies that carry the triggers are models of this app)
