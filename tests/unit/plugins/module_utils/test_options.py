"""The connection options: defaults, environment, and what is refused before a request."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.touchbasepro.sms.plugins.module_utils import _options as module
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.tests.unit.support import ready_made as made

SERVICE = "https://api.touchbasepro.com"


def validated(given: dict[str, Any]) -> dict[str, Any]:
    result = ArgumentSpecValidator(module.CONNECTION_SPEC).validate(given)
    assert not result.error_messages
    parameters: dict[str, Any] = result.validated_parameters
    return parameters


def checked(**changed: Any) -> module.ConnectionOptions:
    return module.connection_options(made.connection_params(**{"api_url": SERVICE, **changed}))


def refusal(**changed: Any) -> str:
    with pytest.raises(NotPlannable) as caught:
        checked(**changed)
    return str(caught.value)


def pairs(table: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    return [(key, value) for key, values in table.items() for value in values]


def test_omitted_options_have_the_documented_defaults() -> None:
    assert validated({"api_key": made.KEY}) == {
        "api_key": made.KEY,
        "api_url": SERVICE,
        "timeout": 30.0,
        "retries": 3,
        "max_wait": 60.0,
        "validate_certs": True,
        "ca_path": None,
        "use_proxy": True,
        "mask_url": False,
    }
    assert module.CONNECTION_SPEC["api_key"]["no_log"] is True
    assert ArgumentSpecValidator(module.CONCURRENCY_SPEC).validate({}).validated_parameters == {
        "concurrency": 4
    }


@pytest.mark.parametrize("given", [{}, {"api_key": ""}, {"api_key": None}])
def test_key_that_is_given_nowhere_is_missing(given: dict[str, Any]) -> None:
    with pytest.raises(NotPlannable, match="api_key is missing"):
        module.connection_options(validated(given))


@pytest.mark.parametrize("given", [{"api_key": "", "api_url": ""}, {"api_key": None}])
def test_empty_option_is_taken_from_environment(
    given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", made.KEY)
    monkeypatch.setenv("TOUCHBASE_API_URL", "https://gateway.example.org")

    options = module.connection_options(validated(given))

    assert (options.api_key, options.api_url) == (made.KEY, "https://gateway.example.org")


# option, variable, value in it, value of the task, default
BY_ENVIRONMENT: list[tuple[str, str, Any, Any, Any]] = [
    ("api_key", "TOUCHBASE_API_KEY", "key-of-environment", "key-of-task", None),
    ("api_url", "TOUCHBASE_API_URL", "https://env.example.org", "https://a.example.org", SERVICE),
    ("validate_certs", "TOUCHBASE_VALIDATE_CERTS", False, True, True),
    ("ca_path", "TOUCHBASE_CA_PATH", "/env/ca.pem", "/task/ca.pem", None),
    ("ca_path", "REQUESTS_CA_BUNDLE", "/env/ca.pem", "/task/ca.pem", None),
]


@pytest.mark.parametrize("row", BY_ENVIRONMENT, ids=str)
def test_option_is_that_of_the_task_then_of_environment_then_default(
    monkeypatch: pytest.MonkeyPatch, row: tuple[str, str, Any, Any, Any]
) -> None:
    option, variable, value, given, default = row
    monkeypatch.setenv(variable, str(value))
    assert validated({})[option] == value
    assert validated({option: given})[option] == given
    monkeypatch.setenv(variable, "")
    assert validated({})[option] == default


def test_ca_path_is_own_variable_before_that_of_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/common.pem")
    monkeypatch.setenv("TOUCHBASE_CA_PATH", "/own.pem")
    assert validated({})["ca_path"] == "/own.pem"

    monkeypatch.setenv("TOUCHBASE_CA_PATH", "")
    assert validated({})["ca_path"] == "/common.pem"


def test_checked_options_are_those_given_and_hide_the_key() -> None:
    options = checked(api_url=f"{SERVICE}/", timeout=0.5, max_wait=0)

    assert (options.api_url, options.api_key, options.ca_path) == (SERVICE, made.KEY, None)
    assert (options.timeout, options.retries, options.max_wait) == (0.5, 0, 0)
    assert (options.use_proxy, options.concurrency) == (True, 1)
    assert made.KEY not in repr(options)


ACCEPTED: dict[str, list[Any]] = {
    "api_key": ["12345678"],
    "api_url": [
        "https://gateway.example.org/touchbase",
        "https://[2001:db8::7]:8443",
        "http://127.0.0.1:8080",
        "http://127.8.9.1",
        "http://[::1]:8080",
        "http://localhost:8080",
        "http://LOCALHOST",
    ],
    "concurrency": [1, 4, 32],
}


@pytest.mark.parametrize(("option", "value"), pairs(ACCEPTED))
def test_valid_option_is_accepted(option: str, value: Any) -> None:
    assert getattr(checked(**{option: value}), option) == value


REFUSED_KEYS: dict[str, list[Any]] = {
    "is missing": [""],
    "fewer than 8": ["1234567"],
    "Bearer": ["Bearer 0f3a9c77d1", "bearer:0f3a9c77d1"],
    "white space or control": ["0f3a9c77d1\n", " 0f3a9c77d1", "0f3a 9c77d1", "0f3a9c77d1\x7f"],
    "outside ASCII": ["0f3ä9c77d1", "0f3a\u00a09c77d1"],
}


@pytest.mark.parametrize(("reason", "api_key"), pairs(REFUSED_KEYS))
def test_invalid_key_is_refused_without_showing_it(reason: str, api_key: str) -> None:
    message = refusal(api_key=api_key)

    assert all(word in message for word in (reason, "TOUCHBASE_API_KEY", "In AWX"))
    assert "9c77d1" not in message


REFUSED_URLS: dict[str, list[Any]] = {
    "not an absolute https URL": ["x.example", "ftp://x.example", "https://", f"{SERVICE}:0"],
    "malformed": [f"{SERVICE}:70000", f"{SERVICE}:port", "https://[::1", "https://x..example"],
    "has a malformed host": [f"https://{'a' * 64}.example"],
    "plain http": ["http://x.example", "http://localhost.x", "http://128.0.0.1", "http://0.0.0.0"],
    "user information": ["https://user:s3cret@x.example", "https://@x.example"],
    "a query": [f"{SERVICE}?s3cret", f"{SERVICE}/?"],
    "a fragment": [f"{SERVICE}/#s3cret"],
    "white space": [f"{SERVICE}/ s3cret", f"{SERVICE}\n"],
    "control characters": [f"{SERVICE}/\x7f"],
    "outside ASCII": ["https://äpi.touchbasepro.com"],
}


@pytest.mark.parametrize(("reason", "api_url"), pairs(REFUSED_URLS))
def test_unsafe_or_malformed_api_url_is_refused(reason: str, api_url: str) -> None:
    message = refusal(api_url=api_url)

    assert all(word in message for word in (reason, "TOUCHBASE_API_URL", SERVICE))
    assert "s3cret" not in message


OUT_OF_BOUNDS: dict[str, list[Any]] = {
    "timeout": [0, -1, math.nan, math.inf, -math.inf, 1e300],
    "max_wait": [-0.1, math.nan, math.inf, -math.inf, 1e300],
    "retries": [-1, 21, True, False],
    "concurrency": [0, -1, 33, True, False],
}


@pytest.mark.parametrize(("option", "value"), pairs(OUT_OF_BOUNDS))
def test_number_out_of_bounds_is_refused(option: str, value: Any) -> None:
    assert f"{option} must be" in refusal(**{option: value})


def test_missing_ca_file_is_refused_by_its_name_if_it_is_needed(tmp_path: Path) -> None:
    message = refusal(ca_path="/nowhere/ca.pem")

    words = ("/nowhere/ca.pem does not exist", "TOUCHBASE_CA_PATH", "REQUESTS_CA_BUNDLE")
    assert all(word in message for word in words)
    assert checked(ca_path="/nowhere/ca.pem", validate_certs=False).ca_path is None
    assert checked(ca_path=str(tmp_path)).ca_path == str(tmp_path)
