"""A small deed on a page of its own, in the frame of the field surface."""

from functools import partial

from surfaces.tasks import Task

FieldTask = partial(Task, frame="field/task.html")
