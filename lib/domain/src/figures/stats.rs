//! How things stand: what differences of sums say.

use super::Counts;
use crate::Paise;

/// How things stand in a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    pub admins: u64,
    pub mentors: u64,
    pub approved_mentors: u64,
    pub rejected_mentors: u64,
    pub pending_mentors: u64,
    pub mentees: u64,
    /// Of the mentees, those who have bought a plan.
    pub paying_mentees: u64,
    pub paused_members: u64,
    pub inactive_members: u64,
    /// Without those whose money went back.
    pub plans_purchased: u64,
    pub bookings: u64,
    pub pending_bookings: u64,
    pub confirmed_bookings: u64,
    pub cancelled_bookings: u64,
    pub mocks: u64,
    pub scheduled_mocks: u64,
    pub completed_mocks: u64,
    pub cancelled_mocks: u64,
    pub feedbacks: u64,
}

/// A sum less another. While an end is counted before its beginning it is 0, never less.
pub(super) fn less(sum: u64, other: u64) -> u64 {
    sum.saturating_sub(other)
}

impl From<Counts> for Stats {
    fn from(n: Counts) -> Self {
        let approved_mentors = less(n.mentors_joined_approved + n.mentors_approved, n.mentors_unapproved);
        let rejected_mentors = less(n.mentors_rejected, n.mentors_unrejected);
        let cancelled_bookings = n.pending_bookings_cancelled + n.confirmed_bookings_cancelled;
        let mentors = less(n.mentors_joined, n.mentors_left);
        let mocks = n.bookings_confirmed + n.mocks_arranged;
        let cancelled_mocks = n.confirmed_bookings_cancelled + n.arranged_mocks_cancelled;
        Self {
            admins: less(n.admins_joined, n.admins_left),
            mentors,
            approved_mentors,
            rejected_mentors,
            pending_mentors: less(mentors, approved_mentors + rejected_mentors),
            mentees: less(n.mentees_joined, n.mentees_left),
            paying_mentees: less(n.mentees_converted, n.paying_mentees_left),
            paused_members: less(n.members_paused, n.members_unpaused),
            inactive_members: less(n.members_shut_out, n.members_let_in_again),
            plans_purchased: less(n.plans_purchased, n.plans_refunded),
            bookings: n.bookings_requested,
            pending_bookings: less(n.bookings_requested, n.bookings_confirmed + n.pending_bookings_cancelled),
            confirmed_bookings: less(n.bookings_confirmed, n.confirmed_bookings_cancelled),
            cancelled_bookings,
            mocks,
            scheduled_mocks: less(mocks, n.mocks_completed + cancelled_mocks),
            completed_mocks: n.mocks_completed,
            cancelled_mocks,
            feedbacks: n.feedbacks_given,
        }
    }
}

/// How the trade in leads stands, of a product or of one mentor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeadFigures {
    pub events: u64,
    pub leads: u64,
    /// Verified at some time and not rejected since; the bought ones are among them.
    pub verified: u64,
    pub purchased: u64,
    pub revenue: Paise,
}

impl From<Counts> for LeadFigures {
    fn from(n: Counts) -> Self {
        Self {
            events: less(n.public_events_created, n.public_events_deleted),
            leads: n.leads_booked,
            verified: less(n.leads_verified, n.verified_leads_rejected),
            purchased: n.leads_purchased,
            revenue: Paise::new(n.lead_revenue),
        }
    }
}
