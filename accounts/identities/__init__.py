"""Signing in by an account elsewhere: WeCom and DingTalk-gov behind one interface (docs/adr/0018-sign-in.md)."""
