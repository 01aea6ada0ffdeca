"""Users are known by their e-mail address, in any case, once."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError

from kith.accounts.models import User
from kith.accounts.queries import user_by_email
from kith.accounts.services.users import UserExists, add_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PASSWORD = "seven-quiet-otters"


def test_an_added_user_can_sign_in_at_once() -> None:
    user = add_user(" Alice@Kith.Example ", PASSWORD)
    assert user.email == "alice@kith.example"
    assert user.check_password(PASSWORD)
    assert user.password.startswith("argon2")
    assert EmailAddress.objects.filter(user=user, verified=True, primary=True).exists()
    assert not user.is_staff
    assert user_by_email("ALICE@kith.example") == user


def test_a_staff_user_administrates() -> None:
    assert add_user("alice@kith.example", PASSWORD, is_staff=True).is_superuser


def test_an_address_is_taken_once_in_any_case() -> None:
    add_user("alice@kith.example", PASSWORD)
    with pytest.raises(UserExists, match="already"):
        add_user("ALICE@KITH.example", PASSWORD)
    assert User.objects.count() == 1


@pytest.mark.parametrize("email", ["", "alice", "alice@", "@kith.example", "a b@kith.example"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(ValidationError):
        add_user(email, PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "password123", "alice@kith.example"])
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        add_user("alice@kith.example", password)
    assert not User.objects.exists()
