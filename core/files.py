"""Stored files go when their rows are gone for certain."""

from functools import partial

from django.db import transaction
from django.db.models.fields.files import FieldFile


def forget_file(file: FieldFile) -> None:
    """Delete what is stored once the present transaction is through: no row needs it any more."""
    if file:
        transaction.on_commit(partial(file.storage.delete, file.name))
