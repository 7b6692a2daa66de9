"""A person who can sign in. What that person may do follows from the memberships, never from the account."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from aanwezig.web.access.refs import RefField


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Signs in with an e-mail address. ``is_superuser`` and staff flags do not exist: roles decide."""

    ref = RefField()
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    # How colleagues and parents reach this person; a prepared notification names it.
    phone = models.CharField(max_length=30, blank=True)
    job_title = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, default="nl", choices=(("nl", "Nederlands"), ("en", "English")))
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    # When *Today* was last opened: 'since your last visit' counts from the visit before.
    seen_today_at = models.DateTimeField(null=True, blank=True)
    seen_before_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="one_account_per_address")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        parts = [part for part in self.name.split() if part[:1].isalpha()]
        letters = [parts[0][0], parts[-1][0]] if len(parts) > 1 else [part[0] for part in parts]
        return "".join(letters).upper() or self.email[:1].upper()

    def get_full_name(self) -> str:
        return str(self)
