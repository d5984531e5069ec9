"""A small OpenID Connect provider on loopback: discovery, authorization with PKCE, RS256 tokens, keys, userinfo."""

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, CLIENT_SECRET = "sitelight", "a-dull-client-secret"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(ThreadingHTTPServer):
    """`person` is who logs in there, as its userinfo says. `codes` and `tokens` are what it handed out."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), RequestHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.person = {"sub": "7", "email": "ana@example.org", "email_verified": True}
        self.codes: dict[str, dict] = {}
        self.tokens: set[str] = set()
        self.refused: list[str] = []


class RequestHandler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self):
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        pages = {
            "/.well-known/openid-configuration": self.discovery,
            "/authorize": self.authorize,
            "/keys": self.keys,
            "/userinfo": self.userinfo,
        }
        pages[address.path](asked)

    def do_POST(self):
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.token({name: values[0] for name, values in asked.items()})

    def discovery(self, asked):
        url = self.server.url
        self.say(
            {
                "issuer": url,
                "authorization_endpoint": f"{url}/authorize",
                "token_endpoint": f"{url}/token",
                "userinfo_endpoint": f"{url}/userinfo",
                "jwks_uri": f"{url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        )

    def authorize(self, asked):
        """The person is logged in at the provider already, and is sent straight back."""
        code = f"code-{len(self.server.codes)}"
        self.server.codes[code] = asked
        self.send_response(302)
        back = urlencode({"code": code, "state": asked["state"]})
        self.send_header("Location", f"{asked['redirect_uri']}?{back}")
        self.end_headers()

    def token(self, asked):
        granted = self.server.codes.pop(asked["code"], None)
        digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not granted or granted["code_challenge"] != challenge or asked["client_secret"] != CLIENT_SECRET:
            self.server.refused.append(asked["code"])
            return self.say({"error": "invalid_grant"}, status=400)
        self.server.tokens.add("dull-access-token")
        return self.say({"access_token": "dull-access-token", "token_type": "Bearer", "id_token": self.id_token()})

    def id_token(self) -> str:
        now = int(time.time())
        claims = self.server.person | {"iss": self.server.url, "aud": CLIENT, "iat": now, "exp": now + 60}
        return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "1"})

    def keys(self, asked):
        key = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        self.say({"keys": [key | {"kid": "1", "use": "sig", "alg": "RS256"}]})

    def userinfo(self, asked):
        known = self.headers.get("Authorization", "").removeprefix("Bearer ") in self.server.tokens
        self.say(self.server.person if known else {}, status=200 if known else 401)

    def say(self, words: dict, *, status: int = 200):
        body = json.dumps(words).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Quiet."""


@contextmanager
def run_provider():
    with Provider() as provider:
        thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield provider
        provider.shutdown()
        thread.join()
