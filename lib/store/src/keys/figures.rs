//! Figures, kept by the projector.

use super::Key;
use domain::{AccountId, CompanyId, Product, catalog::PlanId};

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

/// What is counted of a product by month, by month and plan, and by company.
pub fn analytics(product: Product) -> String {
    format!("{product}#ANALYTICS")
}

/// All months of the analytics, by their common sort key prefix.
pub const COUNTED_MONTH_PREFIX: &str = "MONTH#";

/// All companies, likewise.
pub const COUNTED_COMPANY_PREFIX: &str = "COMPANY#";

/// The counts of a month, like `2026-02`.
pub fn counts_of_month(product: Product, month: &str) -> Key {
    Key::new(analytics(product), format!("{COUNTED_MONTH_PREFIX}{month}"))
}

/// What a plan brought in in a month.
pub fn revenue_of_month_and_plan(product: Product, month: &str, plan: &PlanId) -> Key {
    Key::new(analytics(product), format!("{}{plan}", sold_in_month(month)))
}

fn sold_in_month(month: &str) -> String {
    format!("SOLD#{month}#")
}

/// The first and the last sort key of what was sold in a stretch of months.
pub fn sold_in_months(from: &str, to: &str) -> (String, String) {
    // Plan keys begin with a letter, a digit, '_' or '-', which all sort before '~'.
    (sold_in_month(from), format!("{}~", sold_in_month(to)))
}

/// How often a company was asked for.
pub fn requests_for_company(product: Product, company: CompanyId) -> Key {
    Key::new(analytics(product), format!("{COUNTED_COMPANY_PREFIX}{company}"))
}

/// The counts of one person.
pub fn counts_of_person(product: Product, person: AccountId) -> Key {
    Key::new(format!("{product}#PERSON#{person}"), "STATS")
}
