//! Removing what is left of somebody who has left a product: due work, done piece by piece until nothing is found.
//!
//! A thing of its own kind, such as what somebody wrote for others, gets a line in `Erasure::pass`.

use crate::{
    Context,
    booking::{BookingError, Bookings, StatusFilter},
    gatherings,
    interviews::{self, InterviewError},
    leads::{self, LeadError},
    mentorship::Mentorship,
    paid_sessions, public_events,
};
use domain::{
    AccountId, Instant, Product, Span,
    account::Role,
    booking::Booking,
    chat::Side,
    earnings::WithdrawalStatus,
    event::Detail,
    interview::{Mock, MockStatus},
    public_event::{Gathering, PublicEvent},
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

fn some() -> PageRequest {
    PageRequest::first(AT_ONCE)
}

/// Why a run did not remove everything that it found.
#[derive(Debug, thiserror::Error)]
pub enum ErasureError {
    #[error(transparent)]
    Booking(#[from] BookingError),
    #[error(transparent)]
    Interview(#[from] InterviewError),
    #[error(transparent)]
    Lead(#[from] LeadError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What several attempts came to. The first failure is told.
#[derive(Debug, Default)]
struct Sum {
    found: usize,
    failed: Option<ErasureError>,
}

impl Sum {
    fn and(mut self, attempt: Result<usize, ErasureError>) -> Self {
        match attempt {
            Ok(found) => self.found += found,
            Err(error) => {
                self.failed.get_or_insert(error);
            }
        }
        self
    }

    fn end(self) -> Result<usize, ErasureError> {
        self.failed.map_or(Ok(self.found), Err)
    }
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
        // A student's profile stands under the account, and only it knows his files.
        let portrait = if product == Product::AspireX { self.portrait(&cx, id).await? } else { 0 };
        self.store.clear_account(id).await?;
        let found = portrait + self.pass(&cx, id).await?;
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

    /// Looks through everything once; says how much was found. What cannot be removed now keeps nothing else.
    async fn pass(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let passes = [
            self.bookings(cx, id, Role::Mentee).await,
            self.bookings(cx, id, Role::Mentor).await,
            self.mocks(cx, id, Role::Mentee).await,
            self.mocks(cx, id, Role::Mentor).await,
            self.people(cx, id).await,
            self.own(cx, id).await,
            self.words(cx, id).await,
            self.slots(cx, id).await,
            self.of_product(cx, id).await,
        ];
        passes.into_iter().fold(Sum::default(), Sum::and).end()
    }

    /// What only some products have.
    async fn of_product(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let passes = match cx.product {
            Product::LeadBridge => vec![self.leads(cx, id).await, self.public_events(cx, id).await],
            Product::Mansa => vec![
                self.sessions(cx, id, Role::Mentee).await,
                self.sessions(cx, id, Role::Mentor).await,
                self.announced(cx, id).await,
                self.mentor(cx, id).await,
            ],
            Product::AspireX => vec![
                self.sessions(cx, id, Role::Mentee).await,
                self.sessions(cx, id, Role::Mentor).await,
                self.withdrawals(cx, id).await,
                self.mentor(cx, id).await,
                self.conversations(cx, id, Side::Student).await,
                self.conversations(cx, id, Side::Mentor).await,
                self.said(cx, id).await,
                self.gatherings(cx, id).await,
            ],
            Product::Codementee => Vec::new(),
        };
        passes.into_iter().fold(Sum::default(), Sum::and).end()
    }

    /// Takes his name out of his conversations, which the other one keeps.
    async fn conversations(&self, cx: &Context, id: AccountId, side: Side) -> Result<usize, ErasureError> {
        let found = self.store.conversations(cx.product, &[side], id, some()).await?;
        self.erase(cx, id, found.map(|conversation| Trace::Talked(conversation.id, side))).await
    }

    /// What he said in conversations is his no more; what he asked those who run the product goes.
    async fn said(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let (store, product) = (&self.store, cx.product);
        let said = store.messages_by(product, id, some()).await?;
        let said = said.map(|message| Trace::Said(message.conversation_id, message.sequence));
        let asked = store.support_requests(product, Some(id), some()).await?.map(|request| Trace::Sought(request.id));
        Ok(self.erase(cx, id, said).await? + self.erase(cx, id, asked).await?)
    }

    /// Calls off the events that he organizes.
    async fn gatherings(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let events = self.store.public_events_of_mentor::<Gathering>(cx.product, id, some()).await?;
        for event in &events.items {
            if let Some(stored) = self.store.public_event::<Gathering>(cx.product, event.id).await? {
                self.store.delete_gathering(&stored, &gatherings::gone_with_organizer(cx, event)).await?;
            }
        }
        Ok(events.items.len())
    }

    /// What others gave him or have of him.
    async fn people(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let (store, product) = (&self.store, cx.product);
        let about = store.feedbacks_of_mentee(product, id, some()).await?.map(|feedback| Trace::Assessed(feedback.mock_id));
        let by = store.feedbacks_of_mentor(product, id, some()).await?.map(|feedback| Trace::Assessor(feedback.mock_id));
        let mentees = store.mentees_of(product, id, some()).await?.map(|mentee| Trace::Mentee(mentee.account_id));
        Ok(self.erase(cx, id, about).await? + self.erase(cx, id, by).await? + self.erase(cx, id, mentees).await?)
    }

    /// What is his alone. What stands under the account stays with it when he is a member elsewhere, so that it goes here.
    async fn own(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let (store, product) = (&self.store, cx.product);
        let orders = store.orders_of_payer(product, id, some()).await?.map(|order| Trace::Paid(order.razorpay_order_id));
        let notices = store.notices(product, id, some()).await?.map(|notice| Trace::Told(notice.id));
        let found = self.erase(cx, id, orders).await? + self.erase(cx, id, notices).await?;
        let sessions = store.sessions(id).await?;
        for session in sessions.iter().filter(|session| session.product == product) {
            store.end_session(id, session.id).await?;
        }
        if store.resume_analysis(product, id).await?.is_none() {
            return Ok(found);
        }
        store.erase(product, id, &Trace::Analysed, cx.now).await?;
        Ok(found + 1)
    }

    /// What he said in the community.
    async fn words(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let (store, product) = (&self.store, cx.product);
        let posts = store.posts_of(product, id, some()).await?;
        for post in &posts.items {
            store.erase(product, id, &Trace::Reported(post.id), cx.now).await?;
        }
        let posts = posts.map(|post| Trace::Posted(post.id));
        let comments = store.comments_of(product, id, some()).await?;
        let comments = comments.map(|comment| Trace::Commented(comment.post_id, comment.id, comment.standing));
        let reports = store.reports_by(product, id, some()).await?.map(|report| Trace::Complained(report.post_id));
        Ok(self.erase(cx, id, posts).await? + self.erase(cx, id, comments).await? + self.erase(cx, id, reports).await?)
    }

    /// Gives back the places that he holds, and forgets how to reach him, also where that was sold.
    async fn leads(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let leads = self.store.leads_of_user(cx.product, id, PageRequest::first(AT_ONCE)).await?;
        for lead in &leads.items {
            leads::withdraw(&self.store, cx, lead.id).await?;
        }
        self.erase(cx, id, leads.map(|lead| Trace::Interested(lead.id))).await
    }

    /// Calls off what he offers: nobody can buy the open leads any more, and an event goes that nothing hangs on.
    async fn public_events(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let (store, product) = (&self.store, cx.product);
        let events = store.public_events_of_mentor::<PublicEvent>(product, id, PageRequest::first(AT_ONCE)).await?;
        for event in &events.items {
            for lead in store.leads_of_event(product, event.id).await? {
                leads::withdraw(store, cx, lead).await?;
            }
            if !store.delete_public_event(product, event.id, &public_events::deleted(cx, event)).await? {
                store.erase(product, id, &Trace::Hosted(event.id), cx.now).await?;
            }
        }
        let mut found = events.items.len();
        let leads = store.leads_of_mentor(product, id, PageRequest::first(AT_ONCE)).await?;
        found += self.erase(cx, id, leads.map(|lead| Trace::Offered(lead.id))).await?;
        if store.host_profile(product, id).await?.is_some() {
            store.erase(product, id, &Trace::Introduced, cx.now).await?;
            found += 1;
        }
        Ok(found)
    }

    /// Takes down the events that he announced; nobody holds a place of them.
    async fn announced(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let events = self.store.public_events_of_mentor::<PublicEvent>(cx.product, id, some()).await?;
        for event in &events.items {
            self.store.delete_public_event(cx.product, event.id, &public_events::deleted(cx, event)).await?;
        }
        Ok(events.items.len())
    }

    async fn erase(&self, cx: &Context, id: AccountId, traces: Page<Trace>) -> Result<usize, ErasureError> {
        for trace in &traces.items {
            self.store.erase(cx.product, id, trace, cx.now).await?;
        }
        Ok(traces.items.len())
    }

    /// Calls his open bookings off, then removes his name. What cannot be called off keeps it until it can.
    async fn bookings(&self, cx: &Context, id: AccountId, side: Role) -> Result<usize, ErasureError> {
        let bookings = match side {
            Role::Mentor => self.bookings.of_mentor(cx, id, StatusFilter::All, some()).await?,
            _ => self.bookings.of_mentee(cx, id, StatusFilter::All, some()).await?,
        };
        let mut sum = Sum::default();
        for booking in &bookings.items {
            sum = sum.and(self.booking(cx, id, side, booking).await);
        }
        sum.end()
    }

    async fn booking(&self, cx: &Context, id: AccountId, side: Role, booking: &Booking) -> Result<usize, ErasureError> {
        if booking.status.is_open() {
            match self.bookings.cancel_as(cx, id, side, booking.id).await {
                // What has begun or is over stays what it was.
                Ok(_) | Err(BookingError::SessionStarted | BookingError::NotOpen) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let trace = if side == Role::Mentor { Trace::Mentored(booking.id) } else { Trace::Asked(booking.id) };
        self.store.erase(cx.product, id, &trace, cx.now).await?;
        Ok(1)
    }

    /// Calls off what an admin arranged with him, then removes his name, in the same way.
    async fn mocks(&self, cx: &Context, id: AccountId, side: Role) -> Result<usize, ErasureError> {
        let mocks = match side {
            Role::Mentor => self.store.mocks_of_mentor(cx.product, id, some()).await?,
            _ => self.store.mocks_of_mentee(cx.product, id, some()).await?,
        };
        let mut sum = Sum::default();
        for mock in &mocks.items {
            sum = sum.and(self.mock(cx, id, side, mock).await);
        }
        sum.end()
    }

    async fn mock(&self, cx: &Context, id: AccountId, side: Role, mock: &Mock) -> Result<usize, ErasureError> {
        let ahead = mock.status == MockStatus::Scheduled && mock.time.starts_at > cx.now;
        if ahead && mock.booking_id.is_none() {
            match interviews::call_off(&self.store, cx, mock.clone()).await {
                Ok(_) | Err(InterviewError::NotScheduled) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let trace = if side == Role::Mentor { Trace::Held(mock.id) } else { Trace::Practised(mock.id) };
        self.store.erase(cx.product, id, &trace, cx.now).await?;
        Ok(1)
    }

    /// Calls off his sessions in mentors' own time, then removes his name from all.
    async fn sessions(&self, cx: &Context, id: AccountId, side: Role) -> Result<usize, ErasureError> {
        let wanted = SessionsWanted::Of(side, id);
        let sessions = self.store.session_bookings(cx.product, wanted, None, PageRequest::first(AT_ONCE)).await?;
        for session in sessions.items.iter().filter(|session| session.status.is_active()) {
            // What has begun stays what it was; what changed meanwhile is called off by the next run.
            if session.terms.is_some() {
                paid_sessions::call_off_of_leaver(&self.store, cx, session, side).await?;
            } else {
                Mentorship::call_off(&self.store, cx, session, side).await?;
            }
        }
        let trace = |id| if side == Role::Mentor { Trace::Guided(id) } else { Trace::Wished(id) };
        self.erase(cx, id, sessions.map(|session| trace(session.id))).await
    }

    /// Removes his name and where he was paid out to; the amounts stay. What is still to be paid out keeps both until then.
    async fn withdrawals(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let mut found = self.store.withdrawals(cx.product, Some(id), None, PageRequest::first(1000)).await?;
        let all = found.items.len();
        found.items.retain(|withdrawal| withdrawal.status != WithdrawalStatus::Pending);
        self.erase(cx, id, found.map(|withdrawal| Trace::Withdrew(withdrawal.id))).await?;
        Ok(all)
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
        self.store.delete_mentor_profile(&profile, &record, cx.now).await?;
        Ok(favourites.len() + 1)
    }

    /// Removes what he said of himself as a student, and his notes.
    async fn portrait(&self, cx: &Context, id: AccountId) -> Result<usize, ErasureError> {
        let portrait = self.store.delete_portrait(cx.product, id, cx.now).await?;
        Ok(portrait + self.store.delete_notes(cx.product, id).await?)
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
