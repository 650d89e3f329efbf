"""Counts that do not grow with the table."""

from typing import Any

from django.core.paginator import Paginator
from django.db import models
from django.utils.functional import cached_property

CAP = 1_000


def capped_count(rows: "models.QuerySet[Any]", cap: int = CAP) -> tuple[int, bool]:
    """How many rows there are, exact up to `cap`, and whether there are more than that."""
    count = rows.order_by().values("pk")[: cap + 1].count()
    return min(count, cap), count > cap


class CappedPaginator(Paginator):
    """For the admin's lists: counts and pages through the first thousand; filters and search reach the rest."""

    @cached_property
    def _capped(self) -> tuple[int, bool]:
        rows: Any = self.object_list
        return capped_count(rows)

    @property
    def count(self) -> int:
        """Rows, up to the cap."""
        return self._capped[0]

    @property
    def capped(self) -> bool:
        """Whether there are more."""
        return self._capped[1]
