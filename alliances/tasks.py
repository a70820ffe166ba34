"""Doorbells of the alliances."""

from celery import shared_task


@shared_task
def erase_expired_seat_names() -> None:
    from alliances import actions

    actions.erase_expired_seat_names(by=None)
