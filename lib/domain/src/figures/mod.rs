//! Figures: what events add up to.
//!
//! A counter only ever grows, by what each event of its kind tells of. So the sums are the same in whatever order
//! events are counted, and what there is now is a difference of sums. The same counters are kept for a product, for
//! each of its months and for the people whom an event speaks of.

mod stats;

pub use stats::{LeadFigures, SessionStats, Stats};

use crate::{
    AccountId, CompanyId, Instant, Paise,
    account::{MemberState, Role, Verification},
    catalog::PlanId,
    event::Detail,
    interview::Score,
    lead::{LeadStatus, Verdict},
    mentorship::SessionStatus,
    text::Line,
};
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

/// A counter and by how much it grows.
pub type Growth = (Counter, u64);

fn each_one(counters: impl IntoIterator<Item = Counter>) -> Vec<Growth> {
    counters.into_iter().map(|counter| (counter, 1)).collect()
}

/// The names of the events that are counted; the bus rule lists the same.
pub const COUNTED: &[&str] = &[
    "AccountRegistered",
    "AccountImported",
    "MemberStateChanged",
    "MentorVerified",
    "MentorAssigned",
    "PlanPurchased",
    "BookingRequested",
    "BookingConfirmed",
    "BookingCancelled",
    "MockScheduled",
    "MockCancelled",
    "MockCompleted",
    "FeedbackGiven",
    "AccountDeleted",
    "FeedbackUpdated",
    "MemberRoleChanged",
    "PublicEventCreated",
    "PublicEventDeleted",
    "LeadBooked",
    "LeadDecided",
    "LeadPurchased",
    "OrderRefunded",
    "DirectoryEntryAdded",
    "MemberRolesChanged",
    "MentorProfileMade",
    "MentorProfileRemoved",
    "MentorListingChanged",
    "MentorshipRequested",
    "MentorshipConfirmed",
    "MentorshipCancelled",
    "MentorshipCompleted",
    "MentorshipRated",
];

