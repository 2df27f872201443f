//! Replies, and those that a fault gives instead.

use super::{Fault, Service};
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Bytes;
use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};

/// A reply on its way back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub kind: Option<HeaderValue>,
    pub error: Option<HeaderValue>,
    pub bytes: Bytes,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }

    /// What an error of AWS is called; empty without one.
    pub fn error_type(&self) -> String {
        self.json()["__type"].as_str().unwrap_or_default().to_owned()
    }

    /// Changes the body, if the change says that it did.
    pub fn rewrite(&mut self, change: impl FnOnce(&mut Value) -> bool) -> bool {
        let mut answer = self.json();
        let changed = change(&mut answer);
        if changed {
            self.bytes = Bytes::from(answer.to_string());
        }
        changed
    }

    pub fn into_response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.bytes));
        *response.status_mut() = self.status;
        let headers = [(header::CONTENT_TYPE, self.kind), (HeaderName::from_static("x-amzn-errortype"), self.error)];
        for (name, value) in headers {
            if let Some(value) = value {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

fn aws(status: StatusCode, error: &'static str, mut body: Value) -> Reply {
    body["__type"] = format!("com.amazonaws.dynamodb.v20120810#{error}").into();
    let kind = Some(HeaderValue::from_static("application/x-amz-json-1.0"));
    Reply { status, kind, error: Some(HeaderValue::from_static(error)), bytes: Bytes::from(body.to_string()) }
}

fn plain(status: StatusCode, description: &str) -> Reply {
    let body = json!({ "error": { "code": "SERVER_ERROR", "description": description } });
    let kind = Some(HeaderValue::from_static("application/json"));
    Reply { status, kind, error: None, bytes: Bytes::from(body.to_string()) }
}

/// What is answered instead of asking.
pub fn instead(service: Service, fault: Fault, request: &Value, rng: &mut StdRng) -> Reply {
    let message = |text: &str| json!({ "message": text });
    match (service, fault) {
        (Service::Table, Fault::Conflict) => conflict(request, rng),
        (Service::Table | Service::Bus, Fault::Throttled) => {
            aws(StatusCode::BAD_REQUEST, "ThrottlingException", message("Rate exceeded"))
        }
        (Service::Table, Fault::ThroughputExceeded) => {
            aws(StatusCode::BAD_REQUEST, "ProvisionedThroughputExceededException", message("The throughput is exceeded"))
        }
        (Service::Mail, Fault::Throttled) => {
            aws(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", message("Maximum sending rate exceeded."))
        }
        (Service::Razorpay, Fault::Throttled) => plain(StatusCode::TOO_MANY_REQUESTS, "Too many requests"),
        (Service::Razorpay, _) => plain(StatusCode::INTERNAL_SERVER_ERROR, "We are facing some trouble"),
        (Service::Table | Service::Bus | Service::Mail, _) => {
            aws(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerError", message("Internal server error"))
        }
    }
}

/// A transaction that met another one at one of its items.
fn conflict(request: &Value, rng: &mut StdRng) -> Reply {
    let steps = request["TransactItems"].as_array().map_or(1, Vec::len);
    let met = rng.random_range(0..steps);
    let reason = |place| if place == met { "TransactionConflict" } else { "None" };
    let reasons: Vec<Value> = (0..steps).map(|place| json!({ "Code": reason(place) })).collect();
    let body = json!({ "Message": "Transaction cancelled [TransactionConflict]", "CancellationReasons": reasons });
    aws(StatusCode::BAD_REQUEST, "TransactionCanceledException", body)
}
