//! Figures: what events add up to.
//!
//! A counter only ever grows, by one for each event of its kind. So the sums are the same in whatever order events
//! are counted, and what there is now is a difference of sums.

use crate::{
    Paise,
    account::{MemberState, Role, Verification},
    catalog::PlanId,
    event::Detail,
};
use serde::{Deserialize, Serialize};

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

        /// The sums of one product. What was never counted is 0.
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
    MembersPaused members_paused,
    MembersUnpaused members_unpaused,
    MembersShutOut members_shut_out,
    MembersLetInAgain members_let_in_again,
    MentorsApproved mentors_approved,
    MentorsUnapproved mentors_unapproved,
    MentorsRejected mentors_rejected,
    MentorsUnrejected mentors_unrejected,
    PlansPurchased plans_purchased,
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
    AdminsLeft admins_left,
    MentorsLeft mentors_left,
    MenteesLeft mentees_left,
}

/// The names of the events that are counted; the bus rule lists the same.
pub const COUNTED: &[&str] = &[
    "AccountRegistered",
    "AccountImported",
    "MemberStateChanged",
    "MentorVerified",
    "PlanPurchased",
    "BookingRequested",
    "BookingConfirmed",
    "BookingCancelled",
    "MockScheduled",
    "MockCancelled",
    "MockCompleted",
    "FeedbackGiven",
    "AccountDeleted",
];

/// What an event adds one to.
pub fn counted(detail: &Detail) -> Vec<Counter> {
    match detail {
        Detail::AccountRegistered { role, approved, .. } | Detail::AccountImported { role, approved, .. } => {
            joined(*role, *approved)
        }
        Detail::MemberStateChanged { from, to, .. } => moved(*from, *to),
        Detail::MentorVerified { from, to, .. } => verified(*from, *to),
        Detail::PlanPurchased { new_member, .. } => {
            let member = new_member.then_some(Counter::MenteesJoined);
            [Counter::PlansPurchased].into_iter().chain(member).collect()
        }
        Detail::BookingRequested { .. } => vec![Counter::BookingsRequested],
        Detail::BookingConfirmed { .. } => vec![Counter::BookingsConfirmed],
        Detail::BookingCancelled { booking } if booking.confirmed_at.is_some() => vec![Counter::ConfirmedBookingsCancelled],
        Detail::BookingCancelled { .. } => vec![Counter::PendingBookingsCancelled],
        Detail::MockScheduled { .. } => vec![Counter::MocksArranged],
        Detail::MockCancelled { .. } => vec![Counter::ArrangedMocksCancelled],
        Detail::MockCompleted { .. } => vec![Counter::MocksCompleted],
        Detail::FeedbackGiven { .. } => vec![Counter::FeedbacksGiven],
        Detail::AccountDeleted { role, state, verification, .. } => left(*role, *state, *verification),
        Detail::PasswordResetRequested { .. }
        | Detail::BookingRescheduled { .. }
        | Detail::ReminderFellDue { .. }
        | Detail::EmailChangeRequested { .. }
        | Detail::EmailChanged { .. }
        | Detail::PaymentMismatched { .. }
        | Detail::AiToolUsed { .. }
        | Detail::MeetLinkReleased { .. }
        | Detail::PostCreated { .. }
        | Detail::CommentAdded { .. }
        | Detail::RazorpayWebhookReceived { .. } => Vec::new(),
    }
}

fn joined(role: Role, approved: bool) -> Vec<Counter> {
    match role {
        Role::Admin => vec![Counter::AdminsJoined],
        Role::Mentor if approved => vec![Counter::MentorsJoined, Counter::MentorsJoinedApproved],
        Role::Mentor => vec![Counter::MentorsJoined],
        Role::Mentee => vec![Counter::MenteesJoined],
    }
}

/// Whoever leaves is no longer paused, approved or rejected either.
fn left(role: Role, state: MemberState, verification: Option<Verification>) -> Vec<Counter> {
    let gone = match role {
        Role::Admin => Counter::AdminsLeft,
        Role::Mentor => Counter::MentorsLeft,
        Role::Mentee => Counter::MenteesLeft,
    };
    let verdict = verification.filter(|_| role == Role::Mentor).unwrap_or(Verification::Pending);
    [vec![gone], moved(state, MemberState::Active), verified(verdict, Verification::Pending)].concat()
}

