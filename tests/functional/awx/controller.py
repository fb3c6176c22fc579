# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small controller on loopback: as much of /api/v2/ as the modules of awx.awx ask for.

It keeps what it is given, shows no secret, and is stricter than a real one: a field, a filter or a
relation that it does not know is refused.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

TOKEN = "t0ken-of-the-controller"
HIDDEN = "$encrypted$"
PREFIX = "/api/v2/"
# What the modules compare themselves with, and warn about when it differs.
PRODUCT = {"X-API-Product-Name": "AWX", "X-API-Product-Version": "24.6.1"}

Record = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of objects: its fields, and what these and its lists refer to.

    A field that nobody gives is None, so that it shows whether a module was told.
    """

    type: str
    fields: tuple[str, ...]
    references: Mapping[str, str] = field(default_factory=dict)
    relations: Mapping[str, str] = field(default_factory=dict)
    has_survey: bool = False


_ORGANIZATION = {"organization": "organizations"}
_NODES = "workflow_job_template_nodes"
_NAMED = ("name", "description")
_OF_ALL = (*_NAMED, "organization")
# fmt: off
_OF_JOBS = (
    "project", "playbook", "inventory", "execution_environment", "job_type", "diff_mode",
    "use_fact_cache", "allow_simultaneous", "job_slice_count", "extra_vars", "survey_enabled",
    "ask_diff_mode_on_launch", "ask_job_type_on_launch", "ask_variables_on_launch",
)
_USED_BY_JOBS = {
    "project": "projects", "inventory": "inventories",
    "execution_environment": "execution_environments",
}
_OF_PROJECTS = ("scm_type", "scm_url", "scm_branch", "scm_update_on_launch", "scm_revision")
KINDS = {
    "organizations": Kind(
        "organization", _NAMED, relations={"galaxy_credentials": "credentials"}),
    "credential_types": Kind(
        "credential_type", (*_NAMED, "kind", "managed", "inputs", "injectors")),
    "credentials": Kind(
        "credential", (*_OF_ALL, "credential_type", "inputs"),
        _ORGANIZATION | {"credential_type": "credential_types"}),
    "execution_environments": Kind(
        "execution_environment", (*_OF_ALL, "image", "pull"), _ORGANIZATION),
    "projects": Kind("project", (*_OF_ALL, *_OF_PROJECTS), _ORGANIZATION),
    "inventories": Kind(
        "inventory", (*_OF_ALL, "kind", "host_filter", "variables"), _ORGANIZATION),
    "hosts": Kind(
        "host", (*_NAMED, "inventory", "enabled", "variables"), {"inventory": "inventories"}),
    "job_templates": Kind(
        "job_template", (*_OF_ALL, *_OF_JOBS), _ORGANIZATION | _USED_BY_JOBS,
        {"credentials": "credentials"}, has_survey=True),
    "schedules": Kind(
        "schedule", (*_NAMED, "unified_job_template", "rrule", "enabled"),
        {"unified_job_template": "unified_job_templates"}),
    "workflow_job_templates": Kind(
        "workflow_job_template", (*_OF_ALL, "allow_simultaneous", "survey_enabled"),
        _ORGANIZATION, has_survey=True),
    _NODES: Kind(
        "workflow_job_template_node",
        ("identifier", "workflow_job_template", "unified_job_template", "extra_data"),
        {"workflow_job_template": "workflow_job_templates",
         "unified_job_template": "unified_job_templates"},
        {"success_nodes": _NODES, "failure_nodes": _NODES, "always_nodes": _NODES}),
    "workflow_approval_templates": Kind("workflow_approval_template", (*_NAMED, "timeout")),
}
# fmt: on
# The filter for what does not belong to an organization of this name, or to any.
ELSEWHERE = "not__organization__name"
# Those time zones that a schedule can have; their case counts.
ZONES = ("Africa/Johannesburg", "Etc/UTC", "UTC")
# What a workflow or a schedule can start; a controller has one table of these.
UNIFIED = ("job_templates", "projects", "workflow_job_templates", "workflow_approval_templates")


class Refused(Exception):
    """A request that gets another answer than it hoped for."""

    def __init__(self, status: HTTPStatus, complaint: str) -> None:
        super().__init__(complaint)
        self.status = status


class Controller:
    """What a controller holds, and the server in front of it; it ends with its ``with`` block."""

    def __init__(self) -> None:
        self.objects: dict[str, list[Record]] = {kind: [] for kind in KINDS}
        # The methods and paths of all requests that can change something.
        self.writes: list[str] = []
        self._last_id = 0
        self._lock = threading.Lock()
        # There from the beginning, as after an installation.
        self.create("organizations", {"name": "Default"})
        self.create("credential_types", {"name": "Ansible Galaxy/Automation Hub API Token"})
        self.create("credentials", {"name": "Ansible Galaxy"})
        handler = type("Handler", (_Handler,), {"controller": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The address to give as CONTROLLER_HOST."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def named(self, kind: str, name: str) -> Record:
        """Give the only object of this name."""
        (found,) = (one for one in self.objects[kind] if one["name"] == name)
        return found

    def name_of(self, kind: str, number: int) -> str:
        """Give the name of an object, or what identifies it in its workflow."""
        _kind, record = self._referred(kind, number)
        return str(record["name"] if "name" in record else record["identifier"])

    def create(self, kind: str, given: Mapping[str, Any]) -> Record:
        """Keep a new object."""
        self._last_id += 1
        record: Record = {"id": self._last_id, **dict.fromkeys(KINDS[kind].fields)}
        record |= {f"_{name}": [] for name in KINDS[kind].relations}
        record["_survey_spec"] = {}
        self._change(kind, record, given)
        self.objects[kind].append(record)
        return record

    def answer(self, method: str, path: str, body: Any) -> tuple[HTTPStatus, Any]:
        """Do what a request asks for; raises Refused."""
        with self._lock:
            if method != "GET":
                self.writes.append(f"{method} {path}")
            address = urlsplit(path)
            kind, *rest = address.path.removeprefix(PREFIX).strip("/").split("/")
            if not rest:
                query = dict(parse_qsl(address.query))
                return self._of_kind(method, kind, query, body)
            if (method, kind, *rest) == ("GET", "schedules", "zoneinfo"):
                return HTTPStatus.OK, {"zones": ZONES, "links": {"UTC": "Etc/UTC"}}
            record = self._object(kind, rest[0])
            if len(rest) == 1:
                return self._of_object(method, kind, record, body)
            return self._of_part(method, kind, record, rest[1], body)

    def _of_kind(
        self, method: str, kind: str, query: Mapping[str, str], body: Any
    ) -> tuple[HTTPStatus, Any]:
        if method == "POST" and kind in KINDS:
            return HTTPStatus.CREATED, self.shown(kind, self.create(kind, body))
        if method != "GET":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"{method} {kind}")
        return HTTPStatus.OK, _listed([self.shown(*one) for one in self._found(kind, query)])

    def _of_object(
        self, method: str, kind: str, record: Record, body: Any
    ) -> tuple[HTTPStatus, Any]:
        if method == "PATCH":
            self._change(kind, record, body)
        elif method != "GET":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED, f"{method} {kind}")
        return HTTPStatus.OK, self.shown(kind, record)

    def _of_part(
        self, method: str, kind: str, record: Record, part: str, body: Any
    ) -> tuple[HTTPStatus, Any]:
        if part == "survey_spec" and KINDS[kind].has_survey:
            if method == "POST":
                record["_survey_spec"] = body
                return HTTPStatus.OK, None
            return HTTPStatus.OK, record["_survey_spec"]
        if part == "create_approval_template" and kind == _NODES:
            approval = self.create("workflow_approval_templates", body)
            record["unified_job_template"] = approval["id"]
            return HTTPStatus.CREATED, self.shown("workflow_approval_templates", approval)
        if part not in KINDS[kind].relations:
            raise Refused(HTTPStatus.NOT_FOUND, f"{kind} have no {part}")
        return self._of_relation(method, record[f"_{part}"], KINDS[kind].relations[part], body)

    def _of_relation(
        self, method: str, related: list[int], kind: str, body: Any
    ) -> tuple[HTTPStatus, Any]:
        if method == "GET":
            shown = [self.shown(kind, self._object(kind, str(one))) for one in related]
            return HTTPStatus.OK, _listed(shown)
        if body.get("disassociate"):
            related.remove(body["id"])
        else:
            related.append(self._object(kind, str(body["id"]))["id"])
        return HTTPStatus.NO_CONTENT, None

    def _change(self, kind: str, record: Record, given: Mapping[str, Any]) -> None:
        # A module sends the type of a node along; it cannot be changed.
        given = {name: value for name, value in given.items() if name != "type"}
        unknown = set(given) - set(KINDS[kind].fields)
        if unknown:
            raise Refused(HTTPStatus.BAD_REQUEST, f"{kind} have no {', '.join(sorted(unknown))}")
        for name, target in KINDS[kind].references.items():
            if given.get(name) is not None:
                self._referred(target, given[name])
        kept = record.get("inputs") or {}
        record.update(given)
        if kind == "credentials" and record["inputs"]:
            record["inputs"] = {
                name: kept[name] if value == HIDDEN else value
                for name, value in record["inputs"].items()
            }

    def _found(self, kind: str, query: Mapping[str, str]) -> list[tuple[str, Record]]:
        if kind not in KINDS and kind != "unified_job_templates":
            raise Refused(HTTPStatus.NOT_FOUND, f"no {kind}")
        kinds = UNIFIED if kind == "unified_job_templates" else (kind,)
        fields = ["organization" if name == ELSEWHERE else name for name in query]
        unknown = [name for name in fields if not any(name in KINDS[one].fields for one in kinds)]
        if unknown:
            raise Refused(HTTPStatus.BAD_REQUEST, f"{kind} cannot be filtered by {unknown[0]}")
        return [
            (one, record)
            for one in kinds
            for record in self.objects[one]
            if all(self._matches(record, name, value) for name, value in query.items())
        ]

    def _matches(self, record: Record, name: str, value: str) -> bool:
        if name == ELSEWHERE:
            return self._organization_of(record).get("name") != value
        return str(record.get(name)) == value

    def _organization_of(self, record: Record) -> Record:
        """Give the organization that an object belongs to, or an empty one."""
        number = record.get("organization")
        return {} if number is None else self._referred("organizations", number)[1]

    def _object(self, kind: str, number: str) -> Record:
        for record in self.objects.get(kind, []):
            if str(record["id"]) == number:
                return record
        raise Refused(HTTPStatus.NOT_FOUND, f"no {kind} {number}")

    def _referred(self, kind: str, number: int) -> tuple[str, Record]:
        for one in UNIFIED if kind == "unified_job_templates" else (kind,):
            for record in self.objects[one]:
                if record["id"] == number:
                    return one, record
        raise Refused(HTTPStatus.BAD_REQUEST, f"no {kind} {number}")

    def shown(self, kind: str, record: Record) -> Record:
        """Render an object as an answer shows it: with its address, and without secrets."""
        url = f"{PREFIX}{kind}/{record['id']}/"
        answer = {name: value for name, value in record.items() if not name.startswith("_")}
        answer |= {"type": KINDS[kind].type, "url": url, "summary_fields": {}, "related": {}}
        if organization := self._organization_of(record):
            summary = {name: organization[name] for name in ("id", "name", "description")}
            answer["summary_fields"]["organization"] = summary
        if KINDS[kind].has_survey:
            answer["related"]["survey_spec"] = f"{url}survey_spec/"
        if kind == _NODES and record["unified_job_template"]:
            target, unified = self._referred(
                "unified_job_templates", record["unified_job_template"]
            )
            answer["related"]["unified_job_template"] = f"{PREFIX}{target}/{unified['id']}/"
        if kind == "credentials":
            answer["inputs"] = self._without_secrets(record)
        return answer

    def _without_secrets(self, record: Record) -> dict[str, Any]:
        if record["credential_type"] is None:
            return {}
        _kind, described = self._referred("credential_types", record["credential_type"])
        secret = {one["id"] for one in described["inputs"]["fields"] if one.get("secret")}
        return {
            name: HIDDEN if name in secret and value else value
            for name, value in record["inputs"].items()
        }


def _listed(records: list[Record]) -> Record:
    return {"count": len(records), "next": None, "previous": None, "results": records}


class _Handler(BaseHTTPRequestHandler):
    controller: Controller

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing; a test looks at what the controller holds."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        try:
            status, content = self._asked_by_somebody_known(body)
        except Refused as refused:
            status, content = refused.status, {"__all__": [str(refused)]}
        sent = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        for name, value in PRODUCT.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def _asked_by_somebody_known(self, body: Any) -> tuple[HTTPStatus, Any]:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise Refused(HTTPStatus.UNAUTHORIZED, "Who are you?")
        return self.controller.answer(self.command, self.path, body)
