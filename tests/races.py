"""Works done at once, for tests of what several writers do to each other."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, connections


def side_by_side(*works):
    """Do them at once where a database lets several write (PostgreSQL), else in turn; what each gives back."""
    if connection.vendor == "sqlite":
        return [work() for work in works]
    start = threading.Barrier(len(works))

    def run(work):
        try:
            start.wait(60)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return [done.result(120) for done in [threads.submit(run, work) for work in works]]
