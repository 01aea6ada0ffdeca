"""What an account did, in the HTML files of an archive."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kith_sandbox.export.deeds import Conversation, Deed, Deeds, Said
from kith_sandbox.export.deeds_json import thread_of
from kith_sandbox.export.eras import Era
from kith_sandbox.export.html_files import BOX, CELL, HTMLPage, entities
from kith_sandbox.export.labels import Locale

File = tuple[str, Iterable[str]]

_SITE = "https://www.instagram.com"
_WIDE = '<tr><td colspan="2" class="_2pin _a6_q">{}<div><div>{}</div></div></td></tr>'
_TABLE = '<table style="table-layout: fixed;">{}</table>'


class DeedsPages:
    """Writes the pages of one archive, without extension. What would be empty is left out, as at Instagram."""

    def __init__(self, page: HTMLPage, era: Era, locale: Locale) -> None:
        self._page, self._era, self._locale = page, era, locale

    def files(self, deeds: Deeds) -> Iterator[File]:
        top, as_labels = self._era.activity_folder, self._era.activity_shape == "labels"
        like, save = (self._labelled, self._labelled) if as_labels else (self._liked, self._saved)
        yield self._file(f"{top}likes/liked_posts", "Likes", map(like, deeds.liked_posts))
        liked = map(self._liked, deeds.liked_comments)
        yield self._file(f"{top}likes/liked_comments", "Liked comments", liked)
        yield self._file(f"{top}saved/saved_posts", "Saved posts", map(save, deeds.saved))
        comments = f"{top}comments"
        number = "" if self._era.wrapped_followers else "_1"
        written = map(self._comment, deeds.comments)
        yield self._file(f"{comments}/post_comments{number}", "Comments", written)
        reels = map(self._comment, deeds.reels_comments)
        yield self._file(f"{comments}/reels_comments", "Reels comments", reels)
        for file, reactions in deeds.reactions.items():
            react = self._story if as_labels and file == "story_likes" else self._reaction
            name = f"{top}{self._era.stories_folder}/{file}"
            yield self._file(name, file.replace("_", " ").title(), map(react, reactions))
        for talk in deeds.conversations:
            if talk.messages:
                yield self._conversation(talk)

    def _conversation(self, talk: Conversation) -> File:
        folder = f"{self._era.activity_folder}messages/{talk.inbox}"
        name = f"{folder}/{thread_of(talk, self._era)}/message_1"
        return self._file(name, talk.title, map(self._message, talk.messages))

    def _file(self, name: str, title: str, boxes: Iterable[str]) -> File:
        return name, self._page.framed(title, boxes)

    def _liked(self, deed: Deed) -> str:
        link = f'<a target="_blank" href="{_SITE}/p/{deed.code}/">👍</a>'
        return (
            f'{BOX}{self._heading(deed.username)}<div class="_a6-p"><div><div>{link}</div>'
            f"<div>{self._page.date(deed.at)}</div></div></div></div>"
        )

    def _reaction(self, deed: Deed) -> str:
        return (
            f'{BOX}{self._heading(deed.username)}<div class="_a6-p"><div><div>'
            f"{self._page.date(deed.at)}</div></div></div></div>"
        )

    def _saved(self, deed: Deed) -> str:
        link = f'<a target="_blank" href="{_SITE}/p/{deed.code}/">{_SITE}/p/{deed.code}/</a>'
        told = f"{link}</div><div>{self._page.date(deed.at)}"
        table = _TABLE.format(_WIDE.format(entities(self._locale.saved), told))
        return f'{BOX}{self._heading(deed.username)}<div class="_a6-p">{table}</div></div>'

    def _comment(self, deed: Deed) -> str:
        text, owner, time = map(entities, self._locale.comment)
        rows = [_WIDE.format(text, entities(deed.text))] if deed.text else []
        rows += [_WIDE.format(owner, deed.username)] if deed.username else []
        rows.append(
            f'<tr><td class="_2pin _a6_q">{time}</td>'
            f'<td class="_2pin _2piu _a6_r">{self._page.date(deed.at)}</td></tr>'
        )
        return f'{BOX}<div class="_a6-p">{_TABLE.format("".join(rows))}</div></div>'

    def _labelled(self, deed: Deed) -> str:
        url = f"{_SITE}/p/{deed.code}/"
        rows = CELL.format("URL", f'<a href="{url}">{url}</a>')
        rows += CELL.format("Caption", entities(deed.text)) if deed.text else ""
        tags = self._inner(CELL.format(entities(self._locale.name), "fog"), "Hashtags")
        return self._outer(deed, self._inner(rows) + tags + self._owner(deed))

    def _story(self, deed: Deed) -> str:
        url = f"{_SITE}/stories/{deed.username}/{deed.at}"
        rows = CELL.format("URL", f'<a href="{url}">{url}</a>')
        return self._outer(deed, self._inner(rows) + self._owner(deed))

    def _owner(self, deed: Deed) -> str:
        if not deed.username:
            return ""
        name = CELL.format(entities(self._locale.name), entities(deed.name))
        username = CELL.format(entities(self._locale.username), deed.username)
        return self._inner(name + username, "Owner")

    def _outer(self, deed: Deed, inner: str) -> str:
        date = self._page.date(deed.at)
        return f'{BOX}<div class="_3-95 _a6-p">{inner}</div><div class="_3-94 _a6-o">{date}</div></div>'

    def _inner(self, rows: str, title: str = "") -> str:
        return f'{BOX}{self._heading(title)}<div class="_a6-p">{_TABLE.format(rows)}</div></div>'

    def _message(self, said: Said) -> str:
        hearts = "".join(f"<li>❤{entities(name)}</li>" for name in said.liked_by)
        listed = f'<ul class="_a6-q">{hearts}</ul>' if hearts else ""
        return (
            f'{BOX}{self._heading(said.sender)}<div class="_3-95 _a6-p"><div><div></div>'
            f"<div>{entities(said.text)}</div>{listed}</div></div>"
            f'<div class="_3-94 _a6-o">{self._page.date(said.at)}</div></div>'
        )

    def _heading(self, text: str) -> str:
        tag = "h2" if self._era.frame == 2026 else "div"
        return f'<{tag} class="_3-95 _2pim _a6-h _a6-i">{entities(text)}</{tag}>' if text else ""
