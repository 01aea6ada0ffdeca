"""The control API and page: time, happenings, tokens, switches, and a world that survives."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kith_sandbox.__main__ import main
from kith_sandbox.growth import DAY
from kith_sandbox.journal import JournalError
from kith_sandbox.server import RunningSandbox, start
from tests.sandbox.conftest import Visitor


def _happen(visitor: Visitor, kind: str, username: str, **fields: str) -> None:
    visitor.control("happen", account="tiny.studio", kind=kind, username=username, **fields)


def _names(visitor: Visitor, name: str) -> list[str]:
    return [person["username"] for person in visitor.people("tiny.studio")[name]]


def test_the_state_tells_the_truth_in_numbers(visitor: Visitor) -> None:
    account = visitor.account()
    people = visitor.people()
    following = {person["id"] for person in people["following"]}
    followers = {person["id"] for person in people["followers"]}
    assert (account["following"], account["followers"]) == (2_847, 1_234)
    assert account["mutuals"] == len(following & followers)
    assert account["not_following_back"] == len(following - followers)
    assert account["fans"] == len(followers - following)


def test_people_come_and_go_as_told(visitor: Visitor) -> None:
    _happen(visitor, "follows_me", "new.fan")
    _happen(visitor, "follow", "new.fan")
    assert _names(visitor, "followers")[0] == _names(visitor, "following")[0] == "new.fan"
    _happen(visitor, "unfollows_me", "new.fan")
    assert "new.fan" not in _names(visitor, "followers")
    _happen(visitor, "unfollow", "new.fan")
    assert "new.fan" not in _names(visitor, "following")
    assert visitor.account("tiny.studio")["unfollows"][0]["by"] == "control"


def test_a_renamed_person_keeps_id_and_follow_time(visitor: Visitor) -> None:
    before = visitor.people("tiny.studio")["followers"][3]
    _happen(visitor, "rename", before["username"], to="other.name")
    after = visitor.people("tiny.studio")["followers"][3]
    assert after == {**before, "username": "other.name"}
    _happen(visitor, "follows_me", before["username"])
    assert visitor.account("tiny.studio")["followers"] == 93


def test_two_people_can_swap_their_names(visitor: Visitor) -> None:
    first, second = _names(visitor, "followers")[:2]
    _happen(visitor, "swap", first, to=second)
    assert _names(visitor, "followers")[:2] == [second, first]


def test_a_deactivated_person_is_gone_and_returns_as_before(visitor: Visitor) -> None:
    people = visitor.people("tiny.studio")
    name = people["followers"][0]["username"]
    _happen(visitor, "deactivate", name)
    assert visitor.account("tiny.studio")["followers"] == 91
    token = visitor.token("tiny.studio")
    assert visitor.get("/me", token, fields="followers_count").json()["followers_count"] == 91
    _happen(visitor, "return", name)
    assert visitor.people("tiny.studio") == people


def test_a_deleted_person_never_returns(visitor: Visitor) -> None:
    name = _names(visitor, "following")[0]
    _happen(visitor, "delete", name)
    fields = {"account": "tiny.studio", "kind": "return", "username": name}
    assert visitor.http.post("/sandbox/happen", json=fields).status_code == 400


@pytest.mark.parametrize(
    ("action", "fields", "word"),
    [
        ("happen", {"account": "nobody", "kind": "follow"}, "nobody"),
        ("happen", {"account": "tiny.studio", "kind": "sneeze"}, "sneeze"),
        ("happen", {"account": "tiny.studio", "kind": "unfollow", "username": "no.one"}, "no.one"),
        ("happen", {"account": "tiny.studio", "kind": "follow", "username": "Not A Name"}, "name"),
        ("advance", {}, "seconds"),
        ("advance", {"days": "many"}, "days"),
        ("advance", {"days": -1}, "days"),
        ("grow", {"account": "big.harbor", "followers": 1.5}, "whole"),
        ("switch", {"lists": "maybe"}, "lists"),
        ("switch", {"moods": "good"}, "moods"),
        ("expire-token", {"account": "tiny.studio", "subcode": 1}, "subcode"),
        ("expire-token", {"token": "IGAAnothing"}, "token"),
        ("token", {"account": "tiny.studio", "scopes": "everything"}, "everything"),
        ("fail", {"fault": "code-2", "tmies": 3}, "tmies"),
        ("dance", {}, "dance"),
    ],
)
def test_a_bad_call_is_answered_with_a_sentence(
    visitor: Visitor, action: str, fields: dict[str, object], word: str
) -> None:
    before = visitor.state()["accounts"]
    answer = visitor.http.post(f"/sandbox/{action}", json=fields)
    assert answer.status_code == 400
    assert word in answer.json()["error"]
    assert visitor.state()["accounts"] == before


def test_days_change_people_and_a_quiet_year_changes_none(visitor: Visitor) -> None:
    before = visitor.people()
    visitor.control("advance", days=365, quiet=True)
    assert visitor.people() == before
    visitor.control("advance", days=5)
    assert visitor.people() != before


def test_a_frozen_clock_stands_still_until_it_is_moved(visitor: Visitor) -> None:
    frozen = visitor.control("freeze")["now"]
    visitor.control("advance", seconds=0)
    assert visitor.state()["clock"]["now"] == frozen
    visitor.control("advance", days=1, quiet=True)
    moved = visitor.state()["clock"]
    assert moved["frozen"]
    assert moved["now"][:10] > frozen[:10]
    assert not visitor.control("unfreeze")["frozen"]


def test_followers_can_be_grown(visitor: Visitor) -> None:
    assert visitor.account("big.harbor")["followers"] == 12_000
    visitor.control("grow", account="big.harbor", followers=30_500)
    assert visitor.account("big.harbor")["followers"] == 30_500


def test_expiring_kills_the_tokens_there_are_and_not_those_to_come(visitor: Visitor) -> None:
    visitor.control("freeze")
    old, other = visitor.token(), visitor.token("tiny.studio")
    visitor.control("expire-token", account="marlow.pine", subcode=460)
    error = visitor.get("/me", old).json()["error"]
    assert (error["code"], error["error_subcode"]) == (190, 460)
    assert visitor.get("/me", other).status_code == 200
    assert visitor.get("/me", visitor.token()).status_code == 200


def test_one_token_can_be_killed_alone(visitor: Visitor) -> None:
    first, second = visitor.token(), visitor.token()
    visitor.control("expire-token", token=first, subcode="none")
    error = visitor.get("/me", first).json()["error"]
    assert error["code"] == 190
    assert "error_subcode" not in error
    assert visitor.get("/me", second).status_code == 200


def test_a_reset_brings_back_the_first_day(visitor: Visitor) -> None:
    before = visitor.people()
    visitor.control("advance", days=40)
    visitor.control("switch", lists=False)
    visitor.control("reset")
    assert visitor.people() == before
    assert visitor.state()["switches"]["lists"]


def test_the_page_has_a_form_for_everything_and_forms_lead_back_to_it(visitor: Visitor) -> None:
    page = visitor.http.get("/sandbox/").text
    for action in ("advance", "happen", "fail", "grow", "token", "expire-token", "switch", "reset"):
        assert f'action="/sandbox/{action}"' in page
    answer = visitor.http.post(
        "/sandbox/advance", data={"days": "1"}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 303
    assert "advance: now" in visitor.http.get(answer.headers["location"]).text


def test_many_calls_go_over_one_connection(visitor: Visitor, sandbox: RunningSandbox) -> None:
    token = visitor.token()
    streams = set()
    for _ in range(60):
        answer = visitor.get("/v25.0/me/ig_following", token, limit=100)
        streams.add(answer.extensions["network_stream"].get_extra_info("client_addr"))
    assert len(streams) == 1


def test_many_callers_at_once_get_right_answers(visitor: Visitor) -> None:
    visitor.control("switch", rate_limit=10_000)
    token = visitor.token("tiny.studio")

    def read(_: int) -> int:
        return len(visitor.read_list("ig_following", token, limit=20))

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(read, range(32))) == {181}


def test_a_restarted_sandbox_is_the_same_world_and_knows_its_tokens(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.jsonl"
    with start(seed=11, state=state) as running:
        visitor = Visitor(running)
        token, dead = visitor.token(), visitor.token()
        visitor.control("expire-token", token=dead)
        visitor.control("advance", days=12)
        _happen(visitor, "follows_me", "late.comer")
        visitor.control("grow", account="big.harbor", followers=12_500)
        visitor.control("switch", me_shape="data")
        visitor.http.delete(
            "/me/ig_following",
            params={"user_id": visitor.people()["following"][0]["id"], "access_token": token},
        )
        visitor.control("freeze")
        before, people = visitor.state(), visitor.people()
        visitor.http.close()
    state.write_text(state.read_text() + '{"at": 1, "do": "adv')
    with start(seed=99, state=state) as running:
        visitor = Visitor(running)
        after = visitor.state()
        assert after["seed"] == 11
        assert after["clock"] == before["clock"]
        assert after["accounts"] == before["accounts"]
        assert after["switches"] == before["switches"]
        assert visitor.people() == people
        assert visitor.get("/me", token, fields="username").status_code == 200
        assert visitor.get("/me", dead).json()["error"]["code"] == 190
        visitor.control("reset")
        visitor.http.close()
    assert len(state.read_text().splitlines()) == 1


def test_a_world_can_begin_days_ago_and_catch_up_with_the_present(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.jsonl"
    with start(days_ago=5, state=state) as running:
        visitor = Visitor(running)
        begun = time.time() - 5 * DAY
        assert abs(visitor.state()["clock"]["epoch"] - begun) < 60
        assert 0 <= begun - running.world.born_at < DAY + 60
        before = visitor.people()
        visitor.http.close()
    with start(state=state) as running:
        visitor = Visitor(running)
        assert visitor.state()["clock"]["offset_seconds"] == -5 * DAY
        assert visitor.people() == before
        visitor.control("advance", days=5)
        assert visitor.state()["clock"]["offset_seconds"] == 0
        lists = visitor.people()
        assert lists != before
        people = lists["following"] + lists["followers"]
        assert max(person["since"] for person in people) <= time.time()
        visitor.control("reset")
        assert visitor.state()["clock"]["offset_seconds"] == -5 * DAY
        visitor.http.close()
    with start(state=state) as running:
        assert running.sandbox.clock.offset == -5 * DAY


@pytest.mark.parametrize("days", ["-1", "366", "two"])
def test_a_world_that_cannot_have_begun_is_refused(
    days: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--port", "0", "--days-ago", days])
    assert end.value.code == 2
    assert "0 to 365" in capsys.readouterr().err


def test_a_token_of_another_seed_is_a_forgery(visitor: Visitor) -> None:
    with start(seed=8) as other:
        guest = Visitor(other)
        assert guest.get("/me", visitor.token()).json()["error"]["code"] == 190
        guest.http.close()


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("milk\nbread\n")
    with pytest.raises(JournalError, match="no journal"):
        start(state=file)
    assert file.read_text() == "milk\nbread\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_ends_cleanly_when_told_to(number: signal.Signals) -> None:
    command = [sys.executable, "-W", "error", "-m", "kith_sandbox", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ) as program:
        assert program.stderr is not None
        assert "answers at http://127.0.0.1:" in program.stderr.readline()
        program.send_signal(number)
        rest = program.stderr.read()
    assert (program.returncode, rest) == (0, "")
