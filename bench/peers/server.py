"""A server as one would write it in Python, with the routes of the load: FastAPI behind uvicorn, the table through boto3.

It reads people, companies, slots and links where the platform has them, and keeps bookings and sessions under keys of its
own. It makes the same promises as the platform does for these calls, by the same kind of transaction: a quota is never
overdrawn, a slot, a link and a quarter hour are taken once, and an event and an audit record stand beside each change.
What follows from an event (mails, reminders, counts), it leaves out.
"""

import datetime
import json
import random
import time
import uuid
from decimal import Decimal

from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError
from fastapi import Depends, HTTPException
from function import TABLE, app, dynamodb, member
from pydantic import BaseModel

table = dynamodb.Table(TABLE)
client = dynamodb.meta.client
POOLS = 4
ATTEMPTS = 8
QUARTER = 900  # seconds


class BookingRequest(BaseModel):
    company_id: str
    slot_ids: list[str]
    specific_topics: list[str] = []
    additional_notes: str = ""


class Confirmation(BaseModel):
    booking_request_id: str
    mentor_id: str
    confirmed_slot_id: str


def now():
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain(item):
    return {key: float(value) if isinstance(value, Decimal) else value for key, value in item.items()}


def get_all(keys):
    """Items by their keys, in one request; what is missing is None."""
    answer = client.batch_get_item(RequestItems={TABLE: {"Keys": [{"pk": pk, "sk": sk} for pk, sk in keys], "ConsistentRead": True}})
    found = {(item["pk"], item["sk"]): item for item in answer["Responses"][TABLE]}
    return [found.get(key) for key in keys]


def put(item, condition="attribute_not_exists(pk)"):
    return {"Put": {"TableName": TABLE, "Item": item, "ConditionExpression": condition}}


def change(pk, sk, update, condition, values, names=None):
    step = {
        "TableName": TABLE, "Key": {"pk": pk, "sk": sk}, "UpdateExpression": update, "ConditionExpression": condition,
        "ExpressionAttributeValues": values,
    }
    return {"Update": {**step, "ExpressionAttributeNames": names} if names else step}


def noted(kind, about, by):
    """The event and the audit record of a change."""
    number = str(uuid.uuid4())
    at = now()
    return [
        put({"pk": f"peer#EVENT#{number}", "sk": "EVENT", "kind": kind, "at": at, "body": json.dumps(about)}),
        put({"pk": "peer#AUDIT", "sk": f"{at}#{number}", "kind": kind, "by": by, "about": about["id"]}),
    ]


def commit(steps):
    """Whether it was done; False when a condition did not hold."""
    for attempt in range(ATTEMPTS):
        try:
            client.transact_write_items(TransactItems=steps)
            return True
        except client.exceptions.TransactionCanceledException as error:
            reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
            if "ConditionalCheckFailed" in reasons:
                return False
            time.sleep(random.random() * 0.025 * 2**attempt)
        except ClientError as error:
            raise HTTPException(503, "Busy") from error
    raise HTTPException(503, "Busy")


@app.get("/api/mentee/booking-requests")
def own_bookings(signed_in=Depends(member)):
    account, _, _ = signed_in
    query = Key("pk").eq(f"peer#BOOKINGS#{account['id']}")
    answer = table.query(KeyConditionExpression=query, ScanIndexForward=False, Limit=50)
    return [json.loads(item["body"]) | {"status": item["status"]} for item in answer["Items"]]


@app.get("/api/companies")
def companies():
    answer = table.query(KeyConditionExpression=Key("pk").eq("codementee#COMPANIES"), ConsistentRead=True)
    return [plain(item) | {"id": item["sk"]} for item in answer["Items"]]


