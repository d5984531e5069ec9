"""A local server with the part of the registry's API v2 that a check uses, and with configurable faults."""

import json
import threading
from collections import deque
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PAGE = 2
"""Studies on a page, whatever page size is requested, so that there are several pages."""


class FakeRegistry:
    """`records` by NCT number. Each request uses one of the `faults`: (status, headers) or an invalid body.

    `requests`: the query of every request, in order. While a test clears `gate`, requests for complete records wait.
    """

    def __init__(self, *records: dict):
        self.records = {nct_id_of(record): record for record in records}
        self.faults: deque[tuple[int, dict] | bytes] = deque()
        self.requests: list[dict[str, str]] = []
        self.agents: set[str] = set()
        self.gate = threading.Event()
        self.gate.set()
        self.at_the_gate = threading.Event()

    @contextmanager
    def serving(self):
        """Serve the API; yields its URL."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/api/v2"
        finally:
            self.gate.set()
            server.shutdown()
            thread.join()
            server.server_close()

    def requested_records(self) -> list[str]:
        return [number for one in self.requests if "fields" not in one for number in one["filter.ids"].split("|")]

    def answer(self, query: dict[str, str]) -> dict:
        self.requests.append(query)
        if "fields" not in query:
            self.at_the_gate.set()
            self.gate.wait(30)
        matching = [self.records[one] for one in query["filter.ids"].split("|") if one in self.records]
        start = int(query.get("pageToken", "0"))
        page = {"studies": [_response_study(one, "fields" in query) for one in matching[start : start + PAGE]]}
        return page | ({"nextPageToken": str(start + PAGE)} if start + PAGE < len(matching) else {})


def nct_id_of(record: dict) -> str:
    return record["protocolSection"]["identificationModule"]["nctId"]


def _response_study(record: dict, only_fields: bool) -> dict:
    if not only_fields:
        return record
    status = {"lastUpdatePostDateStruct": record["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]}
    return {"protocolSection": {"identificationModule": {"nctId": nct_id_of(record)}, "statusModule": status}}


def _handler(registry: FakeRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            registry.agents.add(self.headers["User-Agent"])
            fault = registry.faults.popleft() if registry.faults else None
            if isinstance(fault, tuple):
                self._send(fault[0], b"not now", fault[1])
                return
            number = urlsplit(self.path).path.partition("/studies/")[2]
            if number and fault is None:
                self._send_one(number)
                return
            query = {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}
            body = json.dumps(registry.answer(query)).encode()
            self._send(200, fault if fault is not None else body, {})

        def _send_one(self, number: str) -> None:
            """A study by its number."""
            registry.requests.append({"filter.ids": number})
            matching = registry.records.get(number)
            self._send(200 if matching else 404, json.dumps(matching or "NCT number not matching").encode(), {})

        def _send(self, status: int, body: bytes, headers: dict) -> None:
            try:
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # the client was killed

        def log_message(self, *args):
            return

    return Handler
