"""The screens of scores, of unfollowing and of keeping in each of their states, with invented people."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from django.http import QueryDict

from kith.core.scoring import PersonFacts, Scoring, explain
from kith.unfollow.models import Unfollow
from kith.unfollow.queries import Rest
from kith.web.pages.changes import Option
from kith.web.pages.keep_list import KeepListPage, KeptRow
from kith.web.pages.marks import ScoreMark
from kith.web.pages.ranked import (
    COLUMNS,
    GROUPS,
    RANGES,
    SORTS,
    SWITCHES,
    Choice,
    ChoiceGroup,
    Column,
    RangeField,
    RangeGroup,
    RankedPage,
    RankedRow,
)
from kith.web.pages.ranked_query import RankedQuery
from kith.web.pages.scores import CategoryLine, PreviewPart, ScoresPage, WeightField
from kith.web.pages.standing import ContactLine, KeptLine, QueueLine, Standing
from kith.web.pages.summary import CategoryCount, NamedPerson, SummaryFigure, SummaryPart
from kith.web.pages.unfollows import (
    STATUS_WORDS,
    GuidedPage,
    PaceLine,
    QueuePage,
    QueueRow,
    ReviewPage,
    ReviewRow,
    StatusTab,
)
from tests.web.sample_pages import AT, EARLIER, NOBODY, dashboard, person, person_page

SCORES = (97, 60, 40, 3, None)
PACE = PaceLine(60, 150, 60, 150, 12, date(2026, 3, 9))
REST = Rest("Instagram has blocked this.", AT)
EXPLANATION = explain(
    Scoring(now=int(AT.timestamp())).insight(
        PersonFacts(following_since=0, is_follower=False, verified=True, followers_count=9, follows_count=9)
    )
)  # fmt: skip


def ranked_row(number: int, score: int | None) -> RankedRow:
    is_known = score is not None
    return RankedRow(
        person=person(number, followers_count=12 if is_known else None, following_since=EARLIER if is_known else None),
        score=score, why="No contact in 23 months", explanation_url="/people/1/explanation",
        badges=("Kept", "Inactive 90d+"), account_type="large account (inferred)", ratio=1.5 if is_known else None,
        last_interaction_at=AT if number % 2 else None, knows_interactions=is_known, is_selected=number == 1,
        is_queued=number == 2, is_new=number == 3,
    )  # fmt: skip


def ranked(asked: str = "", **changed: Any) -> RankedPage:
    query = RankedQuery.from_address(QueryDict(asked))
    groups = [
        ChoiceGroup(name, label, [Choice(name, value, word, 3, "?", value == "safe") for value, word in words.items()])
        for name, (label, words) in GROUPS.items()
    ]  # fmt: skip
    switches = [Choice(name, "1", word, 0, "?", name == "never") for name, word in SWITCHES.items()]
    page = RankedPage(
        query=query, groups=[*groups, ChoiceGroup("only", "Only", switches)],
        ranges=[RangeGroup(label, [RangeField(*names, name == "Followed", None) for names in of])
                for label, of in RANGES for name in [label]],
        ranges_set=1, columns=[Column(label, sort, "?", sort == "score", downwards=True, is_number=sort == "ratio")
                               for sort, label in COLUMNS],
        sorts=[Option(sort, label, "?", sort == "score") for sort, label in SORTS.items()], turn_url="?",
        rows=[ranked_row(number, score) for number, score in enumerate(SCORES, start=1)], count=1_234,
        selected_count=1, next_url="?page=2", previous_url="?page=1", knows_interactions=True, taken_at=AT,
        empty=None,
    )  # fmt: skip
    return replace(page, **changed)


def queue_row(status: Unfollow.Status, **changed: Any) -> QueueRow:
    row = QueueRow(
        id=3, username="orla.birch3", person=person(3), status=status.value, status_word=STATUS_WORDS[status], score=91,
        reason="No contact in 23 months", error="", at=AT, can_be_removed=status == Unfollow.Status.PENDING,
        can_be_put_back=status == Unfollow.Status.FAILED, can_be_taken_back=status == Unfollow.Status.DONE,
    )  # fmt: skip
    return replace(row, **changed)


def queue(status: Unfollow.Status = Unfollow.Status.PENDING, **changed: Any) -> QueuePage:
    page = QueuePage(
        tabs=[StatusTab(word, 3, "?", value == status) for value, word in STATUS_WORDS.items()],
        status=status.value,
        rows=[queue_row(status), queue_row(status, score=None, error="They are kept.", person=None)],
        next_url="?page=2", previous_url=None, waiting=3, is_paused=False, rest=None, mode="guided", can_use_api=True,
        pace=PACE, empty=None,
    )  # fmt: skip
    return replace(page, **changed)


def guided(**changed: Any) -> GuidedPage:
    page = GuidedPage(
        unfollow=queue_row(Unfollow.Status.PENDING), last_done=queue_row(Unfollow.Status.DONE), waiting=3, done_today=7,
        pace=PACE, rest_until=None, suggests_pause=False, rest=None, still_followed=0, empty=None,
    )  # fmt: skip
    return replace(page, **changed)


def review(**changed: Any) -> ReviewPage:
    page = ReviewPage(
        candidates=[ReviewRow(person(1), 91, "No contact in 23 months"), ReviewRow(person(2), None, "")],
        refusals=[ReviewRow(person(3), None, "They are on your keep list: my sister")],
        refused=101, more_refused=[("They are verified.", 100)], waiting=2, mode="guided",
        pace=PACE, empty=None,
    )  # fmt: skip
    return replace(page, **changed)


def keep_list(**changed: Any) -> KeepListPage:
    rows = [
        KeptRow(1, "orla.birch1", "my sister", AT, person(1)),
        KeptRow(2, "not.met", "", AT, None),
    ]
    page = KeepListPage("orla", 3, rows, 2, "?page=2", None, None)
    return replace(page, **changed)


def scores(**changed: Any) -> ScoresPage:
    told = {"before": 91, "after": None, "category_before": "Critical", "category_after": ""}
    moves = [{"username": "ada", "url": "/people/1", **told}]
    page = ScoresPage(
        weights=[WeightField(name, name, "Help.", 25) for name in ("inactivity", "engagement", "ratio", "age")],
        preview=PreviewPart([CategoryLine("Critical", 1, 0)], moves, 9, 1), error="", grace_days=14,
        verified_from_followers=None, leaves_messages_out=True,
    )  # fmt: skip
    return replace(page, **changed)


def standing(**changed: Any) -> Standing:
    found = Standing(
        score=3, explanation=EXPLANATION, badges=("Verified",), account_type="creator",
        contacts=[ContactLine("Likes", 12, None, AT), ContactLine("Messages", 0, 3, None)], last_contact_at=AT,
        kept=None, queue=QueueLine("Verified", "/unfollows/queue", AT, is_open=False), can_be_queued=True,
    )  # fmt: skip
    return replace(found, **changed)


def summary(*, is_known: bool) -> SummaryPart:
    someone = [NamedPerson("ada", "/people/1", 9, AT), NamedPerson("ben", "/people/2", 0, None)]
    return SummaryPart(
        figures=[SummaryFigure("Average score", 61 if is_known else None, "Half are between 30 and 80", "/ranked")],
        categories=[CategoryCount(ScoreMark(None, "Critical", "critical"), 3, "/ranked")], without_score=2,
        most_active=[], least_engaged=someone if is_known else [], most_active_url="/a", least_engaged_url="/b",
    )  # fmt: skip


KEPT = standing(
    kept=KeptLine(1, "my sister", AT), can_be_queued=False, contacts=[], queue=None, score=None, explanation=None
)  # fmt: skip
SCREENS: dict[str, tuple[str, Any]] = {
    "ranked": ("ranked.html", ranked("sort=ratio&never=1&direction=asc")),
    "ranked, little known": ("ranked.html", ranked(knows_interactions=False)),
    "ranked, nobody matches": ("ranked.html", ranked("search=x", rows=[], count=0, empty=NOBODY)),
    "ranked, nothing known": ("ranked.html", None),
    "review": ("unfollow_review.html", review()),
    "review, by the API": ("unfollow_review.html", review(mode="api", refusals=[])),
    "review, all refused": ("unfollow_review.html", review(candidates=[])),
    "review, nobody": ("unfollow_review.html", review(candidates=[], refusals=[], empty=NOBODY)),
    **{f"queue, {status.label}": ("unfollow_queue.html", queue(status)) for status in Unfollow.Status},
    "queue, paused": ("unfollow_queue.html", queue(rest=Rest("", None), is_paused=True)),
    "queue, resting": ("unfollow_queue.html", queue(rest=REST, mode="api")),
    "queue, empty": ("unfollow_queue.html", queue(rows=[], waiting=0, empty=NOBODY, can_use_api=False)),
    "queue, nothing known": ("unfollow_queue.html", None),
    "guided": ("unfollow_guided.html", guided()),
    "guided, enough": ("unfollow_guided.html", guided(rest_until=AT, still_followed=2)),
    "guided, pause": ("unfollow_guided.html", guided(suggests_pause=True, last_done=None)),
    "guided, resting": ("unfollow_guided.html", guided(rest=REST)),
    "guided, nobody": ("unfollow_guided.html", guided(unfollow=None, empty=NOBODY)),
    "keep list": ("keep_list.html", keep_list()),
    "keep list, empty": ("keep_list.html", keep_list(rows=[], count=0, search="", empty=NOBODY)),
    "scores": ("score_settings.html", scores()),
    "scores, refused": ("score_settings.html", scores(error="They sum to 99.", preview=None)),
    "person, with a score": ("person.html", replace(person_page(), standing=standing())),
    "person, kept": ("person.html", replace(person_page(), standing=KEPT)),
    "dashboard, scored": ("dashboard.html", dashboard(summary=summary(is_known=True))),
    "dashboard, hardly scored": ("dashboard.html", dashboard(summary=summary(is_known=False))),
}  # fmt: skip
