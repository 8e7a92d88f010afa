"""A text column whose value is ciphertext in the database and plain in Python."""

from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from accounts import crypto


class EncryptedField(models.TextField):
    """Encrypts on write, decrypts on read. Empty stays empty. Only `isnull` may be looked up; search by blind index."""

    def get_prep_value(self, value: Any) -> str | None:
        value = super().get_prep_value(value)
        return crypto.encrypt(value) if value else value

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> str | None:
        return crypto.decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: look up its blind index instead of {lookup_name}")
        return super().get_lookup(lookup_name)
