"""Pages of long lists without counting them: at three million rows a count takes longer than everything else."""

from django.core.paginator import Paginator
from django.utils.functional import cached_property

CAP = 1000


class CappedPaginator(Paginator):
    """Counts to the cap and no further; what lies beyond is reached by searching, not by turning pages."""

    @cached_property
    def count(self) -> int:
        return min(self._counted, CAP)

    @property
    def is_capped(self) -> bool:
        return self._counted > CAP

    @cached_property
    def _counted(self) -> int:
        rows = self.object_list.order_by() if hasattr(self.object_list, "order_by") else self.object_list
        return len(rows[: CAP + 1]) if isinstance(rows, list) else rows[: CAP + 1].count()
