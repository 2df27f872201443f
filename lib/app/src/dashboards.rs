//! What a mentor or a mentee sees first. A handful of bounded reads; nothing is summed up.

use crate::Context;
use domain::{
    Instant,
    account::{Member, PlanHolding, Role},
    booking::{Booking, BookingStatus},
    catalog::Plan,
    figures::Counts,
    interview::{Feedback, Mock},
};
use futures::future::{try_join, try_join4};
use store::{BookingsWanted, PageRequest, Store, StoreError};

/// So many of each thing are shown.
const SHOWN: u32 = 5;
/// Waiting requests are counted up to here.
const COUNTED: u32 = 100;

/// A mentor's dashboard.
#[derive(Debug)]
pub struct MentorDashboard {
    /// What he has done, seconds behind.
    pub counts: Counts,
    /// How many requests wait for him, at most `COUNTED`, and the latest of them.
    pub pending: usize,
    pub requests: Vec<Booking>,
    /// Soonest first.
    pub upcoming: Vec<Mock>,
    /// Newest first.
    pub feedback: Vec<Feedback>,
}

/// A mentee's dashboard.
#[derive(Debug)]
pub struct MenteeDashboard {
    /// The plan that runs, with what is left of it.
    pub plan: Option<RunningPlan>,
    pub counts: Counts,
    /// The latest requests that wait.
    pub requests: Vec<Booking>,
    /// Soonest first.
    pub upcoming: Vec<Mock>,
    pub latest_feedback: Option<Feedback>,
    /// What could be bought; only for whoever has no plan.
    pub on_offer: Vec<Plan>,
}

/// A plan that runs.
#[derive(Debug, Clone)]
pub struct RunningPlan {
    pub holding: PlanHolding,
    /// Days until its end, begun ones included.
    pub days_left: i64,
}

impl RunningPlan {
    fn new(holding: &PlanHolding, now: Instant) -> Self {
        const DAY: i64 = 24 * 60 * 60;
        let seconds = holding.expires_at.epoch_seconds() - now.epoch_seconds();
        Self { holding: holding.clone(), days_left: (seconds + DAY - 1).div_euclid(DAY) }
    }
}

/// The use cases of dashboards.
#[derive(Debug, Clone)]
pub struct Dashboards {
    store: Store,
}

impl Dashboards {
    /// Dashboards over a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// A mentor's own.
    pub async fn of_mentor(&self, cx: &Context, mentor: &Member) -> Result<MentorDashboard, StoreError> {
        let (store, product, id) = (&self.store, cx.product, mentor.id());
        let pending = BookingsWanted { statuses: &[BookingStatus::Pending], mentor: Some(id), ..BookingsWanted::default() };
        let (counts, requests, upcoming, feedback) = try_join4(
            store.counts_of_person(product, id),
            store.bookings(product, &pending, PageRequest::first(COUNTED)),
            store.upcoming_mocks(product, Role::Mentor, id, cx.now, PageRequest::first(SHOWN)),
            store.feedbacks_of_mentor(product, id, PageRequest::first(SHOWN)),
        )
        .await?;
        let (upcoming, feedback, mut requests) = (upcoming.items, feedback.items, requests.items);
        let pending = requests.len();
        requests.truncate(SHOWN as usize);
        Ok(MentorDashboard { counts, pending, requests, upcoming, feedback })
    }

    /// A mentee's own, whatever his tier.
    pub async fn of_mentee(&self, cx: &Context, mentee: &Member) -> Result<MenteeDashboard, StoreError> {
        let (store, product, id) = (&self.store, cx.product, mentee.id());
        let plan = mentee.membership.running_plan(cx.now).map(|holding| RunningPlan::new(holding, cx.now));
        let pending = BookingsWanted { statuses: &[BookingStatus::Pending], mentee: Some(id), ..BookingsWanted::default() };
        let on_offer = async {
            match plan {
                Some(_) => Ok(Vec::new()),
                None => store.plans(product).await,
            }
        };
        let own = try_join4(
            store.counts_of_person(product, id),
            store.bookings(product, &pending, PageRequest::first(SHOWN)),
            store.upcoming_mocks(product, Role::Mentee, id, cx.now, PageRequest::first(SHOWN)),
            store.feedbacks_of_mentee(product, id, PageRequest::first(1)),
        );
        let (mut on_offer, (counts, requests, upcoming, feedback)) = try_join(on_offer, own).await?;
        on_offer.retain(|plan| plan.is_active && plan.is_public);
        let latest_feedback = feedback.items.into_iter().next();
        Ok(MenteeDashboard { plan, counts, requests: requests.items, upcoming: upcoming.items, latest_feedback, on_offer })
    }
}
