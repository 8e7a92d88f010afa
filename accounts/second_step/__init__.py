"""动态口令: a second step after the password (docs/adr/0018-sign-in.md)."""
