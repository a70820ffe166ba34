"""Doorbells of the register."""

from celery import shared_task


@shared_task
def close_handed_over_accounts() -> None:
    from organisations import actions

    actions.close_handed_over_accounts()
