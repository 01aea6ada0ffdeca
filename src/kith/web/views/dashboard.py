"""The dashboard and its sync button."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from kith.sync.queries import active_job, latest_job
from kith.sync.services.jobs import JobUnderWay, NotQueueable, cancel_job, queue_sync
from kith.web.access import current_connection, origin_of, signed_in
from kith.web.pages.dashboard import dashboard_page
from kith.web.pages.jobs import status_document


def wants_page(request: HttpRequest) -> bool:
    """A form without script sends the browser's own Accept header and wants a page back."""
    return "text/html" in request.headers.get("Accept", "")


@signed_in
@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    return render(request, "dashboard.html", {"page": dashboard_page(current_connection(request))})


@signed_in
@require_POST
def sync(request: HttpRequest) -> HttpResponse:
    """Queues a sync and answers at once: 202, 409 with the job under way, or 400 with what to do."""
    try:
        answer = _queued(request)
    except JobUnderWay as running:
        answer = JsonResponse(
            {"error": str(running), "jobId": running.job.pk, "status": running.job.status},
            status=409,
        )
    except NotQueueable as error:
        answer = JsonResponse({"error": str(error)}, status=400)
        if wants_page(request):
            messages.error(request, str(error))
    return redirect("dashboard") if wants_page(request) else answer


def _queued(request: HttpRequest) -> JsonResponse:
    connection = current_connection(request)
    if connection is None:
        raise NotQueueable(
            "No Instagram account is connected yet. Connect one, or import an export."
        )
    job = queue_sync(connection, origin=origin_of(request))
    return JsonResponse({"jobId": job.pk, "status": job.status}, status=202)


@signed_in
@require_safe
def sync_status(request: HttpRequest) -> HttpResponse:
    connection = current_connection(request)
    return JsonResponse(status_document(latest_job(connection) if connection else None))


@signed_in
@require_POST
def sync_cancel(request: HttpRequest) -> HttpResponse:
    """Cancelling what has ended already does nothing, and says nothing wrong."""
    connection = current_connection(request)
    job = active_job(connection) if connection else None
    if job:
        cancel_job(job)
    return (
        redirect("dashboard")
        if wants_page(request)
        else JsonResponse({"jobId": job.pk if job else None})
    )
