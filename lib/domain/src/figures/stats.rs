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

/// How sessions in mentors' own time stand: for a product or for one mentor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionStats {
    pub mentors: u64,
    pub sessions: u64,
    pub pending: u64,
    pub upcoming: u64,
    pub completed: u64,
    pub ratings: u64,
    /// The mean in hundredths; 0 while there is none.
    pub average: u64,
    /// How many of the requests that could be answered the mentor answered, in hundredths; all while there is none.
    pub answered: u64,
}

impl From<Counts> for SessionStats {
    fn from(n: Counts) -> Self {
        let answers = n.sessions_confirmed + n.sessions_turned_down;
        let asked = less(n.sessions_requested, less(n.pending_sessions_cancelled, n.sessions_turned_down));
        Self {
            mentors: less(n.mentor_profiles_made, n.mentor_profiles_removed),
            sessions: n.sessions_requested,
            pending: less(n.sessions_requested, n.sessions_confirmed + n.pending_sessions_cancelled),
            upcoming: less(n.sessions_confirmed, n.confirmed_sessions_cancelled + n.sessions_completed),
            completed: n.sessions_completed,
            ratings: n.sessions_rated,
            average: crate::mentorship::Rating { ratings: n.sessions_rated, stars: n.stars_given }.hundredths(),
            answered: (answers * 100).checked_div(asked).map_or(100, |answered| answered.min(100)),
        }
    }
}
