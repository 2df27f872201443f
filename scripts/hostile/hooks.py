"""What schemathesis is told about the local server: who asks, and what must be put right while it asks.

Loaded by `scripts/try-hostile`, which sets HOSTILE_URL, HOSTILE_FACE, HOSTILE_ADDRESS (empty for a visitor) and
HOSTILE_TALLY, where the count of answers is written.
"""

import atexit
import collections
import json
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request

import schemathesis
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation as At
from schemathesis.specs.openapi.utils import parameter_types, sent_text_is_valid

URL = os.environ["HOSTILE_URL"]
FACE = os.environ["HOSTILE_FACE"]
ADDRESS = os.environ["HOSTILE_ADDRESS"]
PASSWORD = "demo-password"
DELETES = r"(DELETE|POST) /api/(auth/me|users/me|auth/delete-account)"
# As far as the clock is moved for one answer of 429: what lies further is left refused.
PATIENCE = 600


def only(case, place):
    """Whether what the document forbids stands in this part of the request and in no other."""
    return case.meta is not None and {where for where, part in case.meta.components.items() if part.mode.is_negative} == {place}


def is_allowed(case, body):
    """Whether the document allows the operation such a body."""
    declared = case.operation.get_body_for_media_type(case.media_type)
    return declared is not None and declared.get_validator().is_valid(body)


def has_null(value):
    if isinstance(value, dict):
        return any(one is None or has_null(one) for one in value.values())
    return isinstance(value, list) and any(has_null(one) for one in value)


def without_nulls(value):
    """A body without its fields that are null."""
    if isinstance(value, dict):
        return {name: without_nulls(one) for name, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def leaves_fields_out(case, response):
    return only(case, At.BODY) and has_null(case.body) and is_allowed(case, without_nulls(case.body))


def leaves_body_out(case, response):
    may_be_empty = any(declared.get_validator().is_valid({}) for declared in case.operation.body)
    return only(case, At.BODY) and case.body is NOT_SET and may_be_empty


def leaves_parameters_out(case, response):
    """Whether nothing is wrong with a query, as it was sent, but that some of its parameters are empty."""
    sent = urllib.parse.parse_qs(urllib.parse.urlsplit(response.request.url).query, keep_blank_values=True)
    # An object is sent as its names, one after another. Of a parameter given twice the last value counts.
    sent = {name: values[-1] for name, values in sent.items()}

    def is_right(parameter):
        text = sent.get(parameter.name, "")
        if not text:
            return not parameter.is_required
        return sent_text_is_valid(text, parameter.get_validator().is_valid, parameter_types(parameter.validation_schema))

    empty = any(sent.get(parameter.name) == "" for parameter in case.operation.query)
    return only(case, At.QUERY) and empty and all(map(is_right, case.operation.query))


# Findings that are none: the check, which requests it is about, and why. Each excuses what it names and nothing beside
# it: a request that breaks its document in a second place is a finding.
EXCLUDED = [
    (
        "AcceptedNegativeData",
        leaves_parameters_out,
        "An empty value in a query leaves the parameter out: forms send it so. Of a parameter given twice the last value counts.",
    ),
    (
        "AcceptedNegativeData",
        leaves_body_out,
        "No body is taken for an empty object, where nothing in it is required.",
    ),
    (
        "AcceptedNegativeData",
        leaves_fields_out,
        "null in a body leaves the field out, where it may be left out: the products' web clients send it so.",
    ),
]

statuses = collections.Counter()
reached = set()
excluded = collections.Counter()
sign_ins = 0


def send(method, path, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, {"content-type": "application/json", **(headers or {})}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, error.headers, json.loads(error.read() or b"null")


def advance(seconds):
    send("POST", "/_local/clock", {"advance": f"{max(1, int(seconds))}s"})


def by_code(address):
    """Mansa's members are mailed a code."""
    seen = {mail["id"] for mail in send("GET", f"/_local/inbox.json?to={address}&subject=code")[2]}
    status, headers, body = send("POST", f"/{FACE}/api/users/email-login", {"email": address})
    if status != 202:
        return status, headers, body
    for _ in range(50):
        time.sleep(0.2)
        mails = send("GET", f"/_local/inbox.json?to={address}&subject=code")[2]
        new = [mail for mail in mails if mail["id"] not in seen]
        if new:
            code = re.search(r"Code: (\d{6})", new[0]["text"]).group(1)
            return send("POST", f"/{FACE}/api/users/email-login", {"email": address, "code": code})
    raise RuntimeError(f"{address} was mailed no code")


def sign_in(address=ADDRESS):
    """A token, whatever form the face hands it out in."""
    global sign_ins
    sign_ins += 1
    for _ in range(8):
        if FACE == "mansa":
            status, headers, body = by_code(address)
        else:
            status, headers, body = send("POST", f"/{FACE}/api/auth/login", {"email": address, "password": PASSWORD})
        if status == 200:
            cookie = (headers.get("set-cookie") or "").split(";")[0].partition("=")[2]
            return body.get("access_token") or body.get("token") or body.get("access") or cookie
        if status != 429:
            break
        # Another test used the limit up.
        advance(int(headers.get("retry-after", "1")))
    raise RuntimeError(f"{address} cannot sign in: {status} {body}")


if ADDRESS:

    @schemathesis.auth(refresh_interval=None)
    class Caller:
        token = None
        # His account is deleted: what is still asked, a visitor asks.
        left = False

        def get(self, case, context):
            if Caller.token is None and not Caller.left:
                Caller.token = sign_in()
            return Caller.token

        def set(self, case, data, context):
            if data:
                case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.hook
def after_call(context, case, response):
    statuses[response.status_code] += 1
    # Other methods are asked in an operation's name: what answers them is not the operation.
    operation = case.operation.label if case.method.upper() == case.operation.method.upper() else ""
    if operation and response.status_code < 400:
        reached.add(operation)
    # The caller's session ended, by his own doing or in time. Some requests come without his token, or with a wrong one.
    if response.status_code == 401 and ADDRESS and response.request.headers.get("Authorization") == f"Bearer {Caller.token}":
        Caller.token = None
    if re.fullmatch(DELETES, operation) and response.status_code == 200 and ADDRESS:
        Caller.token, Caller.left = None, True
    if operation.endswith("/logout") and response.status_code == 200 and ADDRESS:
        Caller.token = None
    # Time passes, so that what comes next gets further than the limit.
    if response.status_code == 429:
        wait = response.headers.get("retry-after", ["1"])
        wait = int(wait[0] if isinstance(wait, list) else wait)
        if wait <= PATIENCE:
            advance(wait)
    # A site that is closed shows nothing more.
    if operation == "PUT /api/site-status" and response.status_code == 200:
        token = {"Authorization": f"Bearer {Caller.token}"}
        send("PUT", f"/{FACE}/api/site-status", {"maintenance_mode": False}, token)
        advance(11)


@schemathesis.hook
def filter_failure(context, failure, case, response):
    for check, about, why in EXCLUDED:
        if type(failure).__name__ == check and about(case, response):
            excluded[why] += 1
            return False
    return True


@atexit.register
def tally():
    with open(os.environ["HOSTILE_TALLY"], "w") as file:
        json.dump(
            {
                "statuses": dict(sorted(statuses.items())),
                "reached": sorted(reached),
                "excluded": dict(excluded),
                "sign_ins": sign_ins,
            },
            file,
        )
