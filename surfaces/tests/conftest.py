"""The cast of these tests."""

from issues.tests.cast import *  # noqa: F403
