"""What a browser transfers for one page: bytes on the wire, headers included, and requests answered by the network."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Transfer:
    kilobytes: float = 0.0
    requests: int = 0


class Wire:
    """Listens to what one page of Chromium loads, leaving out what its scripts fetch in the background for later (the
    phone's day) and what the browser's own cache answers."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.page_itself: dict[str, bool] = {}
        self.transfer = Transfer()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.loadingFinished", self._finished)

    def load(self, address: str) -> Transfer:
        self.page.goto("about:blank")
        self.page_itself, self.transfer = {}, Transfer()
        self.page.goto(address, wait_until="networkidle")
        return self.transfer

    def _asked(self, event: dict[str, Any]) -> None:
        background = event.get("type") in ("Fetch", "XHR") or event["request"]["url"].startswith("data:")
        self.page_itself[event["requestId"]] = not background

    def _answered(self, event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache") or event["response"].get("fromPrefetchCache"):
            self.page_itself[event["requestId"]] = False

    def _finished(self, event: dict[str, Any]) -> None:
        if self.page_itself.get(event["requestId"]) and event["encodedDataLength"]:
            self.transfer.requests += 1
            self.transfer.kilobytes += event["encodedDataLength"] / 1000
