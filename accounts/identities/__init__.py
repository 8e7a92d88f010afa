"""Signing in by an account elsewhere: WeCom and DingTalk-gov behind one interface (docs/adr/0016-sign-in.md)."""
