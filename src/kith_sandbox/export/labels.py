"""The words of an archive that are in the user's language. File names and most keys never are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Locale:
    """Labels, the names of months, and how morning and afternoon are written in HTML.

    `comment` are the words of a comment for its text, for whose post it is under, and for its time; where they are not
    known, the English ones stand, as was seen in exports of Dutch accounts too.
    """

    username: str
    name: str
    email: str
    private: str
    months: tuple[str, ...]
    halves: tuple[str, str] = ("am", "pm")
    comment: tuple[str, str, str] = ("Comment", "Media Owner", "Time")
    saved: str = "Saved on"


def _months(text: str) -> tuple[str, ...]:
    return tuple(text.split())


LOCALES: dict[str, Locale] = {
    "en": Locale(
        "Username",
        "Name",
        "Email address",
        "Private account",
        _months("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
    ),
    "nl": Locale(
        "Gebruikersnaam",
        "Naam",
        "E-mailadres",
        "Privéaccount",
        _months("jan feb mrt apr mei jun jul aug sep okt nov dec"),
        comment=("Opmerking", "Media-eigenaar", "Tijd"),
        saved="Opgeslagen op",
    ),
    "de": Locale(
        "Benutzername",
        "Name",
        "E-Mail-Adresse",
        "Privates Konto",
        _months("Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez."),
    ),
    "it": Locale(
        "Nome utente",
        "Nome",
        "Indirizzo e-mail",
        "Account privato",
        _months("gen feb mar apr mag giu lug ago set ott nov dic"),
    ),
    "fr": Locale(
        "Nom d’utilisateur",
        "Nom",
        "Adresse e-mail",
        "Compte privé",
        _months("janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc."),
    ),
    "es": Locale(
        "Nombre de usuario",
        "Nombre",
        "Correo electrónico",
        "Cuenta privada",
        _months("ene feb mar abr may jun jul ago sep oct nov dic"),
    ),
    "pt": Locale(
        "Nome de usuário",
        "Nome",
        "Endereço de email",
        "Conta privada",
        _months("jan fev mar abr mai jun jul ago set out nov dez"),
        ("da manhã", "da tarde/noite"),
    ),
    "ru": Locale(
        "Имя пользователя",
        "Имя",
        "Электронный адрес",
        "Закрытый аккаунт",
        _months("янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек."),
    ),
    "pl": Locale(
        "Nazwa użytkownika",
        "Imię",
        "Adres e-mail",
        "Konto prywatne",
        _months("sty lut mar kwi maj cze lip sie wrz paź lis gru"),
    ),
    "ja": Locale(
        "ユーザーネーム",
        "名前",
        "メールアドレス",
        "非公開アカウント",
        _months("1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月"),
        ("AM", "PM"),
    ),
}
