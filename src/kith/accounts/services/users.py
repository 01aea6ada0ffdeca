"""Makes users from the command line."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_email
from django.db import transaction

from kith.accounts.models import User
from kith.accounts.queries import user_by_email


class UserExists(Exception):
    """Somebody with that e-mail address is here already."""


@transaction.atomic
def add_user(email: str, password: str, *, is_staff: bool = False) -> User:
    """A user with a verified e-mail address. Raises UserExists, or Django's ValidationError."""
    email = email.strip().lower()
    validate_email(email)
    validate_password(password, User(email=email))
    if user_by_email(email):
        raise UserExists(f"There is a user {email} already.")
    user = User.objects.create_user(email, password, is_staff=is_staff, is_superuser=is_staff)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user
