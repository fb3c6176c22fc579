"""A small controller on loopback: as much of /api/v2/ as the modules of awx.awx ask for.

It keeps what it is given, under ids that no two objects share, and shows no secret. Which fields an
object may have is for the modules to know.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN = "t0ken-of-the-controller"
PREFIX = "/api/v2/"
# What the modules compare themselves with, and warn about when it differs.
PRODUCT = {"X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1"}
NODES = "workflow_job_template_nodes"
APPROVALS = "workflow_approval_templates"
# What a workflow or a schedule can start; a controller has one table of these.
UNIFIED = ("job_templates", "projects", "workflow_job_templates", APPROVALS)
# The lists of other objects that an object can have.
LISTS = ("credentials", "galaxy_credentials", "success_nodes", "failure_nodes", "always_nodes")
# The filter for what does not belong to an organization of this name, or to any.
ELSEWHERE = "not__organization__name"
# Those time zones that a schedule can have; their case counts.
ZONES = ("Africa/Johannesburg", "Etc/UTC", "UTC")

Record = dict[str, Any]
Response = tuple[int, Any]


class Controller:
    """What a controller holds, and the methods and paths of all requests that can change it."""

    url = ""

    def __init__(self) -> None:
        self.writes: list[str] = []
        self._records: list[Record] = []
        # There from the beginning, as after an installation.
        self.create("organizations", name="Default")
        self.create("credential_types", name="Ansible Galaxy/Automation Hub API Token")
        self.create("credentials", name="Ansible Galaxy")

    def create(self, endpoint: str, **fields: Any) -> Record:
        """Keep a new object."""
        number = len(self._records) + 1
        record = {
            "url": f"{PREFIX}{endpoint}/{number}/",
            "id": number,
            "endpoint": endpoint,
            **fields,
        }
        self._records.append(record)
        return record

    def all_of(self, *endpoints: str) -> list[Record]:
        """Give the objects of one endpoint or more."""
        return [record for record in self._records if record["endpoint"] in endpoints]

    def named(self, endpoint: str, name: str) -> Record:
        """Give the only object of this name."""
        (found,) = (record for record in self.all_of(endpoint) if record["name"] == name)
        return found

    def name_of(self, number: int) -> str:
        """Give the name of an object, or what identifies it in its workflow."""
        record = self._records[number - 1]
        return str(record.get("name") or record["identifier"])

    def respond(self, method: str, path: str, body: Any) -> Response:
        """Do what a request asks for."""
        if method != "GET":
            self.writes.append(f"{method} {path}")
        address = urlsplit(path)
        endpoint, *rest = address.path.removeprefix(PREFIX).strip("/").split("/")
        if rest == ["zoneinfo"]:
            return 200, {"zones": ZONES, "links": {"UTC": "Etc/UTC"}}
        if not rest and method == "POST":
            return 201, self._shown(self.create(endpoint, **body))
        if not rest:
            return 200, self._listed(self._found(endpoint, dict(parse_qsl(address.query))))
        record = self._records[int(rest[0]) - 1]
        if len(rest) == 2:
            return self._of_part(method, record, rest[1], body)
        record.update(body or {})
        return 200, self._shown(record)

    def _of_part(self, method: str, record: Record, part: str, body: Any) -> Response:
        if part == "survey_spec":
            if method == "POST":
                record[part] = body
            return 200, record.get(part, {})
        if part == "create_approval_template":
            approval = self.create(APPROVALS, **body)
            record["unified_job_template"] = approval["id"]
            return 201, self._shown(approval)
        related: list[int] = record.setdefault(part, [])
        if method == "GET":
            return 200, self._listed([self._records[number - 1] for number in related])
        if body.get("disassociate"):
            related.remove(body["id"])
        else:
            related.append(body["id"])
        return 204, None

    def _found(self, endpoint: str, query: Mapping[str, str]) -> list[Record]:
        organization = query.get(ELSEWHERE)
        fields = {name: value for name, value in query.items() if name != ELSEWHERE}
        return [
            record
            for record in self.all_of(
                *(UNIFIED if endpoint == "unified_job_templates" else (endpoint,))
            )
            if all(str(record.get(name)) == value for name, value in fields.items())
            and (organization is None or self._organization_of(record).get("name") != organization)
        ]

    def _organization_of(self, record: Record) -> Record:
        number = record.get("organization")
        return self._records[number - 1] if number else {}

    def _listed(self, records: list[Record]) -> Record:
        results = [self._shown(record) for record in records]
        return {"count": len(records), "next": None, "previous": None, "results": results}

    def _shown(self, record: Record) -> Record:
        """Give an object as a response shows it: with what belongs to it, and without the key."""
        related = {"survey_spec": f"{record['url']}survey_spec/"}
        if record["endpoint"] == NODES and record.get("unified_job_template"):
            target = self._records[record["unified_job_template"] - 1]
            related["unified_job_template"] = target["url"]
        summary = {}
        if organization := self._organization_of(record):
            summary["organization"] = {name: organization[name] for name in ("id", "name")}
        shown = {name: value for name, value in record.items() if name not in LISTS}
        # The modules look at the type of each object, and at the revision of a project.
        shown |= {"type": record["endpoint"].removesuffix("s"), "scm_revision": None}
        if record["endpoint"] == "credentials":
            shown["inputs"] = {**record.get("inputs", {}), "api_key": "$encrypted$"}
        return {**shown, "related": related, "summary_fields": summary}


@contextmanager
def serving(controller: Controller) -> Iterator[Controller]:
    """Serve what a controller holds; ``url`` is what to give as CONTROLLER_HOST."""
    handler = type("Handler", (_Handler,), {"controller": controller})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        controller.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield controller
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    controller: Controller

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing; a test looks at what the controller holds."""

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        status, content = 401, None
        if self.headers.get("Authorization") == f"Bearer {TOKEN}":
            status, content = self.controller.respond(self.command, self.path, body)
        sent = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        for name, value in {**PRODUCT, "Content-Length": str(len(sent))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    do_POST = do_PATCH = do_GET  # noqa: N815 - the names that http.server looks for