fn moved(from: MemberState, to: MemberState) -> Vec<Counter> {
    let left = match from {
        MemberState::Active => None,
        MemberState::Paused => Some(Counter::MembersUnpaused),
        MemberState::Inactive => Some(Counter::MembersLetInAgain),
    };
    let entered = match to {
        MemberState::Active => None,
        MemberState::Paused => Some(Counter::MembersPaused),
        MemberState::Inactive => Some(Counter::MembersShutOut),
    };
    left.into_iter().chain(entered).collect()
}

fn verified(from: Verification, to: Verification) -> Vec<Counter> {
    let left = match from {
        Verification::Pending => None,
        Verification::Approved => Some(Counter::MentorsUnapproved),
        Verification::Rejected => Some(Counter::MentorsUnrejected),
    };
    let entered = match to {
        Verification::Pending => None,
        Verification::Approved => Some(Counter::MentorsApproved),
        Verification::Rejected => Some(Counter::MentorsRejected),
    };
    left.into_iter().chain(entered).collect()
}

/// A plan that was sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    pub plan_id: PlanId,
    pub amount: Paise,
}

/// What an event says was sold.
pub fn sold(detail: &Detail) -> Option<Sale> {
    match detail {
        Detail::PlanPurchased { plan_id, amount, .. } => Some(Sale { plan_id: plan_id.clone(), amount: *amount }),
        _ => None,
    }
}

/// How things stand in a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    pub admins: u64,
    pub mentors: u64,
    pub approved_mentors: u64,
    pub rejected_mentors: u64,
    pub pending_mentors: u64,
    pub mentees: u64,
    pub paused_members: u64,
    pub inactive_members: u64,
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
fn less(sum: u64, other: u64) -> u64 {
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
            paused_members: less(n.members_paused, n.members_unpaused),
            inactive_members: less(n.members_shut_out, n.members_let_in_again),
            plans_purchased: n.plans_purchased,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AccountId;

    #[test]
    fn a_move_there_and_back_leaves_nobody_moved() {
        let mut counts = Counts::default();
        for (from, to) in [(MemberState::Active, MemberState::Paused), (MemberState::Paused, MemberState::Inactive)] {
            for counter in moved(from, to) {
                add(&mut counts, counter);
            }
        }
        let stats = Stats::from(counts);
        assert_eq!((stats.paused_members, stats.inactive_members), (0, 1));
        for counter in moved(MemberState::Inactive, MemberState::Active) {
            add(&mut counts, counter);
        }
        assert_eq!(Stats::from(counts).inactive_members, 0);
    }

    #[test]
    fn whoever_leaves_is_counted_nowhere_any_more() {
        let mut counts = Counts::default();
        for counter in [joined(Role::Mentor, true), moved(MemberState::Active, MemberState::Paused)].concat() {
            add(&mut counts, counter);
        }
        for counter in left(Role::Mentor, MemberState::Paused, Some(Verification::Approved)) {
            add(&mut counts, counter);
        }
        let stats = Stats::from(counts);
        assert_eq!((stats.mentors, stats.approved_mentors, stats.pending_mentors, stats.paused_members), (0, 0, 0, 0));
    }

    #[test]
    fn an_end_before_its_beginning_counts_nothing_less_than_none() {
        let counts = Counts { bookings_confirmed: 1, ..Counts::default() };
        assert_eq!(Stats::from(counts).pending_bookings, 0);
    }

    #[test]
    fn every_counted_event_has_a_name() {
        assert!(COUNTED.iter().all(|name| Detail::NAMES.contains(name)));
        let imported =
            Detail::AccountImported { account_id: AccountId::from(uuid::Uuid::nil()), role: Role::Mentor, approved: false };
        assert_eq!(counted(&imported), [Counter::MentorsJoined]);
    }

    fn add(counts: &mut Counts, counter: Counter) {
        let mut kept = serde_json::to_value(*counts).unwrap();
        kept[counter.as_str()] = (kept[counter.as_str()].as_u64().unwrap() + 1).into();
        *counts = serde_json::from_value(kept).unwrap();
    }
}
