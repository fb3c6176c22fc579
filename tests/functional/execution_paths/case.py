"""A row of the table that both execution paths play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.functional.support.playbooks import WEBHOOK

# What must never be shown where mask_url is set; none of these words stands anywhere else.
SECRET_WORDS = ("s3cret", "pa55word", "5f1c0a7e", "c29d4b18")


@dataclass(frozen=True)
class Case:
    """Options, the behaviour of the API, and what comes of three runs.

    ``check``, ``live`` and ``again`` have the methods of the requests of a run in check mode, of a
    real one, and of one more; ``again`` is None where it would be ``live`` once more.
    """

    name: str
    options: Mapping[str, Any]
    check: str
    live: str
    again: str | None = None
    module: str = WEBHOOK
    behaviour: Mapping[str, str] = field(default_factory=dict)
    fault: Mapping[str, Any] | None = None
    changes: bool = False
    # The ids of webhooks that the real run creates, which check mode cannot know.
    creates: Sequence[int] = ()
    # Part of the message of a failure, which is that of check mode as well ...
    fails: str | None = None
    # ... unless only the write fails, which check mode cannot know.
    fails_writing: str | None = None
    # What was written before the failure is there, and the result says that something changed.
    changes_partly: bool = False
    # Whether something was written is not known, and every run that fails so counts it.
    may_change: bool = False
    warns: Sequence[str] = ()
    # A warning that only comes from what was stored.
    warns_written: Sequence[str] = ()
    # Validation errors are Ansible's own to report, so the in-process action leaves them to it.
    passed_on: bool = False

    @property
    def requests(self) -> dict[str, list[str]]:
        """The methods of each run."""
        runs = {"check": self.check, "live": self.live, "again": self.again}
        return {
            run: [one for one in methods.split(", ") if one]
            for run, methods in runs.items()
            if methods is not None
        }

    @property
    def runs_that_change(self) -> Sequence[str]:
        """Those with ``changed`` in their result."""
        is_done = self.changes_partly or not (self.fails or self.fails_writing)
        if not self.changes:
            return ()
        if self.may_change:
            return list(self.requests)
        return ("check", "live") if is_done else ("check",)

    def failure_of(self, run: str) -> str | None:
        """What the message of a run has; None if it does not fail."""
        return self.fails if run == "check" else self.fails or self.fails_writing

    def before(self, run: str, behaviour: Mapping[str, str]) -> list[tuple[str, str, Any]]:
        """The control requests that come before a run; ``behaviour`` is that of all cases."""
        requests: list[tuple[str, str, Any]] = []
        if run == "check":
            requests.append(("POST", "reset", {"behaviour": {**behaviour, **self.behaviour}}))
        requests.append(("DELETE", "faults", None))
        if self.fault is not None:
            requests.append(("POST", "faults", dict(self.fault)))
        return requests
