"""As much of AWX as ansible-rulebook asks for when a rule starts a job template."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from werkzeug import Request, Response

from simulator.tests.receiver import serving

_ASKED = ("limit", "labels", "inventory", "variables")


@dataclass
class Jobs:
    """Where it is, and the templates that were started, each with what came along."""

    url: str = ""
    started: list[tuple[str, Any]] = field(default_factory=list)

    def respond(self, request: Request) -> object:
        """Every template exists, and every job succeeds at once."""
        if request.method == "POST":
            name = request.path.partition("/launch/")[2].strip("/")
            self.started.append((name, request.get_json(force=True)))
            return {"id": 1, "url": "/api/v2/jobs/1/", "status": "pending"}
        if "unified_job_templates" in request.path:
            return {"results": [_template(request.args["name"])], "next": None}
        if "/jobs/" in request.path:
            job = {"id": 1, "status": "successful", "created": "", "artifacts": {}}
            return {**job, "url": "/api/v2/jobs/1/"}
        return {"version": "24.6.1"}


@contextlib.contextmanager
def starting_jobs() -> Iterator[Jobs]:
    """Run it while the block lasts."""
    jobs = Jobs()

    @Request.application
    def application(request: Request) -> Response:
        return Response(json.dumps(jobs.respond(request)))

    with serving(application) as jobs.url:
        yield jobs


def _template(name: str) -> dict[str, Any]:
    short = name.rpartition(": ")[2]
    return {
        "id": 1,
        "type": "job_template",
        "name": name,
        "summary_fields": {"organization": {"name": "Default"}},
        "related": {"launch": f"/api/v2/job_templates/1/launch/{short}/"},
        **{f"ask_{one}_on_launch": False for one in _ASKED},
    }
