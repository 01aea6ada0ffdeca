"""The page where an export comes in, and the pages of jobs."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kith.core.exports import AccountNotChosen, ExportError
from kith.people.services.undoing import NotUndoable
from kith.sync.services.imports import import_upload, keep_upload
from kith.sync.services.jobs import JobUnderWay, NotHeld, accept_held, cancel_job, discard_held
from kith.sync.services.undoing import undo_import
from kith.web.access import choose_connection, job_for, origin_of, signed_in, user_of, wants_json
from kith.web.pages.imports import imports_page
from kith.web.pages.jobs import job_page, status_document
from kith.web.pages.undoing import undo_page


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "imports.html", {"page": imports_page(user_of(request))})
    problem = _upload_problem(request)
    if problem:
        return _refused(request, problem)
    files = request.FILES.getlist("files")
    try:
        job = import_upload(
            user_of(request),
            keep_upload(files),
            account=request.POST.get("account", ""),
            origin=origin_of(request),
        )
    except AccountNotChosen as error:
        return _refused(request, str(error), choices=list(error.choices))
    except (ExportError, JobUnderWay) as error:
        return _refused(request, str(error))
    choose_connection(request, job.connection)
    url = reverse("job", args=[job.pk])
    return (
        JsonResponse({"jobId": job.pk, "url": url}, status=202)
        if wants_json(request)
        else redirect(url)
    )


def _upload_problem(request: HttpRequest) -> str:
    files = request.FILES.getlist("files")
    if not files:
        return "No file came along. Choose the ZIP that Instagram gave you."
    if sum(file.size or 0 for file in files) > settings.UPLOAD_LIMIT_BYTES:
        most = settings.UPLOAD_LIMIT_BYTES // 1024**3
        return f"That is more than {most} GB. Use the command `kith import` instead."
    return ""


def _refused(request: HttpRequest, error: str, choices: list[str] | None = None) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": error, "choices": choices}, status=422)
    page = imports_page(user_of(request), error=error, choices=choices)
    return render(request, "imports.html", {"page": page}, status=422)


@signed_in
@require_safe
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    return render(request, "job.html", {"page": job_page(job_for(request, job_id))})


@signed_in
@require_safe
def job_status(request: HttpRequest, job_id: int) -> HttpResponse:
    return JsonResponse(status_document(job_for(request, job_id)))


@signed_in
@require_POST
def job_cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    """Cancelling what has ended already does nothing, and says nothing wrong."""
    job = cancel_job(job_for(request, job_id))
    if wants_json(request):
        return JsonResponse({"jobId": job.pk, "status": job.status})
    return redirect("job", job.pk)


@signed_in
@require_POST
def job_accept(request: HttpRequest, job_id: int) -> HttpResponse:
    held = job_for(request, job_id)
    try:
        accept_held(held, origin=origin_of(request))
    except (NotHeld, JobUnderWay) as error:
        messages.error(request, str(error))
    return redirect("job", held.pk)


@signed_in
@require_POST
def job_discard(request: HttpRequest, job_id: int) -> HttpResponse:
    held = job_for(request, job_id)
    try:
        discard_held(held, origin=origin_of(request))
    except NotHeld as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The snapshot was discarded; nothing was changed.")
    return redirect("job", held.pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def job_undo(request: HttpRequest, job_id: int) -> HttpResponse:
    """Asks first; a second answer changes nothing more."""
    job = job_for(request, job_id)
    if request.method != "POST":
        return render(request, "undo.html", {"page": undo_page(job)})
    try:
        undo_import(job, origin=origin_of(request))
    except (NotUndoable, JobUnderWay) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The import was undone; everything is as it was before it.")
    return redirect("job", job.pk)
