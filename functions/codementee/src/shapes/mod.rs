//! Answers as Codementee's clients read them.

mod analytics;
mod audit;
mod bookings;
mod catalog;
mod dashboards;
mod figures;
mod orders;
mod people;

pub use analytics::AnalyticsShape;
pub use audit::AuditShape;
pub use bookings::{BookingShape, FeedbackShape, MockShape};
pub use catalog::{CompanyShape, LinkShape, PlanShape, PublicPlan, SlotShape, price_list};
pub use dashboards::{MenteeDashboardShape, MentorDashboardShape};
pub use figures::{RevenueShape, StatsShape};
pub use orders::OrderShape;
pub use people::{User, claims, tier};

use serde::Serialize;
use utoipa::ToSchema;

/// An answer that only says that it is done.
#[derive(Debug, Serialize, ToSchema)]
pub struct Message {
    pub message: &'static str,
}
