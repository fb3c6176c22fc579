"""Ready-made options, records and answers, so that a test shows only what matters to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.touchbasepro.sms.plugins.module_utils._api.client import Client
from ansible_collections.touchbasepro.sms.plugins.module_utils._api.models import Owner, Webhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._errors import Failure, Refused
from ansible_collections.touchbasepro.sms.plugins.module_utils._http.transport import Transport
from ansible_collections.touchbasepro.sms.plugins.module_utils._options import ConnectionOptions
from ansible_collections.touchbasepro.sms.plugins.module_utils._plan.desired import DesiredWebhook
from ansible_collections.touchbasepro.sms.plugins.module_utils._sensitive import Renderer

KEY = "key-0f3a9c77d1"
URL = "https://hooks.example.org/replies/5f1d"
OTHER_URL = "https://hooks.example.org/replies/77aa"
NEW_URL = "https://hooks.example.org/replies/new"
DATE = "2021-10-25T06:58:55.951Z"
CAMPAIGN = Owner("campaign", 9141)
OTHER_CAMPAIGN = Owner("campaign", 9142)
REPLY, STATUS = "CampaignReply", "CampaignMessageStatusUpdate"
WEBHOOKS_PATH = "/sms/campaigns/9141/webhooks"
WEBHOOK_PATH = f"{WEBHOOKS_PATH}/28"


_CONNECTION: dict[str, Any] = {
    "api_key": KEY,
    "timeout": 5.0,
    "max_wait": 60.0,
    "validate_certs": True,
    "ca_path": None,
    "use_proxy": True,
}


def options(api_url: str, **changed: Any) -> ConnectionOptions:
    """Connection options that fail fast."""
    return ConnectionOptions(**{**_CONNECTION, "api_url": api_url, "retries": 3, **changed})


def client_of(api_url: str, read_only: bool = False, **changed: Any) -> Client:
    """A client that tries each request once, unless told otherwise."""
    return Client(Transport(options(api_url, **{"retries": 0, **changed}), read_only))


def connection_params(api_url: str, **changed: Any) -> dict[str, Any]:
    """The connection options as validated task options."""
    return {**_CONNECTION, "api_url": api_url, "retries": 0, "mask_url": False, **changed}


def entry(**given: Any) -> dict[str, Any]:
    """One validated entry of touchbase_sms_webhooks; what is not given is null."""
    names = ("scope", "list_id", "webhook_id", "webhook_type", "url", "active", "date_created")
    return {**dict.fromkeys(names), "campaign_id": 9141, "note": None, "state": "present", **given}


class Tagged(str):
    """A text as ansible-core hands it on since 2.19: equal, but of a class of its own."""

    __slots__ = ()


def webhook(**changed: Any) -> Webhook:
    """A webhook of campaign 9141."""
    usual = Webhook(CAMPAIGN, 28, REPLY, URL, active=True, date_created=DATE)
    return replace(usual, **changed)


def new_webhook(**changed: Any) -> Webhook:
    """The same webhook before it exists."""
    return webhook(**{"webhook_id": None, "date_created": None, **changed})


def api_record(**changed: Any) -> dict[str, Any]:
    """The same webhook as the service spells it."""
    usual = {"Id": 28, "IsActive": True, "Url": URL, "WebhookType": REPLY, "DateCreated": DATE}
    return {**usual, **changed}


def api_campaign(**changed: Any) -> dict[str, Any]:
    """A campaign as the service lists it."""
    usual = {"CampaignId": 9141, "Name": "Spring", "Content": "Hello", "Date": DATE}
    return {**usual, **changed}


def page(*campaigns: dict[str, Any], pages: int = 1) -> dict[str, Any]:
    """A page of campaigns as the service sends it."""
    return {"Data": list(campaigns), "Page": 1, "PageSize": 10, "TotalPages": pages}


def shown(value: Any) -> Any:
    """What a result shows of texts that are marked as sensitive, without masking."""
    return Renderer(KEY).render(value)


def without(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The data without some keys."""
    return {key: value for key, value in data.items() if key not in names}


def by_key(url: str = URL, webhook_type: str = REPLY, **more: Any) -> DesiredWebhook:
    """A declaration by natural key."""
    return DesiredWebhook(**{"owner": CAMPAIGN, "webhook_type": webhook_type, "url": url, **more})


def by_id(webhook_id: int = 28, **more: Any) -> DesiredWebhook:
    """A declaration by id."""
    return DesiredWebhook(**{"owner": CAMPAIGN, "webhook_id": webhook_id, **more})


def absent(desired: DesiredWebhook) -> DesiredWebhook:
    """The same webhook, declared not to be there."""
    fields = {name: getattr(desired, name) for name in ("owner", "webhook_id", "url")}
    return DesiredWebhook(**fields, webhook_type=desired.webhook_type, is_present=False)


# What is there: webhooks of one campaign, and what the service may say instead of listing them.
SPELT_OTHERWISE = "HTTPS://Hooks.Example.org:443/replies/5f1d"
THIRD_URL = "https://hooks.example.org/replies/c3"
NOTE = "Receiver answered 410."
ON = webhook()
OFF = webhook(active=False, note=NOTE)
NEW = new_webhook()
OTHER = webhook(webhook_id=29, url=OTHER_URL)
TWIN = webhook(webhook_id=30)
OFF_TWIN = webhook(webhook_id=27, active=False)
STATUS_ONE = webhook(webhook_id=31, webhook_type=STATUS)
GONE = Refused("There is no campaign 9141.", Failure(404, 99))
FORBIDDEN = Refused("Not yours.", Failure(403, 105))
NO_CODE = Refused("Resource not found.", Failure(404))
EMPTY_LIST = Refused("No webhook record.", Failure(404, 142))
MOVED = webhook(url=OTHER_URL)
PAUSED = webhook(active=False)
ELSEWHERE = webhook(owner=OTHER_CAMPAIGN, webhook_id=7)
