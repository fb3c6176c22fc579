# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options: defaults, environment, and what is refused before a request."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._options import (
    CONCURRENCY_SPEC,
    CONNECTION_SPEC,
    connection_options,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    connection_params,
)

SERVICE = "https://api.touchbasepro.com"


def validated(given: dict[str, Any]) -> dict[str, Any]:
    result = ArgumentSpecValidator(CONNECTION_SPEC).validate(given)
    assert not result.error_messages
    parameters: dict[str, Any] = result.validated_parameters
    return parameters


def refusal(**changed: Any) -> str:
    with pytest.raises(NotPlannable) as caught:
        connection_options(connection_params(**{"api_url": SERVICE, **changed}))
    return str(caught.value)


def test_omitted_options_have_the_documented_defaults() -> None:
    assert validated({"api_key": KEY}) == {
        "api_key": KEY,
        "api_url": SERVICE,
        "timeout": 30.0,
        "retries": 3,
        "max_wait": 60.0,
        "validate_certs": True,
        "ca_path": None,
        "use_proxy": True,
        "mask_url": False,
    }
    assert CONNECTION_SPEC["api_key"]["no_log"] is True
    assert ArgumentSpecValidator(CONCURRENCY_SPEC).validate({}).validated_parameters == {
        "concurrency": 4
    }


@pytest.mark.parametrize("given", [{}, {"api_key": ""}, {"api_key": None}])
def test_key_that_is_given_nowhere_is_missing(given: dict[str, Any]) -> None:
    with pytest.raises(NotPlannable, match="api_key is missing"):
        connection_options(validated(given))


