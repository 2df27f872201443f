//! Booking requests: asked for, confirmed, cancelled. Each move is one transaction.

use crate::{
    DueWork, HeldLink, Page, PageRequest, Record, Store, StoreError, Stored, TxError,
    change::Change,
    item::item,
    keys::{self, Index},
    members::membership_change,
    page::List,
    table::take,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, BookingId, CompanyId, Instant, Product, SlotId, Span,
    account::{Allowance, MemberState, Membership},
    booking::{Booking, BookingStatus, Confirmation, RequestedSlot},
    catalog::Company,
    interview::Mock,
    slot::{Slot, SlotStatus},
};

/// The plan no longer covers it: paused, ended, or used up meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateRefused;

/// Why a booking was not confirmed. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmRefused {
    /// It is no longer as it was read.
    Changed,
    SlotTaken,
    MentorBusy,
    MenteeBusy,
    /// Somebody else claimed this link; another may be free.
    LinkTaken,
}

/// Which bookings are wanted: each of these narrows it down.
#[derive(Debug, Clone, Default)]
pub struct BookingsWanted {
    /// Any of these; none means every status. Statuses of one list must share their range of a mentor's bookings.
    pub statuses: &'static [BookingStatus],
    pub mentor: Option<AccountId>,
    pub mentee: Option<AccountId>,
    /// When they were made.
    pub made: Span,
}

impl BookingsWanted {
    fn admits(&self, booking: &Booking) -> bool {
        (self.statuses.is_empty() || self.statuses.contains(&booking.status))
            && self.mentor.is_none_or(|wanted| booking.mentor.as_ref().is_some_and(|mentor| mentor.id == wanted))
            && self.mentee.is_none_or(|wanted| booking.mentee.id == wanted)
            && self.made.contains(booking.created_at)
    }
}

/// What a cancellation undoes, as it was read.
#[derive(Debug, Clone)]
pub struct Cancellation {
    /// The booking as it must still be.
    pub before: Booking,
    /// The booking as cancelled.
    pub booking: Booking,
    /// Its mock, when it was confirmed.
    pub mock: Option<Mock>,
    /// Its link, while it still holds one of the pool.
    pub link: Option<HeldLink>,
    /// The membership's revision, when its plan gets the mock interview back.
    pub give_back: Option<u64>,
}

/// What a request is checked against; what does not exist is missing.
#[derive(Debug)]
pub struct BookingContext {
    pub company: Option<Company>,
    pub slots: Vec<Slot>,
    /// The mentee's assigned mentor.
    pub mentor: Option<Membership>,
}

pub(crate) fn booking_item(booking: &Booking) -> Result<crate::Item, StoreError> {
    let b = booking;
    let mentor = b.mentor.as_ref().map(|mentor| mentor.id);
    let entries = keys::booking_entries(b.product, b.id, b.mentee.id, mentor, b.status, b.created_at);
    item(&keys::booking(b.product, b.id), &entries, b)
}

/// A booking is as it was read: any change moves its status or its sequence.
pub(crate) fn unchanged(booking: &Booking) -> Change {
    Change::default().when("status", &booking.status).when("calendar_sequence", &booking.calendar_sequence)
}

impl<E: Clone> Transaction<E> {
    /// Marks an available slot as a booking's.
    pub(crate) fn book_slot(&mut self, store: &Store, product: Product, slot: SlotId, booking: BookingId, taken: E) {
        let book = Change::default()
            .set("status", &SlotStatus::Booked)
            .set("booking_id", &booking)
            .leave(Index::Own)
            .when("status", &SlotStatus::Available);
        self.update(store, &keys::slot(product, slot), &book, taken);
    }

    /// Frees a booking's slot, which can be asked for again if it is still ahead.
    pub(crate) fn free_slot(
        &mut self,
        store: &Store,
        product: Product,
        slot: &RequestedSlot,
        booking: BookingId,
        now: Instant,
        moved: E,
    ) {
        let entries = keys::slot_entries(product, slot.id, slot.time.starts_at, slot.time.starts_at > now);
        let open = entries.iter().filter(|entry| entry.index == Index::Own);
        let free = Change::default().set("status", &SlotStatus::Available).remove("booking_id").when("booking_id", &booking);
        self.update(store, &keys::slot(product, slot.id), &open.fold(free, Change::enter), moved);
    }
}

