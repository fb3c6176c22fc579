# Copyright (c) 2026, the touchbasepro.sms contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connection options, documented once; private to this collection."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - The API key of the TouchBasePro account, without the word V(Bearer).
      - Required. If not set, the environment variable E(TOUCHBASE_API_KEY) is used. An environment
        variable that is set but empty counts as unset; this applies to all of them.
      - Refused if it is shorter than 8 characters, or has white space, control characters or
        characters outside ASCII.
    type: str
  api_url:
    description:
      - Base URL of the API. Set it for a gateway, or to test against a simulator.
      - Must be https, except for loopback addresses, and must not have user information, a query
        or a fragment.
      - If not set, the environment variable E(TOUCHBASE_API_URL) is used.
    type: str
    default: https://api.touchbasepro.com
  timeout:
    description:
      - Time limit in seconds of one attempt, from the connection to the last byte of the response;
        at least 0.001 and at most 86400.
      - A request ends after at most O(max_wait) seconds and O(timeout) for each attempt. Name
        resolution, the TLS handshake, and connections to further IP addresses of the host are not
        counted.
    type: float
    default: 30.0
  retries:
    description:
      - Number of retries after the first attempt, when the connection fails or the status is 429,
        502, 503 or 504; from 0 to 20.
      - The pause between attempts grows, with jitter. If the service asks for a pause, with
        C(Retry-After) or with "Try again in N seconds" in the text of a 429, that pause is used,
        within O(max_wait).
    type: int
    default: 3
  max_wait:
    description:
      - Time limit in seconds of all pauses between the attempts of one request. Once it is used up
        there is no further attempt, so V(0) disables retries. At most 86400.
    type: float
    default: 60.0
  validate_certs:
    description:
      - Whether the certificate of the service is checked. Set to V(false) only for testing.
      - If not set, the environment variable E(TOUCHBASE_VALIDATE_CERTS) is used.
    type: bool
    default: true
  ca_path:
    description:
      - A file in PEM form, or a directory, with the certificates of the authorities to trust,
        instead of the system's own.
      - If not set, the environment variable E(TOUCHBASE_CA_PATH) is used, else
        E(REQUESTS_CA_BUNDLE). If none is set, the store of the system and that of the requests
        library are trusted.
    type: path
  use_proxy:
    description:
      - Whether the proxy named by the environment (E(HTTPS_PROXY), E(ALL_PROXY), E(NO_PROXY)) is
        used. Plain http, which is for loopback only, never goes through a proxy.
    type: bool
    default: true
  mask_url:
    description:
      - Whether URLs of webhooks are shown with V(********) and a short digest in place of
        everything after the host. The digest lets a diff show that a URL changed.
      - This covers the result, the diff, facts, warnings, errors and the invocation. Of the
        service's own text, only plain words and numbers of up to six digits are shown.
      - Ansible itself prints extra variables, and the whole item of a loop that fails, even with
        C(loop_control.label). Loop over ids, and look up the URL inside.
      - C(no_log) on a task masks its message and warnings in the same way, since ansible-core 2.19
        and later print them despite C(no_log). The record stays as it is for the tasks that use it.
      - Treat a URL as a credential, since the service is not known to sign what it sends.
      - Cannot be combined with C(async).
    type: bool
    default: false
requirements:
  - Python 3.9 or later with requests 2.31 or later, on the host that runs the module
notes:
  - Every host of a play sends its own requests to the API. To send them once, use C(run_once) and
    C(delegate_to=localhost), or a play for C(localhost).
  - On the local connection, the task runs inside Ansible's own worker process, without packing and
    starting a module, which makes loops many times faster. Results are the same. The variable
    C(touchbase_in_process=false) disables this.
  - The service has no lock. When two runs change the same webhook at once, the last writer wins.
"""
