"""Who gives an export is asked for three things apart: lists, interactions, messages."""

from __future__ import annotations

import pytest

from kith.core.exports import Need, is_needed, need_of

ACTIVITY = "your_instagram_activity"


@pytest.mark.parametrize(
    ("path", "need"),
    [
        ("connections/followers_and_following/followers_1.json", Need.LISTS),
        ("personal_information/personal_information/personal_information.html", Need.LISTS),
        (f"{ACTIVITY}/likes/liked_posts.json", Need.INTERACTIONS),
        (f"{ACTIVITY}/likes/liked_posts_2.html", Need.INTERACTIONS),
        (f"x/{ACTIVITY}\\likes\\Liked_Posts (1).JSON", Need.INTERACTIONS),
        (f"{ACTIVITY}/comments/post_comments_12.json", Need.INTERACTIONS),
        ("story_sticker_interactions/polls.html", Need.INTERACTIONS),
        (f"{ACTIVITY}/saved/saved_posts.json", Need.INTERACTIONS),
        (f"{ACTIVITY}/likes/no-data.txt", Need.INTERACTIONS),
        ("likes.json", Need.INTERACTIONS),
        (f"{ACTIVITY}/messages/inbox/ada_1/message_1.json", Need.MESSAGES),
        ("messages/message_requests/ada_1/message_12.html", Need.MESSAGES),
        (f"{ACTIVITY}/messages/no-data.txt", Need.MESSAGES),
        ("messages.json", Need.MESSAGES),
        (f"{ACTIVITY}/messages/broadcast/news_1/message_1.json", None),
        (f"{ACTIVITY}/messages/inbox/ada_1/photos/message_1.jpg", None),
        (f"{ACTIVITY}/messages/secret_conversations.json", None),
        ("message_1.json", None),
        (f"{ACTIVITY}/threads/liked_posts.json", None),
        (f"{ACTIVITY}/saved/saved_collections.json", None),
        (f"{ACTIVITY}/story_interactions/stories_viewed.json", None),
        (f"{ACTIVITY}/media/no-data.txt", None),
        ("connections/contacts/synced_contacts.json", None),
        ("media/posts/202606/1.jpg", None),
        ("", None),
    ],
)
def test_every_file_is_needed_for_one_thing_or_for_none(path: str, need: Need | None) -> None:
    assert need_of(path) is need
    assert is_needed(path) is (need is Need.LISTS)
