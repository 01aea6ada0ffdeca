"""Whose record of labels and values it is. Labels are in the language of the account, about thirty of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from kith.core.exports.entries import Entry, Labelled
from kith.core.exports.text import folded
from kith.core.exports.usernames import as_username
from kith.core.records import PersonRecord

# The first two lines were seen in exports of 2023 to 2026, the others are what the app calls a username.
USERNAME_LABELS = frozenset(
    map(
        folded,
        (
            *("Username", "Gebruikersnaam", "Benutzername", "Nome utente", "Nom d'utilisateur"),
            *("Nombre de usuario", "Nome de usuário", "Имя пользователя", "Nazwa użytkownika"),
            *("Kullanıcı adı", "Användarnamn", "Brugernavn", "Brukernavn", "Käyttäjätunnus"),
            *("Käyttäjänimi", "Uživatelské jméno", "Používateľské meno", "Felhasználónév"),
            *("Nume de utilizator", "Όνομα χρήστη", "Ім'я користувача", "Потребителско име"),
            *("Nama pengguna", "Tên người dùng", "ชื่อผู้ใช้", "ユーザーネーム", "ユーザー名"),
            *(
                "사용자 이름",
                "用户名",
                "用戶名稱",
                "使用者名稱",
                "اسم المستخدم",
                "שם משתמש",
                "यूज़रनेम",
            ),
        ),
    )
)
NAME_LABELS = frozenset(
    map(
        folded,
        (
            *("Name", "Naam", "Nome", "Nom", "Nombre", "Имя", "Imię", "Ad", "Namn", "Navn", "Nimi"),
            *("Jméno", "Meno", "Név", "Nume", "Όνομα", "Ім'я", "Име", "Nama", "Tên", "ชื่อ", "名前"),
            *("이름", "姓名", "名字", "الاسم", "שם", "नाम"),
        ),
    )
)

_SHAPED_SHARE = 0.9
_LEAD = 2.0
_PRESENT_SHARE = 0.5

Occurring = Callable[[frozenset[str]], frozenset[str]]


class LabelPool:
    """Finds the label of usernames over many records, because one record can mislead: names look like usernames too.

    `occurring` returns those of some usernames that are in the two lists; asked only when two labels tie.
    """

    def __init__(self, occurring: Occurring, known: frozenset[str] = USERNAME_LABELS) -> None:
        self._occurring = occurring
        self._known = known
        self._total = 0
        self._values: dict[str, list[str]] = {}
        self._resolved: tuple[int, str | None] = (0, None)

    def learn(self, records: Iterable[Labelled]) -> None:
        """Takes in the records whose label of usernames is not a known word."""
        for record in records:
            if _known(record.values, self._known) is None:
                self._total += 1
                for label, value in record.values.items():
                    self._values.setdefault(folded(label), []).append(value)

    def person(self, record: Labelled) -> PersonRecord | None:
        """None when it cannot be told who it is."""
        written = _known(record.values, self._known)
        if written is None:
            label = self._username_label()
            written = _known(record.values, {label}) if label else None
        username = as_username(written)
        if username is None:
            return None
        name = (_known(record.values, NAME_LABELS) or "").strip()
        return PersonRecord(
            username=username,
            name=name or None,
            since=record.since,
            since_is_exact=record.since_is_exact,
        )

    def _username_label(self) -> str | None:
        total, label = self._resolved
        if total != self._total:
            label = self._resolve()
            self._resolved = (self._total, label)
        return label

    def _resolve(self) -> str | None:
        shaped = Counter(
            {
                label: sum(as_username(value) is not None for value in values) / len(values)
                for label, values in self._values.items()
                if len(values) >= _PRESENT_SHARE * self._total
            }
        ).most_common()
        candidates = [label for label, share in shaped if share >= _SHAPED_SHARE]
        if not candidates:
            return None
        # A lone record proves nothing: whatever it says is shaped in all of its one cases.
        if self._total > 1 and (len(shaped) == 1 or shaped[0][1] >= _LEAD * shaped[1][1]):
            return candidates[0]
        return self._corroborated(candidates)

    def _corroborated(self, candidates: list[str]) -> str | None:
        """Of labels that tie, the one whose values are people of the two lists, if it is just one."""
        names = {
            label: {name for name in map(as_username, self._values[label]) if name}
            for label in candidates
        }
        known = self._occurring(frozenset().union(*names.values()))
        confirmed = [label for label in candidates if names[label] & known]
        return confirmed[0] if len(confirmed) == 1 else None


def settle(
    entries: Iterable[Entry], pool: Callable[[], LabelPool]
) -> Iterator[PersonRecord | None]:
    """Tells of each entry who it is; labelled ones at the end, once all of them have been seen."""
    held: list[Labelled] = []
    for entry in entries:
        if isinstance(entry, Labelled):
            held.append(entry)
        else:
            yield entry
    if held:
        labels = pool()
        labels.learn(held)
        yield from map(labels.person, held)


def _known(values: Mapping[str, str], labels: Iterable[str]) -> str | None:
    wanted = labels if isinstance(labels, set | frozenset) else set(labels)
    return next((value for label, value in values.items() if folded(label) in wanted), None)
