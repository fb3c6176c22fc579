# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every module of the collection supports, documented once; private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode. It returns what a run would return, and writes nothing.
    support: full
  action_group:
    description: Use C(group/touchbasepro.sms.touchbase) in C(module_defaults) to set defaults for
      every module of this collection.
    support: full
    membership:
      - touchbasepro.sms.touchbase
  async:
    description: Can be run with C(async), unless O(mask_url=true).
    support: partial
    details:
      - The result of an asynchronous task does not pass through this collection again, so its
        URLs could not be masked. O(mask_url) together with C(async) is refused.
"""

    # For modules that only read.
    INFO = r"""
options: {}
attributes:
  diff_mode:
    description: Shows what changed.
    support: N/A
    details:
      - This module changes nothing.
  facts:
    description: Returns facts about hosts.
    support: none
"""