impl Store {
    /// Everything that a request is checked against, in one read.
    pub async fn booking_context(
        &self,
        product: Product,
        company: CompanyId,
        slots: &[SlotId],
        mentor: Option<AccountId>,
    ) -> Result<BookingContext, StoreError> {
        let company = keys::company(product, company);
        let slots: Vec<_> = slots.iter().map(|id| keys::slot(product, *id)).collect();
        let mentor = mentor.map(|mentor| keys::membership(mentor, product));
        let wanted: Vec<_> = std::iter::once(&company).chain(&slots).chain(&mentor).cloned().collect();
        let mut found = self.batch_get(&wanted).await?;
        let mentor = mentor.map_or(Ok(None), |mentor| take::<Stored<Membership>>(&mut found, &mentor))?;
        Ok(BookingContext {
            company: take(&mut found, &company)?,
            slots: slots.iter().filter_map(|key| take(&mut found, key).transpose()).collect::<Result<_, _>>()?,
            mentor: mentor.map(|mentor| mentor.value),
        })
    }

    /// Keeps a request and takes a mock interview from the plan, if the plan still has one.
    pub async fn create_booking(
        &self,
        booking: &Booking,
        allowance: Allowance,
        record: &Record,
    ) -> Result<(), TxError<CreateRefused>> {
        let mut tx = Transaction::new();
        let change = membership_change(booking.created_at).when("state", &MemberState::Active).compare(
            "plan.expires_at",
            ">",
            &booking.created_at,
        );
        let change = match allowance {
            Allowance::Count(_) => change.add("plan.left.mock_interviews", -1).compare("plan.left.mock_interviews", ">=", &1),
            Allowance::Unlimited => change.when("plan.left.mock_interviews", &Allowance::Unlimited),
        };
        tx.update(self, &keys::membership(booking.mentee.id, booking.product), &change, CreateRefused);
        tx.put(self, booking_item(booking)?);
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// A booking.
    pub async fn booking(&self, product: Product, id: BookingId) -> Result<Option<Booking>, StoreError> {
        self.get(&keys::booking(product, id)).await
    }

    /// A booking, the slot that a confirmation names and the mentor's membership, in one read.
    pub async fn booking_to_confirm(
        &self,
        product: Product,
        booking: BookingId,
        slot: SlotId,
        mentor: AccountId,
    ) -> Result<(Option<Booking>, Option<Slot>, Option<Membership>), StoreError> {
        let keys = [keys::booking(product, booking), keys::slot(product, slot), keys::membership(mentor, product)];
        let mut found = self.batch_get(&keys).await?;
        let [booking, slot, mentor] = &keys;
        let mentor = take::<Stored<Membership>>(&mut found, mentor)?.map(|mentor| mentor.value);
        Ok((take(&mut found, booking)?, take(&mut found, slot)?, mentor))
    }

    /// Confirms a booking: status, slot, link, mock, both calendars, due work and what tells of it, all or nothing.
    pub async fn confirm_booking(
        &self,
        confirmation: &Confirmation,
        due: &[DueWork],
        record: &Record,
    ) -> Result<(), TxError<ConfirmRefused>> {
        let Confirmation { booking, mock, slot } = confirmation;
        let product = booking.product;
        let mut tx = Transaction::new();
        // Confirming leaves the sequence as it was read.
        let pending =
            Change::default().when("status", &BookingStatus::Pending).when("calendar_sequence", &booking.calendar_sequence);
        tx.replace(self, booking_item(booking)?, &pending, ConfirmRefused::Changed);
        tx.book_slot(self, product, slot.id, booking.id, ConfirmRefused::SlotTaken);
        let quarters = mock.time.quarter_hours();
        tx.take_quarters(self, mock.mentor.id, &mock.into(), &quarters, ConfirmRefused::MentorBusy);
        tx.take_quarters(self, mock.mentee.id, &mock.into(), &quarters, ConfirmRefused::MenteeBusy);
        if let Some(link) = booking.meet_link_id {
            tx.claim_link(self, product, link, booking.id, ConfirmRefused::LinkTaken);
        }
        tx.put(self, crate::mocks::mock_item(mock)?);
        tx.add_due(self, due)?;
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Cancels a booking and everything that hangs on it. False when something changed since it was read.
    pub async fn cancel_booking(
        &self,
        cancellation: &Cancellation,
        now: Instant,
        due: &[DueWork],
        record: &Record,
    ) -> Result<bool, StoreError> {
        let Cancellation { before, booking, mock, link, give_back } = cancellation;
        let product = booking.product;
        let mut tx = Transaction::new();
        tx.replace(self, booking_item(booking)?, &unchanged(before), ());
        if let Some(mock) = mock {
            tx.cancel_mock(self, mock);
        }
        if let Some(slot) = &booking.confirmed_slot {
            tx.free_slot(self, product, slot, booking.id, now, ());
        }
        if let Some(link) = link {
            tx.release_link(self, product, link, ())?;
        }
        if let Some(rev) = give_back {
            let change = membership_change(now).add("plan.left.mock_interviews", 1).when("rev", rev);
            tx.update(self, &keys::membership(booking.mentee.id, product), &change, ());
        }
        tx.drop_due(self, due);
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Everybody's bookings, or those that are wanted; newest first, a mentor's by status before that.
    pub async fn bookings(
        &self,
        product: Product,
        wanted: &BookingsWanted,
        page: PageRequest,
    ) -> Result<Page<Booking>, StoreError> {
        let BookingsWanted { statuses, mentor, mentee, made } = wanted;
        let (list, by_key) = match (mentee, mentor, statuses.first()) {
            (Some(mentee), mentor, status) => {
                let list = List::of_index(Index::Own, keys::bookings_of_mentee(product, *mentee)).within("", *made);
                (list, mentor.is_none() && status.is_none())
            }
            (None, Some(mentor), Some(status)) => {
                let list = List::of_index(Index::Mentor, keys::bookings_of_mentor(product, *mentor));
                (list.within(keys::booking_status(*status), *made), true)
            }
            (None, Some(mentor), None) => {
                (List::of_index(Index::Mentor, keys::bookings_of_mentor(product, *mentor)), *made == Span::default())
            }
            (None, None, status) => (List::of_index(Index::All, keys::bookings(product)).within("", *made), status.is_none()),
        };
        let list = list.newest_first();
        if by_key { self.page(list, page).await } else { self.page_where(list, page, |booking| wanted.admits(booking)).await }
    }

    /// A mentee's bookings, newest first.
    pub async fn bookings_of_mentee(
        &self,
        product: Product,
        mentee: AccountId,
        keep: Option<fn(BookingStatus) -> bool>,
        page: PageRequest,
    ) -> Result<Page<Booking>, StoreError> {
        let list = List::of_index(Index::Own, keys::bookings_of_mentee(product, mentee)).newest_first();
        self.bookings_in(list, keep, page).await
    }

    /// A mentor's bookings with a status, newest first; or all: the pending ones, then the confirmed, then the cancelled.
    pub async fn bookings_of_mentor(
        &self,
        product: Product,
        mentor: AccountId,
        status: Option<BookingStatus>,
        page: PageRequest,
    ) -> Result<Page<Booking>, StoreError> {
        let list = List::of_index(Index::Mentor, keys::bookings_of_mentor(product, mentor)).newest_first();
        let list = match status {
            Some(status) => list.starting_with(keys::booking_status(status)),
            None => list,
        };
        self.page(list, page).await
    }

    async fn bookings_in(
        &self,
        list: List,
        keep: Option<fn(BookingStatus) -> bool>,
        page: PageRequest,
    ) -> Result<Page<Booking>, StoreError> {
        match keep {
            None => self.page(list, page).await,
            Some(keep) => self.page_where(list, page, |booking: &Booking| keep(booking.status)).await,
        }
    }
}
