"""Which rows a person may see: the one answer that lists, the admin, choices, counts and exports all ask for."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from accounts.roles import Role

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows that belong to a customer, and through it to the partner organisation that serves it.

    `partner_path` is the lookup from a row to that organisation's id.
    """

    partner_path = "partner_id"

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The rows `user` may know of: none without the right to view the model; a partner's staff their own
        organisation's; partner staff (FRP) without an organisation none; everybody else all (domain.md §1).
        """
        if not user.is_active or not user.has_perm(f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"):
            return self.none()
        return self.within(user)

    def within(self, user: "User") -> Self:
        """As `visible_to`, where the right to view has been asked already or another right stands for it."""
        if user.is_superuser:
            return self
        if user.partner_id is not None:
            return self.filter(**{self.partner_path: user.partner_id})
        return self.none() if Role.FRP in user.roles else self
