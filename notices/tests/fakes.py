"""The other side of the wire: an SMS gateway that speaks Aliyun's documented protocol, and a group's robot."""

import base64
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

KEY, SECRET = "testId", "testSecret"


class Fake:
    """Keeps what it was sent. `faults` are answers to give instead, first come first served; `hang` is one of them:
    the message is taken, the answer never comes."""

    def __init__(self) -> None:
        self.faults: list[tuple[int, bytes] | str] = []
        self.asked: list[str] = []

    def __enter__(self):
        fake = self
        self.release = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = fake.faulty(fake.answer, self, body)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args: object) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def faulty(self, answer, handler, body):
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, tuple):
            return fault
        status, said = answer(handler, body)
        if fault == "hang":
            self.release.wait(30)
        return status, json.dumps(said).encode()

    def answer(self, handler, body):
        raise NotImplementedError


class Aliyun(Fake):
    """Checks the signature as Aliyun documents it: sorted, percent-encoded twice, HMAC-SHA1 keyed with "secret&".

    Like Aliyun, it sends a repeated OutId again.
    """

    def __init__(self, secret: str = SECRET) -> None:
        super().__init__()
        self.secret = secret
        self.sent: list[dict[str, str]] = []
        self.nonces: set[str] = set()

    def answer(self, handler, body):
        asked = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
        self.asked.append(asked["Action"])
        given = asked.pop("Signature")
        if asked["AccessKeyId"] != KEY:
            return 404, {"Code": "InvalidAccessKeyId.NotFound", "Message": "Specified access key is not found."}
        if given != self._signature(asked) or asked["SignatureNonce"] in self.nonces:
            return 400, {"Code": "SignatureDoesNotMatch", "Message": "Specified signature does not match."}
        self.nonces.add(asked["SignatureNonce"])
        return 200, {"SendSms": self._send, "QuerySendDetails": self._details}[asked["Action"]](asked)

    def _signature(self, asked: dict[str, str]) -> str:
        pairs = sorted(quote(name, safe="~") + "=" + quote(value, safe="~") for name, value in asked.items())
        said = "POST&%2F&" + quote("&".join(pairs), safe="~")
        return base64.b64encode(hmac.digest(self.secret.encode() + b"&", said.encode(), hashlib.sha1)).decode()

    def _send(self, asked):
        if not asked["PhoneNumbers"].startswith("1"):
            return {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": "非法手机号", "RequestId": "R"}
        json.loads(asked["TemplateParam"])
        self.sent.append(asked)
        return {"Code": "OK", "Message": "OK", "RequestId": "R", "BizId": f"9007{len(self.sent)}^0"}

    def _details(self, asked):
        rows = [
            {"OutId": one["OutId"], "PhoneNum": one["PhoneNumbers"], "SendStatus": 3}
            for one in self.sent
            if one["PhoneNumbers"] == asked["PhoneNumber"]
        ]
        return {"Code": "OK", "TotalCount": len(rows), "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows}}


class GroupRobot(Fake):
    """WeCom and DingTalk: every answer is HTTP 200 with an errcode. DingTalk's `sign` is checked as it documents."""

    def __init__(self, dingtalk_secret: str = "") -> None:
        super().__init__()
        self.secret = dingtalk_secret
        self.said: list[str] = []

    def answer(self, handler, body):
        self.asked.append(handler.path)
        query = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        known = query.get("key") == "known-key" or query.get("access_token") == "knowntoken"
        if not known:
            return 200, {"errcode": 93000, "errmsg": "invalid webhook url"}
        if self.secret and query.get("sign") != self._sign(query.get("timestamp", "")):
            return 200, {"errcode": 310000, "errmsg": "sign not match"}
        message = json.loads(body)
        self.said.append(message[message["msgtype"]]["content"])
        return 200, {"errcode": 0, "errmsg": "ok"}

    def _sign(self, timestamp: str) -> str:
        said = f"{timestamp}\n{self.secret}".encode()
        return base64.b64encode(hmac.digest(self.secret.encode(), said, hashlib.sha256)).decode()
