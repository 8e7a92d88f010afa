"""服务日 on every surface: who may take a step, its form, and what a session's page tells."""
