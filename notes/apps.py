from django.apps import AppConfig
from django.db.models.signals import post_save
from django.utils.translation import gettext_lazy as _


class NotesConfig(AppConfig):
    name = "notes"
    verbose_name = _("Notes")

    def ready(self) -> None:
        """Repeated columns follow their customer; this is upkeep of copies, no rule of the playbook."""
        from customers.models import Customer
        from notes import placing

        post_save.connect(placing.customer_saved, sender=Customer, dispatch_uid="notes.placing")
