"""One page of each kind in each of its states, with invented people, for looking at templates without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from kith.unfollow.queries import Rest
from kith.web.pages.activity import ActivityLine, ActivityPage
from kith.web.pages.changes import WORDS, ChangeLine, ChangesPage, Option
from kith.web.pages.dashboard import FIGURES, ConnectionCard, DashboardPage, Figure
from kith.web.pages.empty import EmptyState
from kith.web.pages.history import DayLine, HistoryPage, Measured
from kith.web.pages.imports import ImportsPage, Inbox, InboxLine
from kith.web.pages.jobs import Counted, Held, JobPage, JobView, ListResult
from kith.web.pages.keys import EndingKey
from kith.web.pages.lists import ListPageView, ListQuery, Sort, Tab
from kith.web.pages.people import PersonRow
from kith.web.pages.person import FirstSeen, FollowTime, PersonPage
from kith.web.pages.settings import ConnectionLine, InstagramApp, SettingsPage
from kith.web.pages.undoing import FigureThen, UndoPage
from kith.web.pages.unfollows import UnfollowNotices
from kith.web.views.home import Demo, HomePage

AT = datetime(2026, 3, 8, 9, 5, tzinfo=UTC)
EARLIER = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
STATES = ("pending", "in_progress", "waiting", "completed", "failed", "cancelled", "held")
NOBODY = EmptyState("Nobody here", "Nobody follows you yet.", "Go on", "/next")
ENDING = EndingKey("alice.paints", AT, "Instagram did not answer in time.")


def person(number: int = 1, **changed: Any) -> PersonRow:
    row = PersonRow(
        id=number, username=f"orla.birch{number}", name="Orla <Birch>", initials="OB",
        picture_url="https://pictures.example/1.jpg", verified=True, is_deleted=False, relation_word="Mutual",
        followers_count=12_345, follows_count=None, following_since=EARLIER, follower_since=None,
        biography="Kites\nand paper", profile_url="https://www.instagram.com/orla.birch/", person_url="/people/1",
    )  # fmt: skip
    return replace(row, **changed)


def change(kind: str) -> ChangeLine:
    return ChangeLine(
        kind=kind, word=WORDS[kind], username="ada.lark", previous_username="ada" if kind == "renamed" else None,
        person_url="/people/1", profile_url="https://www.instagram.com/ada.lark/", after=EARLIER, before=AT,
    )  # fmt: skip


CHANGES = [change(kind) for kind in WORDS]


def job(status: str, kind: str = "sync") -> JobView:
    return JobView(
        id=7, kind=kind, kind_word=kind.capitalize(), account="alice.paints", status=status, status_word=status,
        stage="followers", message="Reading who follows you.", percent=46, processed=1_888, total=4_081,
        resume_at=AT if status == "waiting" else None, error="Instagram is silent." if status == "failed" else "",
        is_active=status in STATES[:3], started_at=EARLIER, finished_at=None, duration_text="2.4 s",
        summary="7 new followers", url="/jobs/7", status_url="/jobs/7/status", cancel_url="/jobs/7/cancel",
    )  # fmt: skip


def dashboard(**changed: Any) -> DashboardPage:
    card = ConnectionCard(
        id=1, username="alice.paints", name="Alice", initials="AL", picture_url="", is_api=True,
        needs_reconnect=False, status_text="connected", last_synced_at=AT, next_sync_at=AT, lists_refused=False,
    )  # fmt: skip
    figures = [
        Figure(key, label, 1_234, 5, "+5 since last time", f"/lists/{slug}", hint)
        for key, label, slug, hint in FIGURES
    ]
    growth = [{"at": at.isoformat(), "followers": 10, "following": None} for at in (EARLIER, AT)]
    page = DashboardPage(
        connection=card, figures=figures, growth=growth, changes=CHANGES, job=None, question_url="", notice="",
        ending_key=None, unfollowing=UnfollowNotices(None, 0), summary=None, is_complete=True, taken_at=AT,
        can_sync=True,
    )  # fmt: skip
    return replace(page, **changed)


def doubtful_dashboard() -> DashboardPage:
    """Everything that can be missing is missing, and everything that can be wrong is wrong."""
    page = dashboard()
    assert page.connection
    return replace(
        page,
        connection=replace(page.connection, needs_reconnect=True, lists_refused=True),
        figures=[replace(f, value=None, change=None, change_text="") for f in page.figures],
        growth=page.growth[:1], changes=[], question_url="/jobs/7", notice="3 fewer followers.", ending_key=ENDING,
        unfollowing=UnfollowNotices(Rest("Instagram has blocked this.", AT), 2), is_complete=False, can_sync=False,
    )  # fmt: skip


def people_list(**changed: Any) -> ListPageView:
    page = ListPageView(
        slug="fans", title="Fans", description="They follow you.", query=ListQuery(search="orla"),
        tabs=[Tab("fans", "Fans", 2, "/lists/fans", is_current=True)],
        sorts=[Sort("username", "Name", is_current=True, direction="asc", url="?direction=desc")],
        verified_options=[Option("", "Everybody", "?", is_current=True)],
        rows=[person(1), person(2, picture_url="", verified=False, is_deleted=True, following_since=None)],
        count=10_000, count_is_capped=True, next_url="?after=b", previous_url="?before=a", taken_at=AT,
        is_complete=False, incomplete_reason="One part is missing.", empty=None,
    )  # fmt: skip
    return replace(page, **changed)


def job_page(status: str, kind: str, **changed: Any) -> JobPage:
    is_held = status == "held"
    return JobPage(
        job=replace(job(status, kind), **changed),
        lists=[ListResult("Followers", state, state, 12, "Why.") for state in ("complete", "partial", "absent")],
        changes=[Counted("new followers", 7, "/changes"), Counted("accounts gone", 1)],
        warnings=[{"code": "gap", "message": "A part is missing.", "file": "followers_2.json"}],
        other_lists=[Counted("close friends", 14)], interactions=[Counted("likes you gave", 9)],
        files_read=3, records_unreadable=1,
        held=Held(
            ["Many are missing."], 312, [Counted("following", 5), Counted("followers", 310)], [person()],
            "/accept", "/discard",
        ) if is_held else None,
        next_steps=["Ask for an export over all time."],
    )  # fmt: skip


def undo_page(why_not: str = "", then_taken_at: datetime | None = None) -> UndoPage:
    return UndoPage(
        job=job("completed", "import"), why_not=why_not, taken_back=[Counted("changes leave the history", 30)],
        figures=[FigureThen("Followers", 12, 10), FigureThen("Mutuals", 3, None)], then_taken_at=then_taken_at,
        undo_url="/jobs/7/undo",
    )  # fmt: skip


def connection_line(number: int, *, is_api: bool) -> ConnectionLine:
    return ConnectionLine(
        id=number, username=f"alice.{number}", name="Alice", is_api=is_api, status_word="connected",
        needs_reconnect=is_api, token_expires_at=AT if is_api else None, ending_key=ENDING if is_api else None,
        last_synced_at=AT if is_api else None, syncs_by_itself=is_api, next_sync_at=AT if is_api else None,
        is_current=is_api, choose_url="/choose", automatic_url="/automatic",
        disconnect_url="/disconnect", forget_url="/forget",
    )  # fmt: skip


def settings_page(token_error: str = "") -> SettingsPage:
    return SettingsPage(
        connections=[connection_line(1, is_api=True), connection_line(2, is_api=False)],
        instagram=InstagramApp(is_sandbox=True, host="127.0.0.1:8801", redirect_uri="http://127.0.0.1/callback"),
        token_error=token_error, time_zone="UTC", time_zones=["Europe/Berlin", "UTC"],
    )  # fmt: skip


def imports_page(**changed: Any) -> ImportsPage:
    jobs = [job(status, "import") for status in STATES]
    lines = [InboxLine(f"a{n}.zip", "It is not a whole ZIP yet.", bool(n), AT) for n in (0, 1)]
    inbox = Inbox("alice@example.org", lines)
    return ImportsPage(
        accounts=["alice.paints"], jobs=jobs, max_upload_text="4 GB", inbox=inbox, **changed
    )


def day_line(*, is_counted_only: bool) -> DayLine:
    return DayLine(
        date=AT.date(), label="Sun 8 Mar 2026", followers=Measured(1_234, "−5"), following=Measured(56, ""),
        mutuals=Measured(None if is_counted_only else 40, ""), new_followers=Counted("new followers", 2, "/changes"),
        lost_followers=Counted("lost followers", 7, "/changes"), other_changes=Counted("other changes", 0),
        is_counted_only=is_counted_only,
    )  # fmt: skip


def person_page() -> PersonPage:
    return PersonPage(
        person(), CHANGES, "https://www.instagram.com/x/",
        since=[FollowTime("You follow since", AT, "to the second"), FollowTime("Follows you since", None, "")],
        former_names=["orla", "orla.b"], gone_at=AT, next_url="?before=1",
        first_seen=FirstSeen("First seen in an export", EARLIER, AT, "/jobs/1"),
    )  # fmt: skip


DAYS = [day_line(is_counted_only=False), day_line(is_counted_only=True)]
SEEN = ActivityLine(AT, "Sync completed", "2.4 s", "alice.paints", "203.0.113.7", "A browser")
KINDS = [Option("", "All", "/changes", is_current=True)]

SCREENS: dict[str, tuple[str, Any]] = {
    "home": ("home.html", HomePage(signup_open=True, demo=Demo("demo@example.org"))),
    "welcome": ("dashboard.html", dashboard(connection=None)),
    "dashboard": ("dashboard.html", dashboard()),
    "dashboard, all in doubt": ("dashboard.html", doubtful_dashboard()),
    "dashboard, first sync": ("dashboard.html", dashboard(taken_at=None, job=job("pending"))),
    **{f"dashboard, {s}": ("dashboard.html", dashboard(job=job(s))) for s in STATES},
    "list": ("list.html", people_list()),
    "list, empty": ("list.html", people_list(rows=[], empty=NOBODY, next_url=None)),
    "changes": ("changes.html", ChangesPage(KINDS, CHANGES, "?before=1", None)),
    "changes, empty": ("changes.html", ChangesPage(KINDS, [], None, NOBODY)),
    "imports": ("imports.html", imports_page()),
    "imports, refused": ("imports.html", imports_page(account_error="Which?", choices=["a", "b"])),
    **{f"job, {s}": ("job.html", job_page(s, "sync")) for s in STATES},
    **{f"import, {s}": ("job.html", job_page(s, "import")) for s in STATES},
    "import, undone": ("job.html", job_page("completed", "import", is_undone=True)),
    "import, undoable": ("job.html", job_page("completed", "import", undo_url="/jobs/7/undo")),
    "undo": ("undo.html", undo_page(then_taken_at=EARLIER)),
    "undo, the first": ("undo.html", undo_page()),
    "undo, refused": ("undo.html", undo_page(why_not="A newer one was applied since.")),
    "activity": ("activity.html", ActivityPage([SEEN], "?before=1", None)),
    "activity, empty": ("activity.html", ActivityPage([], None, NOBODY)),
    "changes of a day": ("changes.html", ChangesPage(KINDS, CHANGES, "?before=1", None, AT.date())),
    "history": ("history.html", HistoryPage(DAYS, dashboard().growth, "?before=2026-03-01", None)),
    "history, later page": ("history.html", HistoryPage(DAYS, None, None, None)),
    "history, empty": ("history.html", HistoryPage([], None, None, NOBODY)),
    "person": ("person.html", person_page()),
    "person, nothing known": (
        "person.html",
        PersonPage(person(), [], "https://www.instagram.com/x/"),
    ),
    "settings": ("settings.html", settings_page()),
    "settings, bad token": ("settings.html", settings_page("Instagram does not know it.")),
    **{
        f"error {code}": (f"{code}.html", None) for code in ("400", "403", "403_csrf", "404", "500")
    },
}
