//! Putting bookings off: other slots to choose from, or another time for a session. Each move is one transaction.

use crate::{
    DueWork, Record, Store, StoreError, TxError,
    bookings::{booking_item, unchanged},
    change::Change,
    keys,
    transaction::{Transaction, done},
};
use domain::{
    Instant,
    booking::{Booking, Move},
    interview::MockStatus,
};

/// Why a booking was not put off. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MoveRefused {
    /// It is no longer as it was read.
    Changed,
    SlotTaken,
    MentorBusy,
    MenteeBusy,
    /// Somebody else claimed this link; another may be free.
    LinkTaken,
}

impl Store {
    /// Gives a pending booking other slots to choose from. False when it changed since it was read.
    pub async fn ask_anew(&self, before: &Booking, booking: &Booking, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.replace(self, booking_item(booking)?, &unchanged(before), ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Moves a confirmed booking to another slot: both slots, both calendars, mock, due work and what tells of it, all or
    /// nothing. Its link must be its own still, or, when that one went back to the pool, is claimed from it.
    pub async fn move_booking(
        &self,
        moving: &Move,
        claim: bool,
        now: Instant,
        due: (&[DueWork], &[DueWork]),
        record: &Record,
    ) -> Result<(), TxError<MoveRefused>> {
        let Move { before, mock_before, booking, mock, left, slot } = moving;
        let product = booking.product;
        let mut tx = Transaction::new();
        tx.replace(self, booking_item(booking)?, &unchanged(before), MoveRefused::Changed);
        tx.book_slot(self, product, slot.id, booking.id, MoveRefused::SlotTaken);
        tx.free_slot(self, product, left, booking.id, now, MoveRefused::Changed);
        let scheduled = Change::default().when("status", &MockStatus::Scheduled);
        tx.replace(self, crate::mocks::mock_item(mock)?, &scheduled, MoveRefused::Changed);
        let (was, becomes) = (mock_before.time.quarter_hours(), mock.time.quarter_hours());
        for (person, busy) in [(mock.mentor.id, MoveRefused::MentorBusy), (mock.mentee.id, MoveRefused::MenteeBusy)] {
            tx.move_quarters(self, person, &mock.into(), (&was, &becomes), busy);
        }
        match booking.meet_link_id {
            Some(link) if claim => tx.claim_link(self, product, link, booking.id, MoveRefused::LinkTaken),
            Some(link) => {
                let own = Change::default().when("current_booking_id", &booking.id);
                tx.check(self, &keys::link(product, link), &own, MoveRefused::Changed);
            }
            None => {}
        }
        let (void, falls_due) = due;
        // What is due at the same instant as before is written over.
        let stays = |work: &&DueWork| falls_due.iter().any(|other| other.key() == work.key());
        let void: Vec<_> = void.iter().filter(|work| !stays(work)).cloned().collect();
        tx.drop_due(self, &void);
        tx.add_due(self, falls_due)?;
        tx.leave(self, record)?;
        tx.commit(self).await
    }
}