@pytest.mark.parametrize("given", [{"api_key": "", "api_url": ""}, {"api_key": None}])
def test_empty_option_is_taken_from_environment(
    given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOUCHBASE_API_KEY", KEY)
    monkeypatch.setenv("TOUCHBASE_API_URL", "https://gateway.example.org")

    options = connection_options(validated(given))

    assert (options.api_key, options.api_url) == (KEY, "https://gateway.example.org")


# option, variable, value in it, value of the task, default
BY_ENVIRONMENT: list[tuple[str, str, Any, Any, Any]] = [
    ("api_key", "TOUCHBASE_API_KEY", "key-of-environment", "key-of-task", None),
    ("api_url", "TOUCHBASE_API_URL", "https://env.example.org", "https://a.example.org", SERVICE),
    ("validate_certs", "TOUCHBASE_VALIDATE_CERTS", False, True, True),
    ("ca_path", "TOUCHBASE_CA_PATH", "/env/ca.pem", "/task/ca.pem", None),
    ("ca_path", "REQUESTS_CA_BUNDLE", "/env/ca.pem", "/task/ca.pem", None),
]


@pytest.mark.parametrize(("option", "variable", "value", "given", "default"), BY_ENVIRONMENT)
def test_option_is_that_of_the_task_then_of_environment_then_default(
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    variable: str,
    value: Any,
    given: Any,
    default: Any,
) -> None:
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
    options = connection_options(connection_params(f"{SERVICE}/", timeout=0.5, max_wait=0))

    assert (options.api_url, options.api_key, options.ca_path) == (SERVICE, KEY, None)
    assert (options.timeout, options.retries, options.max_wait) == (0.5, 0, 0)
    assert (options.use_proxy, options.concurrency) == (True, 1)
    assert KEY not in repr(options)


REFUSED_KEYS = {
    "": "is missing",
    "1234567": "fewer than 8",
    "Bearer 0f3a9c77d1": "Bearer",
    "bearer:0f3a9c77d1": "Bearer",
    "0f3a9c77d1\n": "white space or control",
    " 0f3a9c77d1": "white space or control",
    "0f3a 9c77d1": "white space or control",
    "0f3a\x009c77d1": "white space or control",
    "0f3a9c77d1\x7f": "white space or control",
    "0f3ä9c77d1": "outside ASCII",
    "0f3a\u00a09c77d1": "outside ASCII",
}


@pytest.mark.parametrize(("api_key", "reason"), REFUSED_KEYS.items())
def test_invalid_key_is_refused_without_showing_it(api_key: str, reason: str) -> None:
    message = refusal(api_key=api_key)

    assert reason in message
    assert "TOUCHBASE_API_KEY" in message
    assert "In AWX" in message
    assert "9c77d1" not in message


ACCEPTED: list[tuple[str, Any]] = [
    ("api_key", "12345678"),
    ("api_url", "https://gateway.example.org/touchbase"),
    ("api_url", "https://[2001:db8::7]:8443"),
    ("api_url", "http://127.0.0.1:8080"),
    ("api_url", "http://127.8.9.1"),
    ("api_url", "http://[::1]:8080"),
    ("api_url", "http://localhost:8080"),
    ("api_url", "http://LOCALHOST"),
    ("concurrency", 1),
    ("concurrency", 4),
    ("concurrency", 32),
]


@pytest.mark.parametrize(("option", "value"), ACCEPTED)
def test_valid_option_is_accepted(option: str, value: Any) -> None:
    given = connection_params(**{"api_url": SERVICE, option: value})

    assert getattr(connection_options(given), option) == value


REFUSED_URLS = {
    "api.touchbasepro.com": "not an absolute https URL",
    "ftp://api.touchbasepro.com": "not an absolute https URL",
    "https://": "not an absolute https URL",
    "https://api.touchbasepro.com:0": "not an absolute https URL",
    "https://api.touchbasepro.com:70000": "malformed",
    "https://api.touchbasepro.com:port": "malformed",
    "https://[::1": "malformed",
    "https://api..touchbasepro.com": "malformed",
    f"https://{'a' * 64}.touchbasepro.com": "malformed",
    "http://api.touchbasepro.com": "plain http",
    "http://localhost.example.org": "plain http",
    "http://128.0.0.1": "plain http",
    "http://0.0.0.0": "plain http",
    "https://user:s3cret@api.touchbasepro.com": "user information",
    "https://@api.touchbasepro.com": "user information",
    "https://api.touchbasepro.com?s3cret": "a query",
    "https://api.touchbasepro.com/?": "a query",
    "https://api.touchbasepro.com/#s3cret": "a fragment",
    "https://api.touchbasepro.com/ s3cret": "white space",
    "https://api.touchbasepro.com\n": "white space",
    "https://api.touchbasepro.com/\x7f": "control characters",
    "https://äpi.touchbasepro.com": "outside ASCII",
}


@pytest.mark.parametrize(("api_url", "reason"), REFUSED_URLS.items())
def test_unsafe_or_malformed_api_url_is_refused(api_url: str, reason: str) -> None:
    message = refusal(api_url=api_url)

    assert reason in message
    assert "TOUCHBASE_API_URL" in message
    assert SERVICE in message
    assert "s3cret" not in message


OUT_OF_BOUNDS: dict[str, list[Any]] = {
    "timeout": [0, -1, math.nan, math.inf, -math.inf, 1e300],
    "max_wait": [-0.1, math.nan, math.inf, -math.inf, 1e300],
    "retries": [-1, 21, True, False],
    "concurrency": [0, -1, 33, True, False],
}


@pytest.mark.parametrize(
    ("option", "value"),
    [(option, value) for option, values in OUT_OF_BOUNDS.items() for value in values],
)
def test_number_out_of_bounds_is_refused(option: str, value: Any) -> None:
    assert f"{option} must be" in refusal(**{option: value})


def test_missing_ca_file_is_refused_by_its_name_if_it_is_needed(tmp_path: Path) -> None:
    message = refusal(ca_path="/nowhere/ca.pem")

    words = ("/nowhere/ca.pem does not exist", "TOUCHBASE_CA_PATH", "REQUESTS_CA_BUNDLE")
    assert all(one in message for one in words)
    ignored = connection_params(SERVICE, ca_path="/nowhere/ca.pem", validate_certs=False)
    assert connection_options(ignored).ca_path is None
    existing = connection_params(SERVICE, ca_path=str(tmp_path))
    assert connection_options(existing).ca_path == str(tmp_path)
