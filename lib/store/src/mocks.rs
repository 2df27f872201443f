//! Mock interviews: arranged, finished, listed.

use crate::{
    DueWork, HeldLink, Page, PageRequest, Record, Store, StoreError, TxError,
    change::Change,
    item::item,
    keys::{self, Index},
    page::List,
    table::take,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, Instant, LinkId, MockId, Product,
    account::Role,
    interview::{Mock, MockStatus},
    link::{FreeLink, MeetLink},
    slot::LONGEST_SESSION,
};

/// Why a mock was not arranged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduleRefused {
    MentorBusy,
    MenteeBusy,
}

/// A mock that took place, with the link that it still holds.
#[derive(Debug, Clone)]
pub struct Finished {
    pub mock: Mock,
    pub link: Option<HeldLink>,
    pub due: Vec<DueWork>,
}

/// Why a mock could not be finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FinishRefused {
    NotScheduled,
    /// The link went elsewhere since it was read; read again.
    LinkMoved,
}

pub(crate) fn mock_item(mock: &Mock) -> Result<crate::Item, StoreError> {
    let entries = keys::mock_entries(mock.product, mock.id, mock.mentee.id, mock.mentor.id, mock.time.starts_at);
    item(&keys::mock(mock.product, mock.id), &entries, mock)
}

impl<E: Clone> Transaction<E> {
    /// Marks a scheduled mock as completed, gives its link back and forgets what was due.
    pub(crate) fn finish(
        &mut self,
        store: &Store,
        finished: &Finished,
        not_scheduled: E,
        link_moved: E,
    ) -> Result<(), StoreError> {
        let Finished { mock, link, due } = finished;
        // Of a session that was moved since it was read, another link and other due work may have to go.
        let change = Change::default()
            .set("status", &MockStatus::Completed)
            .when("status", &MockStatus::Scheduled)
            .when("starts_at", &mock.time.starts_at);
        self.update(store, &keys::mock(mock.product, mock.id), &change, not_scheduled);
        if let Some(link) = link {
            self.release_link(store, mock.product, link, link_moved)?;
        }
        self.drop_due(store, due);
        Ok(())
    }
}

impl Transaction<()> {
    /// Marks a scheduled mock as cancelled and frees both calendars.
    pub(crate) fn cancel_mock(&mut self, store: &Store, mock: &Mock) {
        let change = Change::default().set("status", &MockStatus::Cancelled).when("status", &MockStatus::Scheduled);
        self.update(store, &keys::mock(mock.product, mock.id), &change, ());
        for person in [mock.mentor.id, mock.mentee.id] {
            self.free_quarters(store, person, &mock.into(), &mock.time.quarter_hours(), ());
        }
    }
}

impl Store {
    /// Arranges a mock without a booking: both calendars are taken, no link of the pool is.
    pub async fn schedule_mock(&self, mock: &Mock, due: &[DueWork], record: &Record) -> Result<(), TxError<ScheduleRefused>> {
        let mut tx = Transaction::new();
        let quarters = mock.time.quarter_hours();
        tx.take_quarters(self, mock.mentor.id, &mock.into(), &quarters, ScheduleRefused::MentorBusy);
        tx.take_quarters(self, mock.mentee.id, &mock.into(), &quarters, ScheduleRefused::MenteeBusy);
        tx.put(self, mock_item(mock)?);
        tx.add_due(self, due)?;
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// A mock.
    pub async fn mock(&self, product: Product, id: MockId) -> Result<Option<Mock>, StoreError> {
        self.get(&keys::mock(product, id)).await
    }

    /// The link of the pool that a booking's session still holds.
    pub async fn held_link(
        &self,
        product: Product,
        link: Option<LinkId>,
        booking: Option<domain::BookingId>,
    ) -> Result<Option<HeldLink>, StoreError> {
        let Some(id) = link else { return Ok(None) };
        let key = keys::link(product, id);
        let mut found = self.batch_get(std::slice::from_ref(&key)).await?;
        let link = take::<MeetLink>(&mut found, &key)?.filter(|link| booking.is_some() && link.current_booking_id == booking);
        Ok(link.map(|link| HeldLink { link: FreeLink { id, link: link.link }, booking_id: booking }))
    }

    /// Marks a mock as completed.
    pub async fn finish_mock(&self, finished: &Finished, record: &Record) -> Result<(), TxError<FinishRefused>> {
        let mut tx = Transaction::new();
        tx.finish(self, finished, FinishRefused::NotScheduled, FinishRefused::LinkMoved)?;
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Calls off a mock that came of no booking. False when it is no longer scheduled.
    pub async fn cancel_mock(&self, mock: &Mock, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.cancel_mock(self, mock);
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// All mocks, the latest first.
    pub async fn mocks(&self, product: Product, page: PageRequest) -> Result<Page<Mock>, StoreError> {
        self.page(List::of_index(Index::All, keys::mocks(product)).newest_first(), page).await
    }

    /// The scheduled mocks of a mentee or a mentor that end after an instant, soonest first.
    pub async fn upcoming_mocks(
        &self,
        product: Product,
        role: Role,
        person: AccountId,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<Mock>, StoreError> {
        let list = match role {
            Role::Mentor => List::of_index(Index::Mentor, keys::mocks_of_mentor(product, person)),
            _ => List::of_index(Index::Own, keys::mocks_of_mentee(product, person)),
        };
        // One that has begun may still last.
        let list = list.from(now.plus(-LONGEST_SESSION).to_string());
        self.page_where(list, page, |mock: &Mock| mock.status == MockStatus::Scheduled && mock.time.ends_at > now).await
    }

    /// A mentee's mocks, the latest first.
    pub async fn mocks_of_mentee(
        &self,
        product: Product,
        mentee: AccountId,
        page: PageRequest,
    ) -> Result<Page<Mock>, StoreError> {
        self.page(List::of_index(Index::Own, keys::mocks_of_mentee(product, mentee)).newest_first(), page).await
    }

    /// A mentor's mocks, the latest first.
    pub async fn mocks_of_mentor(
        &self,
        product: Product,
        mentor: AccountId,
        page: PageRequest,
    ) -> Result<Page<Mock>, StoreError> {
        self.page(List::of_index(Index::Mentor, keys::mocks_of_mentor(product, mentor)).newest_first(), page).await
    }
}
