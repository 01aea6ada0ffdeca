"""Reviewing, approving, and working the queue off. Nothing is unfollowed without the user's approval."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kith.core.wording import count
from kith.unfollow.models import Queue, Unfollow
from kith.unfollow.services import approving, guided, queueing
from kith.unfollow.services.queueing import QueueRefused
from kith.web.access import (
    chosen_connection,
    current_connection,
    origin_of,
    signed_in,
    unfollow_for,
)
from kith.web.pages.unfollows import guided_page, queue_page, review_page
from kith.web.selection import deselect_all, selected


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def unfollow_review(request: HttpRequest) -> HttpResponse:
    """Shows what approving the selected people would do; a POST approves those whose boxes are ticked."""
    connection = current_connection(request)
    if request.method != "POST" or connection is None:
        people = selected(request, connection) if connection else []
        return render(request, "unfollow_review.html", {"page": review_page(connection, people)})
    ticked = [int(pk) for pk in request.POST.getlist("person") if pk.isdecimal() and len(pk) < 19]
    found = approving.approve(
        connection,
        ticked,
        origin=origin_of(request),
        time_zone=_told_zone(),
    )
    deselect_all(request)
    if found.are_all_queued:
        messages.success(request, "They are in the queue already.")
        return redirect("unfollow-queue")
    if not found.candidates:
        messages.error(request, "Nobody was queued: select somebody who can be unfollowed.")
        return redirect("ranked")
    who = count(len(found.candidates), "person is", "people are")
    messages.success(request, f"{who} in the queue now.")
    return redirect("unfollow-queue")


def _told_zone() -> str:
    """UTC is also shown to browsers that tell no zone: then the queue's days stay those of the zone before."""
    name = timezone.get_current_timezone_name()
    return "" if name == "UTC" else name


@signed_in
@require_safe
def unfollow_queue(request: HttpRequest) -> HttpResponse:
    number = request.GET.get("page", "1")
    page = queue_page(
        current_connection(request),
        request.GET.get("status", ""),
        max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1,
    )
    return render(request, "unfollow_queue.html", {"page": page})


@signed_in
@require_safe
def unfollow_guided(request: HttpRequest) -> HttpResponse:
    return render(
        request, "unfollow_guided.html", {"page": guided_page(current_connection(request))}
    )


@signed_in
@require_POST
def queue_pause(request: HttpRequest) -> HttpResponse:
    queueing.pause(chosen_connection(request), origin=origin_of(request))
    return redirect("unfollow-queue")


@signed_in
@require_POST
def queue_resume(request: HttpRequest) -> HttpResponse:
    queueing.resume(chosen_connection(request), origin=origin_of(request))
    return redirect("unfollow-queue")


@signed_in
@require_POST
def queue_clear(request: HttpRequest) -> HttpResponse:
    taken = queueing.clear(chosen_connection(request), origin=origin_of(request))
    said = f"{count(taken, 'person', 'people')} taken off the queue: see “Taken off”, from where each can be put back."
    messages.success(request, said)
    return redirect("unfollow-queue")


@signed_in
@require_POST
def queue_settings(request: HttpRequest) -> HttpResponse:
    """The pace and the way of unfollowing."""
    connection = chosen_connection(request)
    try:
        queueing.set_pace(
            connection,
            per_hour=_number(request, "per_hour"),
            per_day=_number(request, "per_day"),
        )
        mode = request.POST.get("mode", "")
        if mode in Queue.Mode.values:
            queueing.set_mode(connection, Queue.Mode(mode))
    except QueueRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The pace was saved.")
    return redirect("unfollow-queue")


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 6 else 0


@signed_in
@require_POST
def unfollow_remove(request: HttpRequest, unfollow_id: int) -> HttpResponse:
    return _answer(request, unfollow_id, queueing.take_off)


@signed_in
@require_POST
def unfollow_put_back(request: HttpRequest, unfollow_id: int) -> HttpResponse:
    return _answer(request, unfollow_id, queueing.put_back)


@signed_in
@require_POST
def unfollow_done(request: HttpRequest, unfollow_id: int) -> HttpResponse:
    return _answer(
        request,
        unfollow_id,
        lambda unfollow: guided.mark_done(unfollow, origin=origin_of(request)),
    )


@signed_in
@require_POST
def unfollow_take_back(request: HttpRequest, unfollow_id: int) -> HttpResponse:
    return _answer(request, unfollow_id, guided.take_done_back)


@signed_in
@require_POST
def unfollow_skip(request: HttpRequest, unfollow_id: int) -> HttpResponse:
    return _answer(request, unfollow_id, guided.skip)


def _answer(
    request: HttpRequest, unfollow_id: int, do: Callable[[Unfollow], object]
) -> HttpResponse:
    """Does it, says why not where it cannot be done, and goes back to where the button was."""
    try:
        do(unfollow_for(request, unfollow_id))
    except QueueRefused as refusal:
        messages.error(request, str(refusal))
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return redirect(back if is_ours else "unfollow-queue")
