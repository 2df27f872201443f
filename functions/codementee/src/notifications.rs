//! `/api/notifications…`: the notices that a member reads in the product.

use crate::state::Deps;
use web::{Routes, list_notices, read_all_notices, read_notice};

/// The routes of notices, which the group of interviews serves.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    routes
        .get("/api/notifications", "List one's own notices, newest first", list_notices)
        .put("/api/notifications/read-all", "Mark all of one's notices as read", read_all_notices)
        .put("/api/notifications/{id}/read", "Mark one of one's notices as read", read_notice)
}
