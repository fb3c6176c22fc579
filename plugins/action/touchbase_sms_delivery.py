# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The in-process action of touchbase_sms_delivery."""

from __future__ import annotations

from ..module_utils._operations.delivery import OPERATION
from ..modules.touchbase_sms_delivery import main
from ..plugin_utils._local_action import LocalAction

# ansible-lint finds an action where it looks for a module, and checks options through its main.
__all__ = ["ActionModule", "main"]


class ActionModule(LocalAction):
    operation = OPERATION
