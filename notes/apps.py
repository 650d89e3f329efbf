from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class NotesConfig(AppConfig):
    name = "notes"
    verbose_name = _("Notes")

    def ready(self) -> None:
        """Repeated columns follow their customer, and nobody goes on owning what has left their sight, whichever door
        moved it: upkeep, no rule about what may be saved.
        """
        from customers.models import Customer
        from notes import placing

        post_save.connect(placing.customer_saved, sender=Customer, dispatch_uid="notes.placing")
