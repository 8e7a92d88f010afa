"""The other side of the wire: WeCom and DingTalk-gov as they document themselves, on loopback."""

import base64
import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


class FakeProvider:
    """`scan(...)` is a person who confirms on the phone: the code it returns serves once. `tokens` are those in force;
    `fault` answers instead, `hang` does not answer before the end."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self.codes: dict[str, dict[str, object]] = {}
        self.asked: list[str] = []
        self.fault: tuple[int, bytes] | None = None
        self.hang = False
        self.made = 0

    def __enter__(self):
        fake = self
        self.release = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(b"")

            def do_POST(self) -> None:
                self.answer(self.rfile.read(int(self.headers["Content-Length"] or 0)))

            def answer(self, body: bytes) -> None:
                if fake.hang:
                    fake.release.wait(30)
                    return
                status, said = fake.fault or (200, json.dumps(fake.reply(self, body)).encode())
                self.send_response(status)
                self.end_headers()
                self.wfile.write(said)

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
        return f"http://127.0.0.1:{self.server.server_port}"

    def new_token(self) -> str:
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return self.tokens[-1]

    def scan(self, **who: object) -> str:
        self.made += 1
        code = f"code-{self.made}"
        self.codes[code] = who
        return code

    def reply(self, handler, body):
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(parts.path)
        return self.said(handler, parts.path, query, body)

    def said(self, handler, path, query, body):
        raise NotImplementedError


class FakeWeCom(FakeProvider):
    """Every answer is HTTP 200 with an errcode. `expire()` ends the tokens given so far (42001)."""

    CORP, AGENT, SECRET = "ww0123", "1000002", "corp-secret"

    def __init__(self) -> None:
        super().__init__()
        self.expired: set[str] = set()
        self.tickets: dict[str, dict[str, object]] = {}

    def expire(self) -> None:
        self.expired |= set(self.tokens)

    def settings(self) -> dict[str, str]:
        given = {"corp": self.CORP, "agent": self.AGENT, "secret": self.SECRET}
        return {**given, "url": self.url, "login_url": self.url, "inside_url": self.url}

    def said(self, handler, path, query, body):
        if path == "/cgi-bin/gettoken":
            if query["corpid"] != self.CORP:
                return {"errcode": 40013, "errmsg": "invalid corpid"}
            if query["corpsecret"] != self.SECRET:
                return {"errcode": 40001, "errmsg": "invalid credential"}
            return {"errcode": 0, "errmsg": "ok", "access_token": self.new_token(), "expires_in": 7200}
        if query["access_token"] in self.expired:
            return {"errcode": 42001, "errmsg": "access_token expired"}
        if query["access_token"] not in self.tokens:
            return {"errcode": 40014, "errmsg": "invalid access_token"}
        return {"/cgi-bin/auth/getuserinfo": self._member, "/cgi-bin/auth/getuserdetail": self._detail}[path](
            query, body
        )

    def _member(self, query, body):
        who = self.codes.pop(query["code"], None)
        if who is None:
            return {"errcode": 40029, "errmsg": "invalid code"}
        if "errcode" in who:
            return who
        if "openid" in who:
            return {"errcode": 0, "errmsg": "ok", "openid": who["openid"]}
        answer = {"errcode": 0, "errmsg": "ok", "userid": who["userid"]}
        if "mobile" in who:
            answer["user_ticket"] = ticket = f"ticket-{self.made}"
            self.tickets[ticket] = who
        return answer

    def _detail(self, query, body):
        who = self.tickets[json.loads(body)["user_ticket"]]
        return {"errcode": 0, "errmsg": "ok", "userid": who["userid"], "mobile": who["mobile"]}


class FakeDingTalk(FakeProvider):
    """Checks the signature as documented: HMAC-SHA256 over method, time, nonce, path and sorted parameters."""

    KEY, SECRET = "liaison_dingoa", "app-secret"

    def settings(self) -> dict[str, str]:
        return {"key": self.KEY, "secret": self.SECRET, "url": self.url, "login_url": self.url}

    def said(self, handler, path, query, body):
        given = query or {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if not self._sound(handler, path, given):
            return {"success": False, "errorCode": "OPF-B001-05-16-0009", "errorMsg": "SignatureDoesNotMatch"}
        if path == "/gettoken.json":
            return self._content({"accessToken": self.new_token(), "expiresIn": "7200"})
        if given["access_token"] != self.tokens[-1]:
            return self._refusal("240133", "应用accessToken失效或不存在")
        who = self.codes.pop(given["code"], None)
        return self._content(who) if who else self._refusal("240111", "code失效或不存在")

    def _content(self, data):
        return {"success": True, "content": {"data": data, "success": True, "responseCode": "0"}}

    def _refusal(self, code, message):
        content = {"success": False, "responseCode": code, "responseMessage": message, "data": None}
        return {"success": True, "content": content}

    def _sound(self, handler, path, given):
        params = "&".join(f"{name}={value}" for name, value in sorted(given.items()))
        stamp, nonce = handler.headers["X-Hmac-Auth-Timestamp"], handler.headers["X-Hmac-Auth-Nonce"]
        said = f"{handler.command}\n{stamp}\n{nonce}\n{path}\n{params}"
        expected = base64.b64encode(hmac.digest(self.SECRET.encode(), said.encode(), hashlib.sha256)).decode()
        return handler.headers["apiKey"] == self.KEY and handler.headers["X-Hmac-Auth-Signature"] == expected
