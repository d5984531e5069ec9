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
    """`person` are the claims of the user who signs in; `codes` and `tokens` are those issued."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), RequestHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.person = {"sub": "7", "email": "ana@example.org", "email_verified": True}
        self.codes: dict[str, dict] = {}
        self.tokens: set[str] = set()
        self.rejected: list[str] = []


class RequestHandler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self):
        address = urlsplit(self.path)
        params = {name: values[0] for name, values in parse_qs(address.query).items()}
        pages = {
            "/.well-known/openid-configuration": self.discovery,
            "/authorize": self.authorize,
            "/keys": self.keys,
            "/userinfo": self.userinfo,
        }
        pages[address.path](params)

    def do_POST(self):
        params = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.token({name: values[0] for name, values in params.items()})

    def discovery(self, params):
        url = self.server.url
        self.send_json(
            {
                "issuer": url,
                "authorization_endpoint": f"{url}/authorize",
                "token_endpoint": f"{url}/token",
                "userinfo_endpoint": f"{url}/userinfo",
                "jwks_uri": f"{url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        )

    def authorize(self, params):
        """Redirects back at once: the user is signed in at the provider already."""
        code = f"code-{len(self.server.codes)}"
        self.server.codes[code] = params
        self.send_response(302)
        query = urlencode({"code": code, "state": params["state"]})
        self.send_header("Location", f"{params['redirect_uri']}?{query}")
        self.end_headers()

    def token(self, params):
        granted = self.server.codes.pop(params["code"], None)
        digest = hashlib.sha256(params.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not granted or granted["code_challenge"] != challenge or params["client_secret"] != CLIENT_SECRET:
            self.server.rejected.append(params["code"])
            return self.send_json({"error": "invalid_grant"}, status=400)
        self.server.tokens.add("dull-access-token")
        return self.send_json(
            {"access_token": "dull-access-token", "token_type": "Bearer", "id_token": self.id_token()}
        )

    def id_token(self) -> str:
        now = int(time.time())
        claims = self.server.person | {"iss": self.server.url, "aud": CLIENT, "iat": now, "exp": now + 60}
        return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "1"})

    def keys(self, params):
        key = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        self.send_json({"keys": [key | {"kid": "1", "use": "sig", "alg": "RS256"}]})

    def userinfo(self, params):
        is_valid = self.headers.get("Authorization", "").removeprefix("Bearer ") in self.server.tokens
        self.send_json(self.server.person if is_valid else {}, status=200 if is_valid else 401)

    def send_json(self, values: dict, *, status: int = 200):
        body = json.dumps(values).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """No log."""


@contextmanager
def run_provider():
    with Provider() as provider:
        thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield provider
        provider.shutdown()
        thread.join()
