"""How the SMS of a county look."""

from dataclasses import dataclass

from notices.quiet import Quiet


@dataclass(frozen=True)
class Letterhead:
    """The signature at the head of every SMS, and the night in which none rings (None: it may at any hour)."""

    signature: str
    quiet: Quiet | None

    def over(self, text: str) -> str:
        return f"【{self.signature}】{text}"
