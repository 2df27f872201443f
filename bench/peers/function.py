"""The signed-in read of `GET /api/auth/me`, as one would write it in Python: FastAPI behind Mangum, the table through boto3.

It reads the same three items with the same one request and answers the same fields.
"""

import os
import time

import boto3
import jwt
from botocore.config import Config
from fastapi import Depends, FastAPI, Header, HTTPException
from mangum import Mangum

TABLE = os.environ["TABLE_NAME"]
SECRET = os.environ["JWT_SECRET"]

# As many connections as a worker has threads; ten, the default, would be opened anew again and again.
dynamodb = boto3.resource("dynamodb", config=Config(max_pool_connections=64))
app = FastAPI()


def member(authorization: str = Header(default="")):
    scheme, _, token = authorization.partition(" ")
    if scheme not in ("Bearer", "Token"):
        raise HTTPException(401, "Not authenticated")
    try:
        claims = jwt.decode(token, SECRET, algorithms=["HS256"], audience="codementee", issuer="platform")
    except jwt.ExpiredSignatureError:
        raise HTTPException(401, "Token expired") from None
    except jwt.InvalidTokenError:
        raise HTTPException(401, "Invalid token") from None
    account = f"ACCOUNT#{claims['sub']}"
    keys = [{"pk": account, "sk": sk} for sk in ("ACCOUNT", "MEMBER#codementee", f"SESSION#{claims['sid']}")]
    answer = dynamodb.batch_get_item(RequestItems={TABLE: {"Keys": keys, "ConsistentRead": True}})
    items = {item["sk"].split("#")[0]: item for item in answer["Responses"][TABLE]}
    if len(items) != 3:
        raise HTTPException(401, "Invalid token")
    if items["SESSION"]["expires_at"] <= time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()):
        raise HTTPException(401, "Token expired")
    return items["ACCOUNT"], items["MEMBER"], claims


@app.get("/api/auth/me")
def me(signed_in=Depends(member)):
    account, membership, claims = signed_in
    return {
        "id": account["id"],
        "name": account["name"],
        "email": account["email"],
        "role": claims["role"],
        "status": claims["status"],
        "plan_id": claims["plan_id"],
        "created_at": membership["created_at"],
    }


handler = Mangum(app, lifespan="off")
