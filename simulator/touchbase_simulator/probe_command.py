# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The subcommand ``probe``: asks before it sends anything, and cleans up whatever happens."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from touchbase_simulator.probe import observations, report, sequence
from touchbase_simulator.probe.account import Account, Stopped
from touchbase_simulator.probe.cleanup import clean
from touchbase_simulator.probe.session import UsageError, checked_url, new_session
from touchbase_simulator.probe.urls import DEFAULT_RECEIVER, Receiver
from touchbase_simulator.state import Owner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_EPILOG = "The API key is taken from the environment variable TOUCHBASE_API_KEY."


def add_to(parser: argparse.ArgumentParser) -> None:
    """Give the subcommand's parser its options, and ``run``, the function that takes them."""
    parser.description = "Find out how a TouchBasePro account behaves where nothing is documented."
    parser.epilog = _EPILOG
    parser.set_defaults(run=_run)
    parser.add_argument("--api-url", required=True, help="the service, https")
    owner = parser.add_mutually_exclusive_group(required=True)
    owner.add_argument("--campaign-id", type=_positive, help="whose webhooks to try it on")
    owner.add_argument("--list-id", type=_positive, help="the same for a list")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--read-only", action="store_true", help="only read")
    kind.add_argument("--clean", action="store_true", help="only remove what a killed run has left")
    parser.add_argument("--yes", action="store_true", help="do not ask before the first request")
    parser.add_argument("--output", type=Path, help="where to write the switches, for serve")
    parser.add_argument(
        "--receiver-url",
        default=DEFAULT_RECEIVER,
        help="where the webhooks point to, if the service refuses the default (%(default)s)",
    )
    parser.add_argument(
        "--ca-path", type=Path, help="CA certificates; default REQUESTS_CA_BUNDLE, or the system's"
    )


def _run(options: argparse.Namespace) -> None:
    """Probe; exit 0 if all was asked and nothing is left, 1 if not, 2 on wrong options."""
    try:
        account = _account(options)
        _ask(options, account)
        _check_output(options)
    except UsageError as error:
        print(f"touchbase-simulator: {error}", file=sys.stderr)
        sys.exit(2)
    with _signals_heeded_by(account):
        stopped, left = _clean_up_only(account) if options.clean else _probe(account)
    if not options.clean:
        _report(options, account, stopped)
    if stopped:
        print(f"Not finished: {stopped}.", file=sys.stderr)
    if account.interrupted_by:
        sys.exit(128 + account.interrupted_by)
    sys.exit(1 if stopped or left or account.may_appear else 0)


def _account(options: argparse.Namespace) -> Account:
    key = os.environ.get("TOUCHBASE_API_KEY", "")
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError("TOUCHBASE_API_KEY must be the API key, printable ASCII without spaces")
    api_url = checked_url(options.api_url, "--api-url")
    receiver = Receiver(checked_url(options.receiver_url, "--receiver-url", any_http=True))
    owner = Owner("list", options.list_id)
    if options.campaign_id:
        owner = Owner("campaign", options.campaign_id)
    session = new_session(api_url, key, options.ca_path)
    return Account(session, api_url, owner, receiver, read_only=options.read_only)


def _check_output(options: argparse.Namespace) -> None:
    """Find out before the first request whether the file can be written."""
    if options.output and options.clean:
        raise UsageError("--output: --clean finds nothing out")
    try:
        if options.output:
            options.output.open("a", encoding="utf-8").close()
    except OSError as error:
        raise UsageError(f"--output: {error.strerror}") from error


def _ask(options: argparse.Namespace, account: Account) -> None:
    owner = f"{account.owner.scope} {account.owner.owner_id}"
    if options.clean:
        does = f"deletes those webhooks of {owner} that an earlier probe has left"
    elif options.read_only:
        does = f"reads campaigns and webhooks, mostly of {owner}, and writes nothing"
    else:
        does = (
            f"reads campaigns and webhooks, mostly of {owner}, and creates, updates and deletes "
            "up to three webhooks of its own there, at a URL where nobody is. It writes no other"
        )
    print(f"This {does}. It takes at most {account.limit} requests, two a second.", file=sys.stderr)
    if options.yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask at; --yes goes on without asking")
    print("Go on? [y/N] ", end="", file=sys.stderr, flush=True)
    answer = ""
    with contextlib.suppress(KeyboardInterrupt):
        answer = sys.stdin.readline()
    if answer.strip().lower() not in ("y", "yes"):
        raise UsageError("nothing was sent")


def _probe(account: Account) -> tuple[str, dict[int, bool | None]]:
    """Ask everything, then clean up; give why it stopped early, and what is left."""
    stopped = ""
    left: dict[int, bool | None] = {}
    try:
        sequence.read(account)
        if not account.read_only:
            sequence.write(account)
    except Stopped as reason:
        stopped = str(reason)
    finally:
        if account.tokens:
            left = clean(account)
            _tell_left(account, left)
    return stopped, left


def _clean_up_only(account: Account) -> tuple[str, dict[int, bool | None]]:
    try:
        listing = account.list_webhooks("list")
        if listing.webhooks is None:
            return f"the webhooks cannot be read: {listing}", {}
        account.adopt(listing.webhooks)
    except Stopped as reason:
        return str(reason), {}
    found = len(account.own)
    left = clean(account)
    print(f"{found} webhooks of earlier probes were there, {len(left)} are left.")
    _tell_left(account, left)
    return "", left


def _report(options: argparse.Namespace, account: Account, stopped: str) -> None:
    switches = observations.switches(account.exchanges)
    others = observations.others(account.exchanges)
    print(report.table(switches, others), end="\n\n")
    print("For an issue at https://github.com/touchbasepro/touchbasepro.sms/issues:", end="\n\n")
    kind = f"a {account.owner.scope}{', read only' if account.read_only else ''}"
    print(report.paragraph(switches, others, kind=kind, stopped=stopped))
    if options.output:
        options.output.write_text(report.behaviour_file(switches), encoding="utf-8")


def _tell_left(account: Account, left: dict[int, bool | None]) -> None:
    """Say which webhooks could not be removed, and what does it."""
    states = {True: "active", False: "inactive", None: "state unknown"}
    told = [f"Left: webhook {one}, {states[is_active]}." for one, is_active in left.items()]
    told += [
        f"Left: webhook {one}, returned for a creation and not shown with its URL. Look at it."
        for one in account.unrecognised
    ]
    if account.may_appear:
        told.append("Left: perhaps a webhook that the list does not show. It may still appear.")
    if told:
        owner = f"--{account.owner.scope}-id {account.owner.owner_id}"
        told += [
            "To remove what is left, run this with the same --api-url and --receiver-url:",
            f"  touchbase-simulator probe {owner} --clean",
        ]
    print("".join(f"{line}\n" for line in told), end="", file=sys.stderr)


@contextlib.contextmanager
def _signals_heeded_by(account: Account) -> Iterator[None]:
    """Let a signal end the run before its next request, so that no response is lost.

    The second one gives the next its usual effect, for a service that does not respond.
    """

    def heed(number: int, _frame: FrameType | None) -> None:
        if account.interrupted_by:
            for one in _SIGNALS:
                signal.signal(one, signal.SIG_DFL)
        again = "; once more ends it without" if account.interrupted_by else ""
        account.interrupted_by = number
        with contextlib.suppress(OSError):
            # Not print, which a signal may have interrupted.
            os.write(2, f"Stopping: what was created is removed first{again}.\n".encode())

    before = {one: signal.signal(one, heed) for one in _SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be a positive whole number")
    return value
