"""Where Instagram itself calls. Nobody is signed in here: every request proves by its signature that it is Meta's."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kith.core.instagram import (
    NotSigned,
    NotUnderstood,
    SignedRequest,
    delivery_in,
    is_signed,
    signed_request_in,
)
from kith.people.services.deliveries import take_in
from kith.sync.services.withdrawing import (
    confirmation_code,
    delete_data_of,
    is_confirmation_code,
    withdraw_permission,
)

log = structlog.get_logger("kith.web")
# A thousand updates at once, each with a comment of 2,200 characters that are written as \uXXXX, are 13 MB.
LARGEST_BODY = 16 * 2**20


@csrf_exempt
@require_http_methods(["GET", "POST"])
def instagram_webhook(request: HttpRequest) -> HttpResponse:
    """Meta's handshake, and its deliveries. Off (404) as long as there is no token to verify them by."""
    if not settings.INSTAGRAM_WEBHOOK_TOKEN:
        log.info("webhooks are off", reason="INSTAGRAM_WEBHOOK_TOKEN is not set")
        return _plain("Webhooks are off here.", 404)
    return _handshake(request) if request.method == "GET" else _delivery(request)


def _handshake(request: HttpRequest) -> HttpResponse:
    """200 with the challenge exactly as it came, for whoever knows the token; 403 for others."""
    is_asked = request.GET.get("hub.mode") == "subscribe"
    token = request.GET.get("hub.verify_token", "")
    if not (is_asked and constant_time_compare(token, settings.INSTAGRAM_WEBHOOK_TOKEN)):
        log.warning("webhook handshake refused")
        return _plain("The verify token is not the one of this kith.", 403)
    return _plain(request.GET.get("hub.challenge", ""), 200)


def _delivery(request: HttpRequest) -> HttpResponse:
    """200 once everything is counted; whatever else is answered, Meta delivers again for a day and a half."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isdecimal() or int(announced) > LARGEST_BODY:
        return _plain("This is larger than any delivery.", 413)
    body = request.read()
    signature = request.headers.get("X-Hub-Signature-256", "")
    if not is_signed(body, signature, settings.INSTAGRAM_SIGNING_SECRETS):
        log.warning("webhook delivery refused", reason="the signature is not that of the app")
        return _plain("The signature is not that of the app.", 403)
    try:
        delivery = delivery_in(body)
    except NotUnderstood as problem:
        log.warning("webhook delivery not understood", reason=str(problem))
        return _plain("This is not a delivery of Instagram.", 400)
    counted = take_in(delivery)
    log.info("webhook delivery taken in", **counted._asdict(), unreadable=delivery.unreadable)
    return _plain("ok", 200)


@csrf_exempt
@require_POST
def instagram_deauthorize(request: HttpRequest) -> HttpResponse:
    """The user removed kith in Instagram's settings."""
    try:
        told = _signed_request(request)
    except NotSigned as refusal:
        return _plain(str(refusal), 400)
    withdraw_permission(told.app_scoped_id, told.issued_at)
    return _plain("ok", 200)


@csrf_exempt
@require_POST
def instagram_data_deletion(request: HttpRequest) -> HttpResponse:
    """The user wants everything deleted. Answers where to read about it, once it is done."""
    try:
        told = _signed_request(request)
    except NotSigned as refusal:
        return _plain(str(refusal), 400)
    delete_data_of(told.app_scoped_id)
    code = confirmation_code(told.app_scoped_id)
    url = request.build_absolute_uri(reverse("data-deletion-status", args=[code]))
    return JsonResponse({"url": url, "confirmation_code": code})


@require_safe
def data_deletion_status(request: HttpRequest, code: str) -> HttpResponse:
    """What became of a request for deletion, for whoever has its code."""
    if not is_confirmation_code(code):
        raise Http404
    return render(request, "data_deletion.html", {"code": code})


def _signed_request(request: HttpRequest) -> SignedRequest:
    """Raises NotSigned."""
    try:
        return signed_request_in(
            request.POST.get("signed_request", ""), settings.INSTAGRAM_SIGNING_SECRETS
        )
    except NotSigned as refusal:
        log.warning("callback refused", path=request.path, reason=str(refusal))
        raise


def _plain(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
