"""What an account has posted, and what people wrote under it: newest first, fixed at birth but for new comments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

from kith_sandbox.growth import DAY
from kith_sandbox.words import CAPTIONS, COMMENTS
from kith_sandbox.world import Account, World

MEDIA_OF_AN_ACCOUNT = 36
OWNER = -1  # The author of what the account itself writes.
_FIRST_WRITTEN = 18_200_000_000_000_000  # Ids of comments that were written since birth.
_KINDS = ("IMAGE", "IMAGE", "CAROUSEL_ALBUM", "VIDEO")
_SHORTCODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class Comment:
    """A comment of a person (by number) or of the `OWNER`; `parent_id` is set on replies."""

    id: str
    media_id: str
    author: int
    text: str
    at: int
    like_count: int
    hidden: bool
    parent_id: str | None
    replies: tuple[Comment, ...] = ()


@dataclass(frozen=True)
class Media:
    """One post of an account."""

    id: str
    account: Account
    kind: str
    caption: str
    shortcode: str
    at: int
    like_count: int
    comments: tuple[Comment, ...]

    @property
    def product(self) -> str:
        """Where it was published."""
        return "REELS" if self.kind == "VIDEO" else "FEED"

    @property
    def comments_count(self) -> int:
        """Comments and replies together, as Instagram counts."""
        return len(self.comments) + sum(len(comment.replies) for comment in self.comments)


class Gallery:
    """The posts of all accounts of a world, made when first asked for."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._written = 0

    @cached_property
    def media(self) -> dict[str, Media]:
        """All posts by id."""
        made = (
            self._post(account, index, place)
            for index, account in enumerate(self._world.accounts.values(), start=1)
            for place in range(MEDIA_OF_AN_ACCOUNT)
        )
        return {media.id: media for media in made}

    @cached_property
    def comments(self) -> dict[str, Comment]:
        """All comments and replies by id."""
        top = [comment for media in self.media.values() for comment in media.comments]
        replies = [reply for comment in top for reply in comment.replies]
        return {comment.id: comment for comment in top + replies}

    def of(self, account: Account) -> list[Media]:
        """The posts of an account, newest first."""
        return [media for media in self.media.values() if media.account is account]

    def write(
        self, media_id: str, author: int, text: str, at: int, *, parent: Comment | None = None
    ) -> Comment:
        """Add a comment under a post, or a reply to the comment `parent`."""
        self._written += 1
        written = Comment(
            id=str(_FIRST_WRITTEN + self._written),
            media_id=media_id,
            author=author,
            text=text,
            at=at,
            like_count=0,
            hidden=False,
            parent_id=parent.id if parent else None,
        )
        media = self.media[media_id]
        comments = (written, *media.comments)
        if parent:
            answered = replace(parent, replies=(*parent.replies, written))
            comments = tuple(answered if each is parent else each for each in media.comments)
        self.media[media_id] = replace(media, comments=comments)
        self.__dict__.pop("comments", None)  # It is made again when next asked for.
        return written

    def _post(self, account: Account, index: int, place: int) -> Media:
        chance = Random(f"{self._world.seed}:{account.username}:media:{place}")
        media_id = str(17_900_000_000_000_000 + index * 1_000_000 + place * 1_000)
        at = self._world.born_at - (place * 9 + 2) * DAY - chance.randrange(DAY)
        # The newest post of all has more comments than fit on one page of 50.
        number = 130 if place == 0 else chance.randrange(18)
        return Media(
            id=media_id,
            account=account,
            kind=chance.choice(_KINDS),
            caption=chance.choice(CAPTIONS),
            shortcode="C" + "".join(chance.choices(_SHORTCODE, k=10)),
            at=at,
            like_count=chance.randrange(12, 400),
            comments=tuple(self._comments(account, media_id, at, number, chance)),
        )

    def _comments(
        self, account: Account, media_id: str, at: int, number: int, chance: Random
    ) -> list[Comment]:
        """Comments newest first. The same few people write most of them."""
        people = sorted(account.first_number + offset for offset in range(_people_near(account)))
        regulars = Random(f"{self._world.seed}:{account.username}:regulars").sample(people, 20)
        made = []
        for place in range(number):
            comment_id = str(int(media_id) - 100_000_000_000_000 + place * 5)
            author = chance.choice(regulars if chance.random() < 0.7 else people)
            reply = Comment(
                id=str(int(comment_id) + 1),
                media_id=media_id,
                author=chance.choice(regulars),
                text=chance.choice(COMMENTS),
                at=at + (number - place) * 900 + 300,
                like_count=0,
                hidden=False,
                parent_id=comment_id,
            )
            made.append(
                Comment(
                    id=comment_id,
                    media_id=media_id,
                    author=author,
                    text=chance.choice(COMMENTS),
                    at=at + (number - place) * 900,
                    like_count=chance.randrange(6),
                    hidden=chance.random() < 0.02,
                    parent_id=None,
                    replies=(reply,) if chance.random() < 0.15 else (),
                )
            )
        return made


def _people_near(account: Account) -> int:
    """How many of the first people to choose authors from: fixed, whatever has happened since."""
    return 3_000 if account.username == "marlow.pine" else 120
