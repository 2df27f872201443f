//! The routes of the face, read off its document, and whom each lets in.

use crate::openapi::{Operation, operations};
use reqwest::Method;

/// A route of the face.
#[derive(Debug, Clone)]
pub struct Route {
    pub method: Method,
    /// With `{id}` where it has one.
    pub path: String,
    role: &'static str,
}

impl Route {
    /// Whom it lets in: a role, `anyone` who is signed in, or everybody (`public`).
    pub fn role(&self) -> &'static str {
        self.role
    }
}

/// Every route of the face but the webhook, which no person calls.
pub fn routes() -> Vec<Route> {
    let ours = operations().into_iter().filter(|operation| operation.path != "/api/payment/webhook");
    ours.map(route).collect()
}

fn route(operation: Operation) -> Route {
    let role = match operation.roles()[..] {
        [] => "public",
        [role] => role,
        _ => "anyone",
    };
    Route { method: operation.method(), path: operation.path.to_owned(), role }
}

#[test]
fn a_path_under_a_role_s_name_lets_in_that_role_alone() {
    let routes = routes();
    for role in ["admin", "mentor", "mentee"] {
        let under: Vec<_> = routes.iter().filter(|route| route.path.starts_with(&format!("/api/{role}/"))).collect();
        assert!(under.len() >= 3, "{role}: {under:?}");
        for route in under {
            assert_eq!(route.role(), role, "{} {}", route.method, route.path);
        }
    }
}
