"""Fills an empty database with demo data of any size, the same for the same seed."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from customers.models import Customer
from notes.demo.load import load
from notes.demo.people import PARTS, PASSWORD
from notes.demo.world import Missing

QUIET_SECONDS = 2.0


class Command(BaseCommand):
    help = "Fills an empty database with demo data of any size, the same for the same seed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The size, the seed, and what else to do."""
        parser.add_argument("--customers", type=int, default=60, metavar="N")
        parser.add_argument("--notes", type=int, default=700, metavar="N")
        parser.add_argument("--partners", type=int, default=2, metavar="K", help="partner organisations, at least 2")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument("--manifest", type=Path, metavar="FILE", help="write what was made to FILE as JSON")
        parser.add_argument(
            "--allow-demo-users",
            action="store_true",
            help=f"make people who can log in with the password “{PASSWORD}” even where DEBUG is off",
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there are customers already")
        parser.add_argument("--logins", action="store_true", help="only print whom one can log in as")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse what cannot be, then make it all."""
        if options["logins"]:
            self._print_logins()
            return
        customers, notes, partners = options["customers"], options["notes"], options["partners"]
        if partners < 2:
            raise CommandError("--partners must be at least 2.")
        if customers < partners + 1:
            raise CommandError(f"--customers must be at least {partners + 1}: one for each partner, and one beside.")
        if notes < 0:
            raise CommandError("--notes must not be negative.")
        if options["manifest"] and not options["manifest"].parent.is_dir():
            raise CommandError(f"There is no directory {options['manifest'].parent} for the manifest.")
        if Customer.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError("The database is not empty.")
        try:
            manifest = load(
                customers=customers,
                notes=notes,
                partners=partners,
                seed=options["seed"],
                demo=settings.DEBUG or options["allow_demo_users"],
                tell=_Progress(notes),
            )
        except Missing as error:
            raise CommandError(str(error)) from error
        if options["manifest"]:
            options["manifest"].write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        counts = f"{len(manifest['customers'])} customers, {manifest['notes']['count']} notes"
        self.stdout.write(f"Made {counts}, {len(manifest['risks'])} risks and {len(manifest['users'])} people.")

    def _print_logins(self) -> None:
        """A table of the demo people, where they are; a password changed since is not told."""
        found = {user.username: user for user in User.objects.filter(username__in=[part.username for part in PARTS])}
        if "fm" not in found:
            return
        # They share one hash, and checking it is slow by design.
        known = {encoded: check_password(PASSWORD, encoded) for encoded in {user.password for user in found.values()}}
        rows = [("name", "password", "roles", "who")]
        for part in PARTS:
            user = found.get(part.username)
            if user is None:
                continue
            password = PASSWORD if known[user.password] else "(changed)"
            rows.append((user.username, password, " ".join(user.roles), _who(user)))
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)]
            self.stdout.write("  ".join([*cells, row[3]]).rstrip())


def _who(user: User) -> str:
    """A person's name with what the roles do not say."""
    remarks = [str(user.partner)] if user.partner else list(user.region_codes)
    if user.is_superuser:
        remarks.append("superuser")
    if not user.is_active:
        remarks.append("deactivated")
    return f"{user.get_full_name()} ({', '.join(remarks)})" if remarks else user.get_full_name()


class _Progress:
    """A line on a terminal's stderr once the work takes more than a moment."""

    def __init__(self, total: int) -> None:
        self.total, self.began, self.shown = total, time.monotonic(), 0.0

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self.began < QUIET_SECONDS or now - self.shown < 0.2:
            return
        self.shown = now
        share = done * 100 // self.total if self.total else 100
        sys.stderr.write(f"\r{done:,} of {self.total:,} notes ({share} %), {now - self.began:.0f} s ")
        if done >= self.total:
            sys.stderr.write("\n")
        sys.stderr.flush()
