"""Other processes of ours on the test's database, made to be killed."""

import os
import signal
import subprocess
import sys
from datetime import datetime

from django.conf import settings


def environment() -> dict[str, str]:
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    return {
        **os.environ,
        "DATABASE_URL": f"{url}/{settings.DATABASES['default']['NAME']}",
        "DJANGO_SETTINGS_MODULE": "liaison.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
    }


NURSERY = """
import os
import signal
import sys
from datetime import datetime

import django

django.setup()

from django.db import connection
from issues import sweep

sweep.CHUNK = int(sys.argv[1])


class Dying:
    def __init__(self, statements):
        self.left = statements

    def __call__(self, execute, sql, parameters, many, context):
        found = execute(sql, parameters, many, context)
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        return found


for line in sys.stdin:
    at, statements = line.split()
    child = os.fork()
    if not child:
        with connection.execute_wrapper(Dying(int(statements))):
            sweep.escalate_overdue(at=datetime.fromisoformat(at))
        os._exit(0)
    print(os.waitpid(child, 0)[1], flush=True)
"""


class Nursery:
    """Breeds workers that sweep in chunks and are killed by SIGKILL right after their n-th statement."""

    def __init__(self, chunk: int = 4) -> None:
        self.chunk = chunk

    def __enter__(self) -> "Nursery":
        command = [sys.executable, "-c", NURSERY, str(self.chunk)]
        self.parent = subprocess.Popen(
            command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        return self

    def killed(self, at: datetime, statements: int) -> bool:
        """Whether the worker lived to its last statement; one that finds nothing to do ends by itself."""
        self.parent.stdin.write(f"{at.isoformat()} {statements}\n")
        self.parent.stdin.flush()
        status = int(self.parent.stdout.readline())
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL

    def __exit__(self, *failure: object) -> None:
        self.parent.communicate()
