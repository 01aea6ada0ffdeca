"""The one door to Instagram: everything that kith asks of the API."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from urllib.parse import quote

import httpx2

from kith.core.instagram import answers, fields, oauth
from kith.core.instagram.answers import CommentsPage, MediaPage
from kith.core.instagram.calling import Call, Caller
from kith.core.instagram.config import InstagramConfig
from kith.core.instagram.errors import (
    ListsNotOffered,
    LoginRefused,
    NonexistingField,
    NotFound,
    NotUnderstood,
    OutcomeUnknown,
    PermissionMissing,
    RefreshRefused,
    Rejected,
    TokenDead,
    UnknownPath,
)
from kith.core.instagram.fields import AskedFields
from kith.core.instagram.limits import CallBudget, RateUsage
from kith.core.instagram.redact import redact_http_loggers
from kith.core.instagram.tokens import Token, long_lived_token, short_lived_token
from kith.core.records import ListName, ListPage, PersonRecord, ProfileRecord

_EDGES = {ListName.FOLLOWING: "ig_following", ListName.FOLLOWERS: "ig_followers"}


def _now() -> datetime:
    return datetime.now(UTC)


class InstagramClient:
    """Speaks for one account, whose `token` it carries. Every method raises InstagramError.

    Reads are tried three times. The client keeps one pool of connections, and what it has learnt
    about the API's fields: keep it for a whole job, in one thread, and close it.
    """

    def __init__(
        self,
        config: InstagramConfig,
        token: Token | None = None,
        *,
        budget: CallBudget | None = None,
        transport: httpx2.BaseTransport | None = None,
        clock: Callable[[], datetime] = _now,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        redact_http_loggers()
        self._config = config
        self._token = token
        self._clock = clock
        self._caller = Caller(config, budget=budget, transport=transport, clock=clock, sleep=sleep)
        self._profile_fields = AskedFields(fields.PROFILE)
        self._person_fields = AskedFields(fields.PERSON, fields.OTHER_NAMES)
        self._list_fields = AskedFields(fields.LIST_ENTRY)
        self._media_fields = AskedFields(fields.MEDIA)
        self._comment_fields = AskedFields(fields.COMMENT)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._caller.close()

    # Connecting

    def authorization_url(self, state: str) -> str:
        """Where to send the browser for consent. Raises ValueError without a redirect_uri."""
        return oauth.authorization_url(self._config, state)

    def exchange_code(self, code: str) -> Token:
        """The one-hour token for the code of the callback. Sent once, since a code works once."""
        body = self._login_body(oauth.code_call(self._config, code))
        return short_lived_token(body, self._clock())

    def exchange_long_lived(self, short: Token) -> Token:
        """The token of about 60 days for a one-hour token."""
        body = self._login_body(oauth.long_lived_call(self._config, short))
        return long_lived_token(body, short, self._clock())

    def refresh(self) -> Token:
        """A token good for 60 more days, to be stored even when it looks the same.

        Raises RefreshRefused while the present token works but is not renewed.
        """
        token = self._own_token()
        try:
            body = self._caller.body_of(oauth.refresh_call(self._config, token))
        except Rejected as refusal:
            # Instagram documents when it renews, but not the error that says "not yet".
            raise RefreshRefused(
                f"The token was not renewed. {refusal}",
                code=refusal.code,
                subcode=refusal.subcode,
            ) from refusal
        self._token = long_lived_token(body, token, self._clock())
        return self._token

    # The account itself

    def own_account(self) -> ProfileRecord:
        return answers.profile_in(self._fields_of("me", self._profile_fields))

    def test_connection(self) -> ProfileRecord:
        """The account that the token opens, freshly asked: proof that all works."""
        return self.own_account()

    def media_page(
        self, account_id: str = "me", after: str | None = None, limit: int = 100
    ) -> MediaPage:
        """Posts, newest first; Instagram shows the latest 10,000."""
        body = self._fields_of(
            _path(account_id, "media"), self._media_fields, after=after, limit=limit
        )
        return answers.media_page_in(body, after)

    def comments_page(
        self, media_id: str, after: str | None = None, limit: int = 50
    ) -> CommentsPage:
        """Top-level comments, newest first; Instagram gives at most 50 at once."""
        body = self._fields_of(
            _path(media_id, "comments"), self._comment_fields, after=after, limit=limit
        )
        return answers.comments_page_in(body, after)

    # Webhooks

    def subscribe(self, names: Iterable[str]) -> None:
        """Has what happens to the account delivered; one unknown name fails all. Sent once."""
        self._confirmed("POST", {"subscribed_fields": ",".join(names)})

    def unsubscribe(self) -> None:
        """Ends the deliveries of this account to the whole app. Sent once."""
        self._confirmed("DELETE", {})

    # People

    def following_page(
        self, account_id: str, after: str | None = None, limit: int = 100
    ) -> ListPage:
        """Whom the account follows. Raises ListsNotOffered where the API has no such list."""
        return self._list_page(ListName.FOLLOWING, account_id, after, limit)

    def followers_page(
        self, account_id: str, after: str | None = None, limit: int = 100
    ) -> ListPage:
        """Who follows the account. Raises ListsNotOffered where the API has no such list."""
        return self._list_page(ListName.FOLLOWERS, account_id, after, limit)

    def person(self, person_id: str) -> PersonRecord:
        """One person.

        Instagram itself shows only people who wrote a message: else PermissionMissing, code 230.
        """
        return answers.person_in(self._fields_of(_path(person_id), self._person_fields))

    def is_verified(self, person_id: str) -> bool | None:
        """Whether the person has the badge; None where Instagram does not say."""
        try:
            return self.person(person_id).verified
        except NotFound:
            return None
        except PermissionMissing as refusal:
            if refusal.code == 230:
                return None
            raise

    def unfollow(self, account_id: str, person_id: str) -> None:
        """Ends one follow. Sent once; raises OutcomeUnknown when nobody knows if it happened."""
        edge = _EDGES[ListName.FOLLOWING]
        call = self._graph_call("DELETE", _path(account_id, edge), {"user_id": person_id})
        body = self._body_from_edge(edge, lambda: self._caller.body_of(call))
        try:
            answers.confirmed_in(body)
        except NotUnderstood as unclear:
            raise OutcomeUnknown(
                "Instagram's answer does not tell whether the follow has ended."
            ) from unclear

    # Limits

    def rate_status(self) -> RateUsage:
        """What the latest answers told about spent calls."""
        return self._caller.usage

    def is_rate_limited(self) -> bool:
        """Whether a further call now would be refused, and make the wait longer."""
        return self._caller.usage.is_spent(self._clock())

    def _confirmed(self, method: str, params: dict[str, str]) -> None:
        call = self._graph_call(method, _path("me", "subscribed_apps"), params)
        answers.confirmed_in(self._caller.body_of(call))

    def _list_page(
        self, name: ListName, account_id: str, after: str | None, limit: int
    ) -> ListPage:
        path = _path(account_id, _EDGES[name])
        body = self._body_from_edge(
            _EDGES[name], lambda: self._fields_of(path, self._list_fields, after=after, limit=limit)
        )
        return answers.list_page_in(body, name, after)

    def _body_from_edge(self, edge: str, body_of_call: Callable[[], bytes]) -> bytes:
        """An edge that does not exist is refused as an unknown path, or as an unknown field."""
        try:
            return body_of_call()
        except (UnknownPath, NonexistingField) as refusal:
            if isinstance(refusal, NonexistingField) and refusal.field != edge:
                raise
            raise ListsNotOffered(
                "This API offers no lists of followers and following.",
                code=refusal.code,
                subcode=refusal.subcode,
            ) from refusal

    def _fields_of(
        self, path: str, asked: AskedFields, *, after: str | None = None, limit: int | None = None
    ) -> bytes:
        """Asks for the fields, and again without one that does not exist, at most once for each."""
        paging = {"limit": str(limit)} if limit else {}
        if after:
            paging["after"] = after
        while True:
            try:
                return self._caller.body_of(
                    self._graph_call("GET", path, {"fields": str(asked), **paging})
                )
            except NonexistingField as refusal:
                if not asked.leave_out(refusal.field):
                    raise

    def _graph_call(self, method: str, path: str, params: dict[str, str]) -> Call:
        token = self._own_token()
        # In a header, so that the token is in no address that anything in between may write down.
        return Call(
            method=method,
            url=self._config.versioned(path),
            params=params,
            headers={"Authorization": f"Bearer {token.value}"},
            secrets=(token.value,),
        )

    def _own_token(self) -> Token:
        if self._token is None:
            raise TokenDead(
                "There is no token for this account.", reason="The account is not connected."
            )
        return self._token

    def _login_body(self, call: Call) -> bytes:
        try:
            return self._caller.body_of(call)
        except OutcomeUnknown as lost:
            raise LoginRefused(
                f"Connecting was interrupted. {lost}", reason="interrupted"
            ) from lost
        except (Rejected, NotFound, TokenDead, PermissionMissing) as refusal:
            raise oauth.login_refusal(refusal) from refusal


def _path(*parts: str) -> str:
    return "/".join(quote(part, safe="") for part in parts)
