//! Figures, kept by the projector.

use super::Key;
use domain::{Product, catalog::PlanId};

/// The counts of a product.
pub fn stats(product: Product) -> Key {
    Key::new(format!("{product}#STATS"), "STATS")
}

/// What a product took in.
pub fn revenue(product: Product) -> String {
    format!("{product}#REVENUE")
}

/// All plans of a product's revenue, by their common sort key prefix.
pub const REVENUE_PLAN_PREFIX: &str = "PLAN#";

/// All months, likewise.
pub const REVENUE_MONTH_PREFIX: &str = "MONTH#";

/// What a plan brought in.
pub fn revenue_of_plan(product: Product, plan: &PlanId) -> Key {
    Key::new(revenue(product), format!("{REVENUE_PLAN_PREFIX}{plan}"))
}

/// What a month, like `2026-02`, brought in.
pub fn revenue_of_month(product: Product, month: &str) -> Key {
    Key::new(revenue(product), format!("{REVENUE_MONTH_PREFIX}{month}"))
}
