"""服务日: planning sessions by rule, and what a session gathers."""