/// What an event adds to the sums of its product.
pub fn counted(detail: &Detail) -> Vec<Growth> {
    match detail {
        Detail::AccountRegistered { role, approved, .. } | Detail::AccountImported { role, approved, .. } => {
            each_one(joined(*role, *approved))
        }
        Detail::MemberStateChanged { from, to, .. } => each_one(moved(*from, *to)),
        Detail::MemberRoleChanged { from, to, state, was_verified, is_verified, had_plan, .. } => {
            each_one(changed_role((*from, *was_verified), (*to, *is_verified), *state, *had_plan))
        }
        Detail::MentorVerified { from, to, .. } => each_one(verified(*from, *to)),
        Detail::MentorAssigned { from, to, .. } => {
            let (left, found) = (from.map(|_| Counter::MenteesUnassigned), to.map(|_| Counter::MenteesAssigned));
            each_one(left.into_iter().chain(found))
        }
        Detail::PlanPurchased { new_member, first_plan, .. } => {
            let member = new_member.then_some(Counter::MenteesJoined);
            let converted = first_plan.then_some(Counter::MenteesConverted);
            each_one([Counter::PlansPurchased].into_iter().chain(member).chain(converted))
        }
        Detail::OrderRefunded { .. } => each_one([Counter::PlansRefunded]),
        Detail::BookingRequested { .. } => each_one([Counter::BookingsRequested]),
        Detail::BookingConfirmed { .. } => each_one([Counter::BookingsConfirmed]),
        Detail::BookingCancelled { booking } if booking.confirmed_at.is_some() => each_one([Counter::ConfirmedBookingsCancelled]),
        Detail::BookingCancelled { .. } => each_one([Counter::PendingBookingsCancelled]),
        Detail::MockScheduled { .. } => each_one([Counter::MocksArranged]),
        Detail::MockCancelled { .. } => each_one([Counter::ArrangedMocksCancelled]),
        Detail::MockCompleted { .. } => each_one([Counter::MocksCompleted]),
        Detail::FeedbackGiven { overall, .. } => given(*overall),
        Detail::FeedbackUpdated { from, to, .. } => rescored(*from, *to),
        Detail::DirectoryEntryAdded { .. } => each_one([Counter::DirectoryEntriesAdded]),
        Detail::MemberRolesChanged { from, to, .. } => {
            let (was, is) = (from.contains(&Role::Mentee), to.contains(&Role::Mentee));
            let came = (is && !was).then_some(Counter::MenteesJoined);
            each_one(came.into_iter().chain((was && !is).then_some(Counter::MenteesLeft)))
        }
        Detail::MentorProfileMade { .. } => each_one([Counter::MentorProfilesMade]),
        Detail::MentorProfileRemoved { .. } => each_one([Counter::MentorProfilesRemoved]),
        Detail::MentorshipRequested { .. } => each_one([Counter::SessionsRequested]),
        // One that lapsed was counted as called off; now it is as if it had been asked for again.
        Detail::MentorshipConfirmed { session } if session.terms.as_ref().is_some_and(|terms| terms.lapsed) => {
            each_one([Counter::SessionsRequested, Counter::SessionsConfirmed])
        }
        Detail::MentorshipConfirmed { .. } => each_one([Counter::SessionsConfirmed]),
        Detail::MentorshipCancelled { session } if session.confirmed_at.is_some() => {
            each_one([Counter::ConfirmedSessionsCancelled])
        }
        Detail::MentorshipCancelled { session } => {
            let turned_down = session.status == SessionStatus::CancelledByMentor;
            let turned_down = turned_down.then_some(Counter::SessionsTurnedDown);
            each_one([Counter::PendingSessionsCancelled].into_iter().chain(turned_down))
        }
        Detail::MentorshipCompleted { .. } => each_one([Counter::SessionsCompleted]),
        Detail::MentorshipRated { session } => {
            let stars = session.rating.map_or(0, |stars| u64::from(stars.get()));
            vec![(Counter::SessionsRated, 1), (Counter::StarsGiven, stars)]
        }
        // Whoever has no role was counted nowhere.
        Detail::AccountDeleted { roles: Some(roles), .. } if roles.is_empty() => Vec::new(),
        Detail::AccountDeleted { role, state, verification, had_plan, mentor_id, roles, .. } => {
            let paying = (*role == Role::Mentee && *had_plan).then_some(Counter::PayingMenteesLeft);
            let assigned = mentor_id.map(|_| Counter::MenteesUnassigned);
            let both = roles.as_ref().is_some_and(|roles| *role != Role::Mentee && roles.contains(&Role::Mentee));
            let mentee = both.then_some(Counter::MenteesLeft);
            each_one(left(*role, *state, *verification).into_iter().chain(paying).chain(assigned).chain(mentee))
        }
        Detail::PublicEventCreated { .. }
        | Detail::PublicEventDeleted { .. }
        | Detail::LeadBooked { .. }
        | Detail::LeadDecided { .. }
        | Detail::LeadPurchased { .. } => of_leads(detail),
        Detail::PasswordResetRequested { .. }
        | Detail::BookingRescheduled { .. }
        | Detail::ReminderFellDue { .. }
        | Detail::EmailChangeRequested { .. }
        | Detail::EmailChanged { .. }
        | Detail::PaymentMismatched { .. }
        | Detail::MisfitRefunded { .. }
        | Detail::AiToolUsed { .. }
        | Detail::MeetLinkReleased { .. }
        | Detail::PostCreated { .. }
        | Detail::MessageArrived { .. }
        | Detail::SupportAnswered { .. }
        | Detail::PostLiked { .. }
        | Detail::PublicEventTakenDown { .. }
        | Detail::CommentAdded { .. }
        | Detail::SignInCodeRequested { .. }
        | Detail::NewsletterRequested { .. }
        | Detail::NewsletterConfirmed { .. }
        | Detail::MentorListingChanged { .. }
        | Detail::MentorshipLinked { .. }
        | Detail::MentorshipReminderFellDue { .. }
        | Detail::MentorDecided { .. }
        | Detail::MentorshipPaid { .. }
        | Detail::MentorshipRescheduled { .. }
        | Detail::MentorshipUnattended { .. }
        | Detail::MentorshipRefunded { .. }
        | Detail::WithdrawalRequested { .. }
        | Detail::WithdrawalDecided { .. }
        | Detail::RazorpayWebhookReceived { .. } => Vec::new(),
    }
}

/// Whom an event counts for beside the product as a whole, and what it adds to his sums.
pub fn counted_for(detail: &Detail) -> Vec<(AccountId, Vec<Growth>)> {
    let both = |mentee: AccountId, mentor: AccountId, growth: Vec<Growth>| vec![(mentee, growth.clone()), (mentor, growth)];
    match detail {
        Detail::MentorAssigned { from, to, .. } if from != to => {
            let left = from.map(|mentor| (mentor, each_one([Counter::MenteesUnassigned])));
            let found = to.map(|mentor| (mentor, each_one([Counter::MenteesAssigned])));
            left.into_iter().chain(found).collect()
        }
        Detail::AccountDeleted { mentor_id: Some(mentor), .. } => vec![(*mentor, each_one([Counter::MenteesUnassigned]))],
        Detail::MockCompleted { mentee_id, mentor_id, .. } => both(*mentee_id, *mentor_id, each_one([Counter::MocksCompleted])),
        Detail::FeedbackGiven { mentee, mentor, overall, .. } => both(mentee.id, mentor.id, given(*overall)),
        Detail::FeedbackUpdated { mentee_id, mentor_id, from, to, .. } => both(*mentee_id, *mentor_id, rescored(*from, *to)),
        // What a mentor offers and what came of it; his own wishes at other mentors are not mixed in.
        Detail::MentorshipRequested { session }
        | Detail::MentorshipConfirmed { session }
        | Detail::MentorshipCancelled { session }
        | Detail::MentorshipCompleted { session }
        | Detail::MentorshipRated { session } => vec![(session.mentor.id, counted(detail))],
        Detail::PublicEventCreated { mentor_id, .. }
        | Detail::PublicEventDeleted { mentor_id, .. }
        | Detail::LeadBooked { mentor_id, .. }
        | Detail::LeadDecided { mentor_id, .. }
        | Detail::LeadPurchased { mentor_id, .. } => {
            let growth = of_leads(detail);
            if growth.is_empty() { Vec::new() } else { vec![(*mentor_id, growth)] }
        }
        _ => Vec::new(),
    }
}

