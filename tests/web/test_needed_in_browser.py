"""The browser and the server agree on which files of an export are needed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from itertools import product
from pathlib import Path

from kith.core.exports.interactions.files import FILES
from kith.core.exports.needed import KINDS, Need, need_of

REPOSITORY = Path(__file__).parents[2]
ASK_THE_BROWSER_SIDE = """
import { runnerImport } from "vite";
import { json } from "node:stream/consumers";
const { module } = await runnerImport("./frontend/importing/needed.ts", { logLevel: "silent" });
console.log(JSON.stringify((await json(process.stdin)).map(module.needOf)));
"""
FOLDERS = (
    "",
    "connections/followers_and_following/",
    "instagram-me-2026-11-01-Ab3dEf9h/connections/followers_and_following/",
    "your_instagram_activity/threads/",
    "connections\\followers_and_following\\",
    "Followers_And_Following/",
    "__MACOSX/followers_and_following/",
    "friends_and_followers/",
    "messages/inbox/ada.lark_1/",
    "your_instagram_activity/messages/message_requests/ada.lark_1/",
    "your_instagram_activity/messages/",
    "your_instagram_activity/likes/",
    "your_facebook_activity/likes/",
    "your_instagram_activity/story_sticker_interactions/",
)
NAMES = (
    *(stem for kind in KINDS for stem in kind.stems),
    *(
        "followers_1",
        "followers_12",
        "followers_123456",
        "following_2",
        "followers_",
        "followers (1)",
    ),
    *("followers copy 2", "followers_1-3", "._followers_1", "my_followers", "FOLLOWERS_1"),
    *("follow_requests_you've_received", "profiles_you’ve_favorited", "profiles_you_ve_favorited"),
    *("personal_information", "instagram_profile_information", "signup_details", "profile"),
    *FILES,
    *(
        "liked_posts_1",
        "post_comments_2",
        "likes",
        "comments",
        "messages",
        "likes_1",
        "message_0",
        "message",
    ),
    *("connections", "no-data", "message_1", "following_hashtags", "liked_posts", ""),
)
ENDINGS = (".json", ".html", ".htm", ".txt", ".JSON", ".json.zip", ".jpg", "")


def test_both_sides_need_the_same_files() -> None:
    paths = ["".join(parts) for parts in product(FOLDERS, NAMES, ENDINGS)]
    # Where the system has no node, the virtual environment has one.
    node = shutil.which("node") or shutil.which("node", path=str(Path(sys.executable).parent))
    assert node, "node is needed, as for the build"
    answer = subprocess.run(
        [node, "--input-type=module", "--eval", ASK_THE_BROWSER_SIDE],
        input=json.dumps(paths),
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    in_browser = dict(zip(paths, json.loads(answer.stdout), strict=True))
    on_server = {path: need_of(path) for path in paths}
    assert in_browser == on_server
    counted = Counter(on_server.values())
    assert min(counted[need] for need in Need) > 5
    assert counted[None] > len(paths) / 2
