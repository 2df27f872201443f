//! Removing what is left of somebody who has left a product: due work, done piece by piece until nothing is found.
//!
//! A thing of its own kind, such as what somebody wrote for others, gets a line in `Erasure::pass`.

use crate::{
    Context,
    booking::{BookingError, Bookings, StatusFilter},
    interviews::{self, InterviewError},
    mentorship::Mentorship,
};
use domain::{
    AccountId, Instant, Product, Span,
    account::Role,
    event::Detail,
    interview::{Mock, MockStatus},
    slot::{Slot, SlotStatus},
};
use jiff::SignedDuration;
use store::{Page, PageRequest, Record, SessionsWanted, Store, StoreError, Trace};

/// So many things of each kind in one run.
const AT_ONCE: u32 = 50;
/// What is left is done by the next run.
const NEXT_RUN: SignedDuration = SignedDuration::from_mins(1);
/// Lists lag behind, and what was asked for at the same time may still come: so it is looked once more, then.
const LAST_LOOK: SignedDuration = SignedDuration::from_hours(1);

/// Why a run did not remove everything that it found.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    #[error(transparent)]
    Booking(#[from] BookingError),
    #[error(transparent)]
    Interview(#[from] InterviewError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use case of removing what is left of a person.
#[derive(Debug, Clone)]
pub struct Erasure {
    store: Store,
    bookings: Bookings,
}

impl Erasure {
    /// Erasure in a store.
    pub fn new(store: Store) -> Self {
        Self { bookings: Bookings::new(store.clone()), store }
    }

    /// Removes some of what is left; tells when there is to be another run. Running twice is harmless.
    pub async fn run(&self, product: Product, id: AccountId, now: Instant) -> Result<Option<Instant>, ErasureError> {
        let Some(departure) = self.store.departure(product, id).await?.filter(|departure| departure.running) else {
            return Ok(None);
        };
        let cx = Context::system(product, now);
        self.store.clear_account(id).await?;
        let found = self.pass(&cx, id).await?;
        let last_look = departure.started_at.plus(LAST_LOOK);
        if found > 0 {
            return Ok(Some(now.plus(NEXT_RUN)));
        }
        if now < last_look {
            return Ok(Some(last_look));
        }
        self.store.finish_departure(&departure, now).await?;
        Ok(None)
    }

    /// Looks through everything once; says how much was found.
    async fn pass(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let (store, product, some) = (&self.store, cx.product, || PageRequest::first(AT_ONCE));
        let mut found = 0;
        found += self.bookings(cx, id, Role::Mentee).await?;
        found += self.bookings(cx, id, Role::Mentor).await?;
        found += self.mocks(cx, id, Role::Mentee).await?;
        found += self.mocks(cx, id, Role::Mentor).await?;
        let feedbacks = store.feedbacks_of_mentee(product, id, some()).await?;
        found += self.erase(cx, id, feedbacks.map(|feedback| Trace::Assessed(feedback.mock_id))).await?;
        let feedbacks = store.feedbacks_of_mentor(product, id, some()).await?;
        found += self.erase(cx, id, feedbacks.map(|feedback| Trace::Assessor(feedback.mock_id))).await?;
        let mentees = store.mentees_of(product, id, some()).await?;
        found += self.erase(cx, id, mentees.map(|mentee| Trace::Mentee(mentee.account_id))).await?;
        let orders = store.orders_of_payer(product, id, some()).await?;
        found += self.erase(cx, id, orders.map(|order| Trace::Paid(order.razorpay_order_id))).await?;
        let notices = store.notices(product, id, some()).await?;
        found += self.erase(cx, id, notices.map(|notice| Trace::Told(notice.id))).await?;
        let posts = store.posts_of(product, id, some()).await?;
        for post in &posts.items {
            store.erase(product, id, &Trace::Reported(post.id), cx.now).await?;
        }
        found += self.erase(cx, id, posts.map(|post| Trace::Posted(post.id))).await?;
        let comments = store.comments_of(product, id, some()).await?;
        let said = comments.map(|comment| Trace::Commented(comment.post_id, comment.id, comment.standing));
        found += self.erase(cx, id, said).await?;
        found += self.analysis(cx, id).await?;
        found += self.slots(cx, id).await?;
        found += self.sessions(cx, id, Role::Mentee).await?;
        found += self.sessions(cx, id, Role::Mentor).await?;
        found += self.mentor(cx, id).await?;
        Ok(found)
    }

    /// It stands under the account, which stays when it is a member elsewhere.
    async fn analysis(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        if self.store.resume_analysis(cx.product, id).await?.is_none() {
            return Ok(0);
        }
        self.store.erase(cx.product, id, &Trace::Analysed, cx.now).await?;
        Ok(1)
    }

    async fn erase(&self, cx: &Context, id: AccountId, traces: Page<Trace>) -> Result<usize, ErasureError> {
        for trace in &traces.items {
            self.store.erase(cx.product, id, trace, cx.now).await?;
        }
        Ok(traces.items.len())
    }

    /// Calls his open bookings off, then removes his name from all.
    async fn bookings(&self, cx: &Context, id: AccountId, side: Role) -> Result<usize, ErasureError> {
        let page = PageRequest::first(AT_ONCE);
        let bookings = match side {
            Role::Mentor => self.bookings.of_mentor(cx, id, StatusFilter::All, page).await?,
            _ => self.bookings.of_mentee(cx, id, StatusFilter::All, page).await?,
        };
        for booking in bookings.items.iter().filter(|booking| booking.status.is_open()) {
            match self.bookings.cancel_as(cx, id, side, booking.id).await {
                // What has begun or is over stays what it was.
                Ok(_) | Err(BookingError::SessionStarted | BookingError::NotOpen) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let trace = |booking| if side == Role::Mentor { Trace::Mentored(booking) } else { Trace::Asked(booking) };
        self.erase(cx, id, bookings.map(|booking| trace(booking.id))).await
    }

    /// Calls off what an admin arranged with him, then removes his name from all.
    async fn mocks(&self, cx: &Context, id: AccountId, side: Role) -> Result<usize, ErasureError> {
        let page = PageRequest::first(AT_ONCE);
        let mocks = match side {
            Role::Mentor => self.store.mocks_of_mentor(cx.product, id, page).await?,
            _ => self.store.mocks_of_mentee(cx.product, id, page).await?,
        };
        let ahead = |mock: &&Mock| mock.status == MockStatus::Scheduled && mock.time.starts_at > cx.now;
        for mock in mocks.items.iter().filter(ahead).filter(|mock| mock.booking_id.is_none()) {
            match interviews::call_off(&self.store, cx, mock.clone()).await {
                Ok(_) | Err(InterviewError::NotScheduled) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let trace = |mock| if side == Role::Mentor { Trace::Held(mock) } else { Trace::Practised(mock) };
        self.erase(cx, id, mocks.map(|mock| trace(mock.id))).await
    }

    /// Calls off his sessions in mentors' own time, then removes his name from all.
    async fn sessions(&self, cx: &Context, id: AccountId, side: Role) -> Result<usize, ErasureError> {
        let wanted = SessionsWanted::Of(side, id);
        let sessions = self.store.session_bookings(cx.product, wanted, None, PageRequest::first(AT_ONCE)).await?;
        for session in sessions.items.iter().filter(|session| session.status.is_active()) {
            // What has begun stays what it was; what changed meanwhile is called off by the next run.
            Mentorship::call_off(&self.store, cx, session, side).await?;
        }
        let trace = |id| if side == Role::Mentor { Trace::Guided(id) } else { Trace::Wished(id) };
        self.erase(cx, id, sessions.map(|session| trace(session.id))).await
    }

    /// Removes his profile with the places where it is found, and whom he liked to find again.
    async fn mentor(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let favourites = self.store.favourites(cx.product, id).await?;
        for mentor in &favourites {
            self.store.set_favourite(cx.product, id, *mentor, false).await?;
        }
        let Some(profile) = self.store.mentor_profile(cx.product, id).await? else { return Ok(favourites.len()) };
        let removed = cx.event(Detail::MentorProfileRemoved { account_id: id });
        let areas = if profile.is_listed() { profile.areas() } else { Default::default() };
        let listing = Detail::MentorListingChanged { account_id: id, from: areas, to: Default::default() };
        let record = Record { events: vec![removed, cx.event(listing)], ..Record::default() };
        self.store.delete_mentor_profile(&profile, &record).await?;
        Ok(favourites.len() + 1)
    }

    /// Takes away the slots that only he could hold. They stand among all that lie ahead, which are few.
    async fn slots(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let ahead = Span { from: Some(cx.now), ..Span::default() };
        let mut found = 0;
        let mut page = PageRequest::first(1000);
        loop {
            let Page { items, next } = self.store.slots(cx.product, ahead, None, Some(id), page).await?;
            for slot in items.iter().filter(|slot: &&Slot| slot.status != SlotStatus::Booked) {
                let audit = cx.audit("slot.deleted", format!("slot:{}", slot.id), Some(slot), crate::context::NOTHING);
                self.store.delete_slot(cx.product, slot.id, &Record::audit(audit)).await?;
                found += 1;
            }
            let Some(next) = next else { return Ok(found) };
            page = PageRequest { limit: 1000, after: Some(next) };
        }
    }
}
