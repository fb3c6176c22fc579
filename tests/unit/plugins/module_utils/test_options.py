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
from ansible.module_utils.errors import AnsibleFallbackNotFound

from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable
from ansible_collections.touchbasepro.sms.plugins.module_utils._options import (
    CONCURRENCY_SPEC,
    CONNECTION_SPEC,
    connection_options,
    from_environment,
)
from ansible_collections.touchbasepro.sms.tests.unit.support.ready_made import (
    KEY,
    connection_params,
)

SERVICE = "https://api.touchbasepro.com"
BY_ENVIRONMENT = {
    "api_key": ("TOUCHBASE_API_KEY", "key-from-environment", None),
    "api_url": ("TOUCHBASE_API_URL", "https://env.example.org", SERVICE),
    "validate_certs": ("TOUCHBASE_VALIDATE_CERTS", False, True),
    "ca_path": ("TOUCHBASE_CA_PATH", "/env/ca.pem", None),
}


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


def test_key_is_marked_no_log() -> None:
    assert CONNECTION_SPEC["api_key"]["no_log"] is True


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


@pytest.mark.parametrize("option", BY_ENVIRONMENT)
def test_omitted_option_is_taken_from_environment(
    option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable, value, _default = BY_ENVIRONMENT[option]
    monkeypatch.setenv("TOUCHBASE_API_KEY", KEY)
    monkeypatch.setenv(variable, str(value))

    assert validated({})[option] == value


@pytest.mark.parametrize("option", BY_ENVIRONMENT)
def test_empty_variable_counts_as_unset(option: str, monkeypatch: pytest.MonkeyPatch) -> None:
    variable, _value, default = BY_ENVIRONMENT[option]
    monkeypatch.setenv(variable, "")

    assert validated({})[option] == (None if option == "api_key" else default)


@pytest.mark.parametrize(
    ("option", "given"),
    [
        ("api_key", "key-from-the-task"),
        ("api_url", "https://task.example.org"),
        ("validate_certs", True),
        ("ca_path", "/task/ca.pem"),
    ],
)
def test_given_option_comes_before_environment(
    option: str, given: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BY_ENVIRONMENT[option][0], str(BY_ENVIRONMENT[option][1]))

    assert validated({"api_key": KEY, option: given})[option] == given


@pytest.mark.parametrize(
    ("given", "own", "common", "taken"),
    [
        ("/task.pem", "/own.pem", "/common.pem", "/task.pem"),
        (None, "/own.pem", "/common.pem", "/own.pem"),
        (None, "", "/common.pem", "/common.pem"),
        (None, None, "/common.pem", "/common.pem"),
        (None, "/own.pem", "", "/own.pem"),
        (None, "", "", None),
        (None, None, None, None),
    ],
)
def test_ca_path_is_option_then_own_variable_then_that_of_requests(
    given: str | None,
    own: str | None,
    common: str | None,
    taken: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in (("TOUCHBASE_CA_PATH", own), ("REQUESTS_CA_BUNDLE", common)):
        if value is not None:
            monkeypatch.setenv(name, value)
    options = {"api_key": KEY} if given is None else {"api_key": KEY, "ca_path": given}

    assert validated(options)["ca_path"] == taken


def test_environment_without_value_raises_ansible_s_no_fallback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOUCHBASE_A", "")

    with pytest.raises(AnsibleFallbackNotFound):
        from_environment("TOUCHBASE_A", "TOUCHBASE_B")


def test_checked_options_are_those_given() -> None:
    options = connection_options(connection_params(f"{SERVICE}/", timeout=0.5, max_wait=0))

    assert options.api_url == SERVICE
    assert options.api_key == KEY
    assert (options.timeout, options.retries, options.max_wait) == (0.5, 0, 0)
    assert options.ca_path is None
    assert options.use_proxy


def test_repr_of_options_does_not_show_the_key() -> None:
    assert KEY not in repr(connection_options(connection_params(SERVICE)))


@pytest.mark.parametrize(
    ("api_key", "reason"),
    [
        ("", "is missing"),
        ("1234567", "fewer than 8"),
        ("Bearer 0f3a9c77d1", "Bearer"),
        ("bearer:0f3a9c77d1", "Bearer"),
        ("0f3a9c77d1\n", "white space or control"),
        (" 0f3a9c77d1", "white space or control"),
        ("0f3a 9c77d1", "white space or control"),
        ("0f3a\t9c77d1", "white space or control"),
        ("0f3a\x009c77d1", "white space or control"),
        ("0f3a9c77d1\x7f", "white space or control"),
        ("0f3ä9c77d1", "outside ASCII"),
        ("0f3a\u00a09c77d1", "outside ASCII"),
    ],
)
def test_invalid_key_is_refused_without_showing_it(api_key: str, reason: str) -> None:
    message = refusal(api_key=api_key)

    assert reason in message
    assert "TOUCHBASE_API_KEY" in message
    assert "In AWX" in message
    assert "9c77d1" not in message


def test_key_of_eight_characters_is_accepted() -> None:
    assert connection_options(connection_params(SERVICE, api_key="12345678")).api_key == "12345678"


@pytest.mark.parametrize(
    "api_url",
    [
        "https://gateway.example.org/touchbase",
        "https://[2001:db8::7]:8443",
        "http://127.0.0.1:8080",
        "http://127.8.9.1",
        "http://[::1]:8080/",
        "http://localhost:8080",
        "http://LOCALHOST",
    ],
)
def test_https_and_loopback_urls_are_accepted(api_url: str) -> None:
    assert connection_options(connection_params(api_url)).api_url == api_url.rstrip("/")


@pytest.mark.parametrize(
    ("api_url", "reason"),
    [
        ("api.touchbasepro.com", "not an absolute https URL"),
        ("ftp://api.touchbasepro.com", "not an absolute https URL"),
        ("https://", "not an absolute https URL"),
        ("https://api.touchbasepro.com:0", "not an absolute https URL"),
        ("https://api.touchbasepro.com:70000", "malformed"),
        ("https://api.touchbasepro.com:port", "malformed"),
        ("https://[::1", "malformed"),
        ("https://api..touchbasepro.com", "malformed"),
        (f"https://{'a' * 64}.touchbasepro.com", "malformed"),
        ("http://api.touchbasepro.com", "plain http"),
        ("http://localhost.example.org", "plain http"),
        ("http://128.0.0.1", "plain http"),
        ("http://0.0.0.0", "plain http"),
        ("https://user:s3cret@api.touchbasepro.com", "user information"),
        ("https://@api.touchbasepro.com", "user information"),
        ("https://api.touchbasepro.com?s3cret", "a query"),
        ("https://api.touchbasepro.com/?", "a query"),
        ("https://api.touchbasepro.com/#s3cret", "a fragment"),
        ("https://api.touchbasepro.com/ s3cret", "white space"),
        ("https://api.touchbasepro.com\n", "white space"),
        ("https://api.touchbasepro.com/\x7f", "control characters"),
        ("https://äpi.touchbasepro.com", "outside ASCII"),
    ],
)
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


@pytest.mark.parametrize("concurrency", [1, 4, 32])
def test_concurrency_within_bounds_is_accepted(concurrency: int) -> None:
    given = connection_params(SERVICE, concurrency=concurrency)

    assert connection_options(given).concurrency == concurrency


def test_concurrency_is_one_where_it_is_no_option() -> None:
    assert connection_options(connection_params(SERVICE)).concurrency == 1


def test_concurrency_is_four_by_default() -> None:
    validation = ArgumentSpecValidator(CONCURRENCY_SPEC).validate({})

    assert validation.validated_parameters == {"concurrency": 4}


def test_missing_ca_file_is_refused_by_its_name() -> None:
    message = refusal(ca_path="/nowhere/ca.pem")

    assert "/nowhere/ca.pem does not exist" in message
    assert "TOUCHBASE_CA_PATH" in message
    assert "REQUESTS_CA_BUNDLE" in message


def test_missing_ca_file_is_ignored_without_validate_certs() -> None:
    given = connection_params(SERVICE, ca_path="/nowhere/ca.pem", validate_certs=False)

    assert connection_options(given).ca_path is None


def test_existing_ca_path_is_accepted(tmp_path: Path) -> None:
    given = connection_params(SERVICE, ca_path=str(tmp_path))

    assert connection_options(given).ca_path == str(tmp_path)
