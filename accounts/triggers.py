"""Row triggers of a whole app in one migration operation.

A trigger in the options of a CreateModel stands in the migration's state only; this installs it. One operation for all
of them spares a fresh database the rendering of every related model for each trigger.
"""

from django.apps.registry import Apps
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython


def triggers_of(app_label: str) -> RunPython:
    """A migration operation: every trigger of the app's tables, as the state of that migration holds them."""

    def install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        for model in apps.get_app_config(app_label).get_models():
            for trigger in getattr(model._meta, "triggers", ()):
                schema_editor.execute(trigger.install_sql, params=None)

    return RunPython(install, RunPython.noop)
