//! Answers as Codementee's clients read them.

mod ai;
mod analytics;
mod audit;
mod bookings;
mod care;
mod catalog;
mod community;
mod dashboards;
mod figures;
mod orders;
mod people;

pub use ai::AnalysisShape;
pub use analytics::AnalyticsShape;
pub use audit::AuditShape;
pub use bookings::{BookingShape, FeedbackShape, MockShape};
pub use care::ExportShape;
pub use catalog::{CompanyShape, LinkShape, PlanShape, PublicPlan, SlotShape, price_list};
pub use community::{CommentShape, DiscussionShape, DossierShape, PostShape, ReportedPostShape};
pub use dashboards::{MenteeDashboardShape, MentorDashboardShape};
pub use figures::{RevenueShape, StatsShape};
pub use orders::OrderShape;
pub use people::{User, claims, tier};
pub use web::Message;