/// What events and their leads add, to the product's sums and to the mentor's.
fn of_leads(detail: &Detail) -> Vec<Growth> {
    match detail {
        Detail::PublicEventCreated { .. } => each_one([Counter::PublicEventsCreated]),
        Detail::PublicEventDeleted { .. } => each_one([Counter::PublicEventsDeleted]),
        Detail::LeadBooked { status, .. } => {
            let verified = (*status == LeadStatus::Verified).then_some(Counter::LeadsVerified);
            each_one([Counter::LeadsBooked].into_iter().chain(verified))
        }
        Detail::LeadDecided { verdict: Verdict::Verified, .. } => each_one([Counter::LeadsVerified]),
        Detail::LeadDecided { from: LeadStatus::Verified, .. } => each_one([Counter::VerifiedLeadsRejected]),
        Detail::LeadPurchased { amount, .. } => vec![(Counter::LeadsPurchased, 1), (Counter::LeadRevenue, amount.get())],
        _ => Vec::new(),
    }
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

fn given(overall: Option<Score>) -> Vec<Growth> {
    let scored = overall.map(|score| [(Counter::FeedbacksScored, 1), (Counter::OverallGiven, score.get().into())]);
    [(Counter::FeedbacksGiven, 1)].into_iter().chain(scored.into_iter().flatten()).collect()
}

fn rescored(from: Score, to: Score) -> Vec<Growth> {
    vec![(Counter::OverallWithdrawn, from.get().into()), (Counter::OverallGiven, to.get().into())]
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

/// Whoever takes on another role stays paused if he was. As a mentor he has the verdict that goes with the role.
fn changed_role(
    (from, was_verified): (Role, Option<Verification>),
    (to, is_verified): (Role, Option<Verification>),
    state: MemberState,
    had_plan: bool,
) -> Vec<Counter> {
    let verdict = is_verified.filter(|_| to == Role::Mentor).unwrap_or(Verification::Pending);
    let paying = |role| had_plan && role == Role::Mentee;
    let (went, came) = (paying(from).then_some(Counter::PayingMenteesLeft), paying(to).then_some(Counter::MenteesConverted));
    let gone = [left(from, state, was_verified), joined(to, false), verified(Verification::Pending, verdict)].concat();
    gone.into_iter().chain(moved(MemberState::Active, state)).chain(went).chain(came).collect()
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
    fn whoever_is_an_admin_for_a_while_is_counted_once_and_then_as_before() {
        let approved = Some(Verification::Approved);
        for (role, verification, had_plan) in [(Role::Mentor, approved, false), (Role::Mentee, None, true)] {
            let mut counts = Counts::default();
            let bought = had_plan.then_some(Counter::MenteesConverted);
            for counter in joined(role, verification.is_some()).into_iter().chain(bought) {
                add(&mut counts, counter);
            }
            let before = Stats::from(counts);
            for counter in changed_role((role, verification), (Role::Admin, verification), MemberState::Active, had_plan) {
                add(&mut counts, counter);
            }
            let stats = Stats::from(counts);
            assert_eq!(
                (stats.admins, stats.mentors, stats.approved_mentors, stats.mentees, stats.paying_mentees),
                (1, 0, 0, 0, 0)
            );
            for counter in changed_role((Role::Admin, verification), (role, verification), MemberState::Active, had_plan) {
                add(&mut counts, counter);
            }
            assert_eq!(Stats::from(counts), before);
        }
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
        assert_eq!(counted(&imported), [(Counter::MentorsJoined, 1)]);
    }

    #[test]
    fn a_score_that_is_changed_counts_as_the_new_one_alone() {
        let score = |score: i64| Score::try_from(score).unwrap();
        let mut counts = Counts::default();
        assert_eq!(counts.average_overall(), None);
        let first = [given(Some(score(2))), given(Some(score(5))), given(None), rescored(score(2), score(3))];
        for growth in first.concat() {
            grow(&mut counts, growth);
        }
        assert_eq!((counts.feedbacks_given, counts.average_overall()), (3, Some(400)));
        for growth in [given(Some(score(4))), given(Some(score(5)))].concat() {
            grow(&mut counts, growth);
        }
        assert_eq!(counts.average_overall(), Some(425));
    }

    fn add(counts: &mut Counts, counter: Counter) {
        grow(counts, (counter, 1));
    }

    fn grow(counts: &mut Counts, (counter, by): Growth) {
        let mut kept = serde_json::to_value(*counts).unwrap();
        kept[counter.as_str()] = (kept[counter.as_str()].as_u64().unwrap() + by).into();
        *counts = serde_json::from_value(kept).unwrap();
    }
}
