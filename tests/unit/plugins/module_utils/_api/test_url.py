"""URLs of webhooks: which are acceptable, and which are equivalent."""

from __future__ import annotations

import pytest

from ansible_collections.touchbasepro.sms.plugins.module_utils import _sensitive as sensitive
from ansible_collections.touchbasepro.sms.plugins.module_utils._api import url as module
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import NotPlannable

MASK, MAX_LENGTH = sensitive.MASK, module.MAX_LENGTH
BASE = "https://hooks.example.org"

ACCEPTABLE = [
    f"{BASE}/replies/5f1d",
    "http://hooks.example.org/a",
    BASE,
    f"{BASE}:8443/a",
    f"{BASE}:/a",
    "https://192.0.2.7/a",
    "https://[2001:db8::7]:8443/a",
    f"{BASE}/a?b=c#d",
    "https://user:word@hooks.example.org/a",
    "HTTPS://HOOKS.EXAMPLE.ORG/A",
    f"{BASE}/".ljust(MAX_LENGTH, "a"),
]
REFUSED = {
    "is empty": [""],
    "not an absolute": [
        "/secret",
        "hooks.example.org/secret",
        "ftp://hooks.example.org/secret",
        "https:///secret",
        "https://user@/secret",
        "https://:8443/secret",
        f"{BASE}:0/secret",
    ],
    "malformed host or port": [
        f"{BASE}:65536/secret",
        f"{BASE}:https/secret",
        "https://[2001:db8::7/secret",
    ],
    "white space": [
        f"{BASE}/secret path",
        f" {BASE}/secret",
        f"{BASE}/sec\nret",
        f"{BASE}/sec\tret",
    ],
    "ends with a line end; in YAML": [f"{BASE}/secret\n"],
    "control characters": [f"{BASE}/secret\0"],
    "punycode": ["https://hööks.example.org/secret"],
    "percent-encoded": [f"{BASE}/secret/ä"],
    "2049 characters": [f"{BASE}/secret".ljust(MAX_LENGTH + 1, "a")],
    "was masked": [f"{BASE}/{MASK}-0a1b2c3d", f"{BASE}/secret?key={MASK}"],
}


@pytest.mark.parametrize("url", ACCEPTABLE)
def test_absolute_url_is_acceptable(url: str) -> None:
    module.check_url(url)


@pytest.mark.parametrize(
    ("reason", "url"), [(reason, url) for reason, urls in REFUSED.items() for url in urls]
)
def test_unacceptable_url_is_refused_and_quoted_unless_masked(reason: str, url: str) -> None:
    with pytest.raises(NotPlannable) as caught:
        module.check_url(url)
    text = str(caught.value)

    # A URL that is too long, or was masked before, is not quoted at all.
    is_quoted = 0 < len(url) <= MAX_LENGTH and MASK not in url
    assert reason in text
    assert (
        sensitive.Renderer("").text(text).startswith(f"url '{sensitive.printable_url(url)}' ")
        is is_quoted
    )
    assert "secret" not in sensitive.Renderer("", mask_text=True).text(text)


# whether URLs are masked, the URL, what is said of it
UNWISE: list[tuple[bool, str, list[str]]] = [
    (False, f"{BASE}/secret", []),
    (False, "http://hooks.example.org/secret", ["plain http"]),
    (True, "HTTP://hooks.example.org/secret", ["plain http"]),
    (False, "https://user:word@hooks.example.org/secret", ["mask_url"]),
    (True, "https://user:word@hooks.example.org/secret", []),
    (False, "http://user@hooks.example.org/secret", ["plain http", "mask_url"]),
    (False, "http://[broken", []),
]


@pytest.mark.parametrize(("is_masked", "url", "words"), UNWISE)
def test_unwise_url_is_warned_about_by_host_alone(
    is_masked: bool, url: str, words: list[str]
) -> None:
    warnings = module.url_warnings(url, is_masked)

    assert len(warnings) == len(words)
    for warning, word in zip(warnings, words):
        assert word in warning
        assert "hooks.example.org" in warning
        assert not any(one in warning for one in ("secret", "user:", "word"))


SAME = {
    "case of the scheme": (f"{BASE}/a", "HTTPS://hooks.example.org/a"),
    "case of the host": (f"{BASE}/a", "https://Hooks.Example.ORG/a"),
    "default port of https": (f"{BASE}/a", f"{BASE}:443/a"),
    "default port of http": ("http://h.example/a", "http://h.example:80/a"),
    "default port of IPv6": ("https://[2001:DB8::7]:443/a", "https://[2001:db8::7]/a"),
    "empty port": (f"{BASE}/a", f"{BASE}:/a"),
    "empty path": (BASE, f"{BASE}/"),
    "empty path before a query": (f"{BASE}?a=b", f"{BASE}/?a=b"),
    "case of percent-encoding": (f"{BASE}/%c3%a4?q=%2f", f"{BASE}/%C3%A4?q=%2F"),
    "all at once": ("HTTPS://HOOKS.example.org:443?q=%aB", f"{BASE}/?q=%Ab"),
    "no address at all": ("none", "none"),
}

DIFFERENT = {
    "a trailing slash": (f"{BASE}/a", f"{BASE}/a/"),
    "case of the path": (f"{BASE}/a", f"{BASE}/A"),
    "case of the query": (f"{BASE}/?a", f"{BASE}/?A"),
    "an empty query": (f"{BASE}/a", f"{BASE}/a?"),
    "an empty fragment": (f"{BASE}/a", f"{BASE}/a#"),
    "order of the query": (f"{BASE}/?a=1&b=2", f"{BASE}/?b=2&a=1"),
    "another scheme": (f"{BASE}/a", "http://hooks.example.org/a"),
    "the other scheme's port": (f"{BASE}/a", f"{BASE}:80/a"),
    "a port that ends like the default": (f"{BASE}/a", f"{BASE}:8443/a"),
    "an IPv6 address that ends like a port": ("https://[fe80::443]/a", "https://[fe80:]/a"),
    "case of user information": ("https://U@h.example/a", "https://u@h.example/a"),
    "user information": ("https://u@h.example/a", "https://h.example/a"),
    "a dot at the host's end": (f"{BASE}/a", "https://hooks.example.org./a"),
    "dot segments": (f"{BASE}/a", f"{BASE}/b/../a"),
    "needless percent-encoding": (f"{BASE}/a", f"{BASE}/%61"),
    "what is no address, by case": ("none", "None"),
}


@pytest.mark.parametrize(("left", "right"), SAME.values(), ids=SAME)
def test_equivalent_spellings_are_one_url(left: str, right: str) -> None:
    assert module.urls_equivalent(left, right)


@pytest.mark.parametrize(("left", "right"), DIFFERENT.values(), ids=DIFFERENT)
def test_other_spellings_are_different_urls(left: str, right: str) -> None:
    assert not module.urls_equivalent(left, right)