@app.post("/api/mentee/booking-request")
def book(request: BookingRequest, signed_in=Depends(member)):
    account, membership, _ = signed_in
    slots = [(f"codementee#SLOT#{slot}", "SLOT") for slot in request.slot_ids]
    company, *found = get_all([("codementee#COMPANIES", request.company_id), *slots])
    if not company:
        raise HTTPException(404, "Company not found")
    if not all(slot and slot["status"] == "available" for slot in found):
        raise HTTPException(409, "Slot is not available")
    made = now()
    number = f"{made}#{uuid.uuid4()}"
    booking = {
        "id": number, "mentee_id": account["id"], "mentee_name": account["name"], "company_id": request.company_id,
        "company_name": company["name"], "slot_ids": request.slot_ids, "specific_topics": request.specific_topics,
        "additional_notes": request.additional_notes, "created_at": made,
    }
    quota = change(
        membership["pk"], membership["sk"], "SET #plan.#left.mock_interviews = #plan.#left.mock_interviews - :one",
        "#plan.#left.mock_interviews >= :one", {":one": 1}, {"#plan": "plan", "#left": "left"},
    )
    own = {"pk": f"peer#BOOKINGS#{account['id']}", "sk": number, "status": "pending", "body": json.dumps(booking)}
    by_id = {"pk": f"peer#BOOKING#{number}", "sk": "BOOKING", "mentee_id": account["id"]}
    if not commit([quota, put(own), put(by_id), *noted("BookingRequested", booking, account["id"])]):
        raise HTTPException(403, "Quota exceeded")
    return booking | {"status": "pending"}


def quarters(slot):
    """The starts of the quarter hours of a slot."""
    start, end = (datetime.datetime.fromisoformat(slot[name].replace("Z", "+00:00")).timestamp() for name in ("starts_at", "ends_at"))
    return [int(start) + QUARTER * n for n in range(int(end - start) // QUARTER)]


def free_link():
    for pool in random.sample(range(POOLS), POOLS):
        answer = table.query(KeyConditionExpression=Key("pk").eq(f"codementee#POOL#{pool}"), ConsistentRead=True, Limit=12)
        if answer["Items"]:
            return random.choice(answer["Items"])
    raise HTTPException(409, "No meet link")


@app.post("/api/admin/confirm-booking")
def confirm(request: Confirmation, signed_in=Depends(member)):
    admin, _, claims = signed_in
    if claims["role"] != "admin":
        raise HTTPException(403, "Insufficient permissions")
    wanted = [
        (f"peer#BOOKING#{request.booking_request_id}", "BOOKING"),
        (f"codementee#SLOT#{request.confirmed_slot_id}", "SLOT"),
        (f"ACCOUNT#{request.mentor_id}", "MEMBER#codementee"),
    ]
    booking, slot, mentor = get_all(wanted)
    if not (booking and slot and mentor):
        raise HTTPException(404, "Not found")
    mock = {"id": str(uuid.uuid4()), "booking_id": request.booking_request_id, "mentor_id": request.mentor_id, "start": slot["starts_at"]}
    # Another may take the link first; then there are others.
    for _ in range(ATTEMPTS):
        link = free_link()
        calendars = [
            put({"pk": f"peer#CALENDAR#{who}", "sk": str(quarter), "mock": mock["id"]})
            for who in (booking["mentee_id"], request.mentor_id)
            for quarter in quarters(slot)
        ]
        status = {"#status": "status"}
        steps = [
            change(
                f"peer#BOOKINGS#{booking['mentee_id']}", request.booking_request_id, "SET #status = :new", "#status = :old",
                {":new": "confirmed", ":old": "pending"}, status,
            ),
            change(slot["pk"], slot["sk"], "SET #status = :new", "#status = :old", {":new": "booked", ":old": "available"}, status),
            {"Delete": {"TableName": TABLE, "Key": {"pk": link["pk"], "sk": link["sk"]}, "ConditionExpression": "attribute_exists(pk)"}},
            put({"pk": f"peer#MOCK#{mock['id']}", "sk": "MOCK", "link": link.get("link", ""), "body": json.dumps(mock)}),
            put({"pk": "peer#DUE", "sk": f"{slot['starts_at']}#{mock['id']}", "kind": "reminder"}),
            *calendars,
            *noted("BookingConfirmed", mock, admin["id"]),
        ]
        if commit(steps):
            return {"mock_id": mock["id"], "meeting_link": link.get("link", "")}
    raise HTTPException(409, "Conflict")
