"""What every request passes through beside Django's own."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

GetResponse = Callable[[HttpRequest], HttpResponseBase]

CSP = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


def refuse_large_requests(get_response: GetResponse) -> GetResponse:
    """Answer 413 to a request over 2.5 MB before reading it; Django itself would answer 400 (contract, *Answers*)."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        try:
            length = int(request.headers.get("Content-Length") or 0)
        except ValueError:
            length = 0
        if request.encoding:
            # Addresses and forms are UTF-8; another charset in the header could smuggle in what no database takes.
            request.encoding = "utf-8"
        if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return HttpResponse(_("The request is too large."), status=413, content_type="text/plain; charset=utf-8")
        return get_response(request)

    return middleware


def content_security_policy(get_response: GetResponse) -> GetResponse:
    """Send a strict Content-Security-Policy: no inline script or style, nothing from elsewhere."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        return response

    return middleware


def persons_language_and_time_zone(get_response: GetResponse) -> GetResponse:
    """Speak the language and show the times the person has set; a language just switched to (the cookie) goes first."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        language = getattr(user, "language", "")
        chosen = settings.LANGUAGE_COOKIE_NAME in request.COOKIES
        if language and not chosen:
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        zone = getattr(user, "time_zone", "")
        with timezone.override(zone or None):
            response = get_response(request)
        if language and not chosen:
            response.headers["Content-Language"] = language
        patch_vary_headers(response, ["Cookie"]) if user.is_authenticated else None
        return response

    return middleware
