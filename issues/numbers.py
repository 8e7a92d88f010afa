"""Running numbers of a day. A number is taken under a row lock and never given again."""

from datetime import datetime

from django.db import connection, models

from workdays.arithmetic import ZONE


def next_of_day(series: type[models.Model], at: datetime) -> tuple[str, int]:
    """The day as yymmdd and the next running number in `series` (a model with columns day and last)."""
    day = at.astimezone(ZONE).date()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {series._meta.db_table} AS series (day, last) VALUES (%s, 1) "
            "ON CONFLICT (day) DO UPDATE SET last = series.last + 1 RETURNING last",
            [day],
        )
        return f"{day:%y%m%d}", cursor.fetchone()[0]
