"""Checks of our own, in the place of the two that schemathesis.toml loosens."""

from __future__ import annotations

import schemathesis  # type: ignore[import-not-found] # it has an environment of its own


@schemathesis.check
def put_refuses_only_a_missing_address(
    _ctx: schemathesis.CheckContext,
    response: schemathesis.Response,
    case: schemathesis.Case,
) -> None:
    """An update that the contract allows is refused only for want of a Url, and then with 143."""
    allowed = case.meta is not None and case.meta.generation.mode.is_positive
    if response.request.method != "PUT" or response.status_code != 400 or not allowed:
        return
    assert "Url" not in case.body, "an update with a Url was refused"
    assert response.json()["Code"] == 143, "a missing Url has code 143"


@schemathesis.check
def gateway_answers_other_methods(
    _ctx: schemathesis.CheckContext,
    response: schemathesis.Response,
    case: schemathesis.Case,
) -> None:
    """A method that the contract does not have is answered by the gateway."""
    declared = {method.upper() for method in case.operation.schema[case.operation.path]}
    if response.request.method in declared or response.request.method == "HEAD":
        return
    assert response.status_code == 404, "an unknown method is answered with 404"
    assert response.json() == {"statusCode": 404, "message": "Resource not found"}
