"""Forgets what was kept only for a while; for cron, any number of times."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts import submissions
from notes import drafts


class Command(BaseCommand):
    """`manage.py purge_drafts`."""

    help = "Delete drafts that nobody touched for 30 days, and what is known of forms handed in before that."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do so, and say how many."""
        self.stdout.write(f"{drafts.purge()} drafts and {submissions.purge()} submissions deleted.")
