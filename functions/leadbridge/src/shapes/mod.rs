//! Answers as LeadBridge's client reads them.

mod care;
mod events;
mod leads;
mod people;

pub use care::ExportShape;
pub use events::{EventDetail, EventShape, OwnEventShape};
pub use leads::{AdminLeadShape, BookingShape, LeadShape, LogShape, PaymentShape, PaymentStatus};
pub use people::{AdminMentorShape, AdminUserShape, ProfileShape, ShownRole, User};
pub use web::Message;

use domain::{Paise, figures::LeadFigures};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

/// An amount in rupees.
pub(crate) fn rupees(amount: Paise) -> Number {
    amount.in_rupees()
}

/// The seven figures (L-19).
#[derive(Debug, Serialize, ToSchema)]
pub struct Analytics {
    total_users: u64,
    total_mentors: u64,
    total_events: u64,
    total_leads: u64,
    /// Verified and not rejected since; the purchased ones are among them.
    verified_leads: u64,
    purchased_leads: u64,
    /// In rupees.
    #[schema(value_type = f64)]
    total_revenue: Number,
}

impl Analytics {
    /// The figures of the product: how many people it has, and how the trade goes.
    pub fn new(users: u64, mentors: u64, leads: LeadFigures) -> Self {
        Self {
            total_users: users,
            total_mentors: mentors,
            total_events: leads.events,
            total_leads: leads.leads,
            verified_leads: leads.verified,
            purchased_leads: leads.purchased,
            total_revenue: rupees(leads.revenue),
        }
    }
}

/// The figures of one mentor.
#[derive(Debug, Serialize, ToSchema)]
pub struct MentorStats {
    total_events: u64,
    total_leads: u64,
    /// Verified and not rejected since; the purchased ones are among them.
    verified_leads: u64,
    purchased_leads: u64,
    /// What was paid for them, in rupees.
    #[schema(value_type = f64)]
    total_revenue: Number,
}

impl From<LeadFigures> for MentorStats {
    fn from(leads: LeadFigures) -> Self {
        Self {
            total_events: leads.events,
            total_leads: leads.leads,
            verified_leads: leads.verified,
            purchased_leads: leads.purchased,
            total_revenue: rupees(leads.revenue),
        }
    }
}
