"""The cast of these tests, and the pages before them."""

from issues.tests.cast import *  # noqa: F403
from surfaces.tests.browsing import visit  # noqa: F401
