//! How each product's clients expect errors to look (decisions: errors).

use crate::ApiError;
use domain::{Instant, Product};
use http::StatusCode;
use serde_json::{Map, Value, json};

/// The shape of a face's errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ErrorStyle {
    /// `detail`, `code`, `timestamp`; a broken rule of a field is 422. Codementee, LeadBridge, and what is no face's.
    #[default]
    Plain,
    /// The same with the sentence once more as `error`; a broken rule is 400.
    Mansa,
    /// The same with the sentence as `message` too; a failed login is 400 with it in `non_field_errors`.
    AspireX,
}

impl ErrorStyle {
    /// A product's style.
    pub fn of(product: Product) -> Self {
        match product {
            Product::Codementee | Product::LeadBridge => Self::Plain,
            Product::Mansa => Self::Mansa,
            Product::AspireX => Self::AspireX,
        }
    }

    /// An error's status and body, at a time.
    pub(crate) fn render(self, error: &ApiError, timestamp: Instant) -> (StatusCode, Value) {
        let mut body = Map::new();
        body.insert("detail".to_owned(), error.detail.clone().into());
        body.insert("code".to_owned(), error.code.into());
        body.insert("timestamp".to_owned(), timestamp.to_string().into());
        if !error.errors.is_empty() {
            body.insert("errors".to_owned(), json!(error.errors));
        }
        if self != Self::Plain {
            body.insert("error".to_owned(), error.detail.clone().into());
        }
        if self == Self::AspireX {
            body.insert("message".to_owned(), error.detail.clone().into());
        }
        if self.is_failed_login(error.code) {
            body.insert("non_field_errors".to_owned(), json!([error.detail]));
        }
        body.extend(error.more.clone());
        (self.status(error.status, error.code), Value::Object(body))
    }

    /// The status with which a code is answered.
    pub(crate) fn status(self, status: StatusCode, code: &str) -> StatusCode {
        let broken_rule = self != Self::Plain && status == StatusCode::UNPROCESSABLE_ENTITY;
        if broken_rule || self.is_failed_login(code) { StatusCode::BAD_REQUEST } else { status }
    }

    /// Whether a route is among those that a product's admins can close for maintenance: at AspireX all but its health,
    /// its state, signing in and the admins' own (decisions: AspireX).
    pub fn may_be_closed(self, path: &str) -> bool {
        const OPEN: [&str; 4] = ["/api", "/api/health", "/health", "/api/site-status"];
        let open = OPEN.contains(&path) || ["/api/auth/", "/api/admin/"].iter().any(|prefix| path.starts_with(prefix));
        self == Self::AspireX && !open
    }

    fn is_failed_login(self, code: &str) -> bool {
        self == Self::AspireX && code == "INVALID_CREDENTIALS"
    }

    /// The fields of its errors beyond those that every face has, as OpenAPI writes them.
    pub(crate) fn more_fields(self) -> Vec<(&'static str, Value)> {
        let error = ("error", json!({ "type": "string", "description": "The sentence once more." }));
        let description = "The sentence of a failed login.";
        let login = ("non_field_errors", json!({ "type": "array", "items": { "type": "string" }, "description": description }));
        match self {
            Self::Plain => Vec::new(),
            Self::Mansa => vec![error],
            Self::AspireX => {
                let message =
                    ("message", json!({ "type": "string", "description": "The sentence for pages that read it here." }));
                vec![error, message, login]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(product: Product, error: &ApiError) -> (u16, Value) {
        let at = Instant::parse("2026-01-01T00:00:00Z").unwrap();
        let (status, body) = ErrorStyle::of(product).render(error, at);
        (status.as_u16(), body)
    }

    #[test]
    fn a_broken_rule_looks_as_each_product_shows_it() {
        let error = ApiError::invalid("email", "Enter an e-mail address");
        let plain = serde_json::json!({
            "detail": "Enter an e-mail address", "code": "VALIDATION_FAILED", "timestamp": "2026-01-01T00:00:00.000Z",
            "errors": { "email": ["Enter an e-mail address"] },
        });
        let mut mansa = plain.clone();
        mansa["error"] = "Enter an e-mail address".into();
        assert_eq!(rendered(Product::Codementee, &error), (422, plain.clone()));
        assert_eq!(rendered(Product::LeadBridge, &error), (422, plain.clone()));
        assert_eq!(rendered(Product::Mansa, &error), (400, mansa.clone()));
        let mut aspirex = mansa;
        aspirex["message"] = "Enter an e-mail address".into();
        assert_eq!(rendered(Product::AspireX, &error), (400, aspirex));
    }

    #[test]
    fn a_failed_login_at_aspirex_is_no_401() {
        let error = ApiError::unauthorized("INVALID_CREDENTIALS", "Invalid credentials");
        let (status, body) = rendered(Product::AspireX, &error);
        assert_eq!((status, &body["non_field_errors"]), (400, &serde_json::json!(["Invalid credentials"])));
        assert_eq!(rendered(Product::Mansa, &error).0, 401);
    }
}
