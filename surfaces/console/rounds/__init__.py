"""双向互选 on the console: open a round, watch it, key in paper, decide at the workbench, adopt and publish."""
