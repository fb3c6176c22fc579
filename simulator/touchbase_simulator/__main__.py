# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: ``touchbase-simulator``, or ``python -m touchbase_simulator``."""

from __future__ import annotations

import argparse
import sys

from touchbase_simulator import probe_command, serve_command


def main() -> None:
    """Run the subcommand that the arguments name; options alone belong to ``serve``."""
    parser = argparse.ArgumentParser(
        prog="touchbase-simulator", description="A simulated TouchBasePro SMS API."
    )
    subcommands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve_command.add_to(subcommands.add_parser("serve", help="serve it; the default"))
    probe_command.add_to(
        subcommands.add_parser("probe", help="find out how an account really behaves")
    )
    given = sys.argv[1:]
    if not given or (given[0].startswith("-") and given[0] not in ("-h", "--help")):
        given = ["serve", *given]
    options = parser.parse_args(given)
    options.run(options)


if __name__ == "__main__":
    main()
