"""For the machine that watches the service: is it alive, is it ready?"""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from ftstatus.middleware import GetResponse


def answer_probes(get_response: GetResponse) -> GetResponse:
    """Middleware: answer the two probes before session and user, which need the database that may be away."""
    probes = {"/healthz": alive, "/readyz": ready}

    def middleware(request: HttpRequest) -> HttpResponseBase:
        probe = probes.get(request.path)
        return probe(request) if probe else get_response(request)

    return middleware


@login_not_required
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 if the database is reachable and every migration applied, else 503."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("the database cannot be reached\n", content_type="text/plain", status=503)
    if waiting:
        return HttpResponse(f"{len(waiting)} migrations wait\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
