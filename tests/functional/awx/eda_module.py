"""Stands in for any module of ansible.eda: test_events.py copies it under the name of each.

It takes the options that eda_modules.yml says, and keeps objects in a file, as a controller of
events would: it finds them by name, and refuses to change an activation that runs.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from ansible.module_utils.basic import AnsibleModule, env_fallback

ENVIRONMENT = {"controller_host": "CONTROLLER_HOST", "controller_token": "CONTROLLER_TOKEN"}
NOT_KEPT = {*ENVIRONMENT, "validate_certs", "request_timeout", "state", "sync", "wait", "restart"}


def main() -> None:
    """Find, create or change an object."""
    name = Path(__file__).stem
    spec: dict[str, Any] = json.loads(Path(os.environ["EDA_MODULES"]).read_text())[name]
    for option, variable in ENVIRONMENT.items():
        spec[option]["fallback"] = (env_fallback, [variable])
    module = AnsibleModule(spec, supports_check_mode=True)
    store = Path(os.environ["EDA_STORE"])
    objects = json.loads(store.read_text())
    kept = objects.setdefault(name.removesuffix("_info"), {})
    found = kept.get(module.params["name"])
    if name.endswith("_info"):
        key = "activations" if "activation" in name else "credentials"
        module.exit_json(**{key: [found] if found else []})
    after = wanted(module, found or {})
    if name == "rulebook_activation":
        after = activation(module, found, after)
    if not module.check_mode:
        kept[module.params["name"]] = after
        store.write_text(json.dumps(objects))
    result = {"id": 1} if found or not module.check_mode else {}
    module.exit_json(changed=after != found, **result)


def wanted(module: AnsibleModule, found: dict[str, Any]) -> dict[str, Any]:
    """The object with the options that are given; an alias is none of them."""
    given = {name: module.params[name] for name in module.argument_spec if name not in NOT_KEPT}
    return {**found, **{name: value for name, value in given.items() if value is not None}}


def activation(
    module: AnsibleModule, found: dict[str, Any] | None, after: dict[str, Any]
) -> dict[str, Any]:
    """What becomes of an activation: it is switched, or else changed, unless it runs."""
    state = module.params["state"]
    if found is None:
        return {**after, "is_enabled": state != "disabled"}
    if state != "present" and found["is_enabled"] != (state == "enabled"):
        return {**found, "is_enabled": state == "enabled"}
    if found["is_enabled"] and after != found and not module.check_mode:
        module.fail_json(msg="Activation is not in disabled mode and in stopped status")
    return after


if __name__ == "__main__":
    main()
