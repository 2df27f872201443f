//! Figures: what events add up to.
//!
//! A counter only ever grows, by what each event of its kind tells of. So the sums are the same in whatever order
//! events are counted, and what there is now is a difference of sums. The same counters are kept for a product, for
//! each of its months and for the people whom an event speaks of.

mod growth;
mod stats;

pub use growth::{COUNTED, Growth, counted, counted_for};
pub use stats::{LeadFigures, SessionStats, Stats};

use crate::{CompanyId, Instant, Paise, catalog::PlanId, event::Detail, text::Line};
use serde::{Deserialize, Serialize};
use stats::less;

macro_rules! counters {
    ($($(#[$doc:meta])* $variant:ident $field:ident),+ $(,)?) => {
        /// One of the sums.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Counter {
            $($(#[$doc])* $variant),+
        }

        impl Counter {
            /// The name under which it is kept.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($field)),+
                }
            }
        }

        /// The sums of a product, a month or a person. What was never counted is 0.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Counts {
            $($(#[$doc])* pub $field: u64),+
        }
    };
}

counters! {
    AdminsJoined admins_joined,
    MentorsJoined mentors_joined,
    /// Of the mentors, those who needed no approval.
    MentorsJoinedApproved mentors_joined_approved,
    MenteesJoined mentees_joined,
    /// Mentees who bought their first plan.
    MenteesConverted mentees_converted,
    MenteesAssigned mentees_assigned,
    MenteesUnassigned mentees_unassigned,
    MembersPaused members_paused,
    MembersUnpaused members_unpaused,
    MembersShutOut members_shut_out,
    MembersLetInAgain members_let_in_again,
    MentorsApproved mentors_approved,
    MentorsUnapproved mentors_unapproved,
    MentorsRejected mentors_rejected,
    MentorsUnrejected mentors_unrejected,
    PlansPurchased plans_purchased,
    /// Of those, the ones whose money went back.
    PlansRefunded plans_refunded,
    BookingsRequested bookings_requested,
    BookingsConfirmed bookings_confirmed,
    PendingBookingsCancelled pending_bookings_cancelled,
    ConfirmedBookingsCancelled confirmed_bookings_cancelled,
    /// Mocks that an admin arranged without a booking; each confirmed booking is one more.
    MocksArranged mocks_arranged,
    /// Of those, the cancelled ones; a booking's mock goes with its booking.
    ArrangedMocksCancelled arranged_mocks_cancelled,
    MocksCompleted mocks_completed,
    FeedbacksGiven feedbacks_given,
    /// Of those, the ones whose event tells the overall score.
    FeedbacksScored feedbacks_scored,
    /// The sum of the overall scores as they were given or changed to.
    OverallGiven overall_given,
    /// The sum of those that were changed.
    OverallWithdrawn overall_withdrawn,
    AdminsLeft admins_left,
    MentorsLeft mentors_left,
    MenteesLeft mentees_left,
    /// Of those, the ones who had bought a plan.
    PayingMenteesLeft paying_mentees_left,
    PublicEventsCreated public_events_created,
    PublicEventsDeleted public_events_deleted,
    LeadsBooked leads_booked,
    /// Verified by themselves or by an admin.
    LeadsVerified leads_verified,
    /// Of those, the ones that were rejected later.
    VerifiedLeadsRejected verified_leads_rejected,
    LeadsPurchased leads_purchased,
    /// What they brought in, in paise.
    LeadRevenue lead_revenue,
    DirectoryEntriesAdded directory_entries_added,
    MentorProfilesMade mentor_profiles_made,
    MentorProfilesRemoved mentor_profiles_removed,
    SessionsRequested sessions_requested,
    SessionsConfirmed sessions_confirmed,
    PendingSessionsCancelled pending_sessions_cancelled,
    /// Of those, the ones that the mentor turned down.
    SessionsTurnedDown sessions_turned_down,
    ConfirmedSessionsCancelled confirmed_sessions_cancelled,
    SessionsCompleted sessions_completed,
    SessionsRated sessions_rated,
    /// The sum of the stars that they were rated with.
    StarsGiven stars_given,
}

/// The areas of expertise that a mentor is found under from now on, and those under which he was.
pub fn listed(detail: &Detail) -> (Vec<String>, Vec<String>) {
    match detail {
        Detail::MentorListingChanged { from, to, .. } => {
            (to.difference(from).cloned().collect(), from.difference(to).cloned().collect())
        }
        _ => Default::default(),
    }
}

/// The company that an event tells a request for, and its name then.
pub fn asked_for(detail: &Detail) -> Option<(CompanyId, Line<100>)> {
    match detail {
        Detail::BookingRequested { booking } => Some((booking.company_id, booking.company_name.clone())),
        _ => None,
    }
}

/// A plan that was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    pub plan_id: PlanId,
    pub amount: Paise,
}

/// What an event says was refunded, and when it had been sold: it counts less in that month.
pub fn refunded(detail: &Detail) -> Option<(Sale, Instant)> {
    match detail {
        Detail::OrderRefunded { plan_id, amount, paid_at, .. } => {
            Some((Sale { plan_id: plan_id.clone(), amount: *amount }, *paid_at))
        }
        _ => None,
    }
}

/// What an event says was sold.
pub fn sold(detail: &Detail) -> Option<Sale> {
    match detail {
        Detail::PlanPurchased { plan_id, amount, .. } => Some(Sale { plan_id: plan_id.clone(), amount: *amount }),
        _ => None,
    }
}

impl Counts {
    /// The mean of the overall scores in hundredths, rounded half up; None while there is none.
    pub fn average_overall(&self) -> Option<u64> {
        let (sum, scored) = (less(self.overall_given, self.overall_withdrawn), self.feedbacks_scored);
        (scored > 0).then(|| (sum * 100 + scored / 2) / scored)
    }

    /// The mentees that a mentor has now.
    pub fn mentees(&self) -> u64 {
        less(self.mentees_assigned, self.mentees_unassigned)
    }
}
