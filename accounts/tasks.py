"""What the accounts do by themselves."""

from celery import shared_task

from accounts.sessions import SessionStore


@shared_task(name="accounts.forget_sessions")
def forget_sessions() -> None:
    """Rows of sessions that nobody can use any more."""
    SessionStore.clear_expired()
