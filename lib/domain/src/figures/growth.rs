//! By what an event lets the sums grow.

use super::Counter;
use crate::{
    AccountId,
    account::{MemberState, Role, Verification},
    event::Detail,
    interview::Score,
    lead::{LeadStatus, Verdict},
    mentorship::SessionStatus,
};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{Counts, Stats};

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
