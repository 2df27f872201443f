//! Paid sessions: each move together with the money that follows it.

use super::sessions::session_item;
use crate::{
    DueWork, Page, PageRequest, Record, Store, StoreError, TxError,
    change::Change,
    item::item,
    keys,
    page::List,
    table::take,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, Instant, Paise, Product, SessionBookingId,
    account::PublicNumber,
    earnings::{Earning, EarningStatus},
    mentorship::{AttendanceKeys, SessionBooking, SessionStatus, TransactionId},
    payment::{Order, Refund},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A session that is paid, and what goes with that.
#[derive(Debug, Clone)]
pub struct SessionPaid {
    pub before: SessionBooking,
    pub after: SessionBooking,
    /// Whether mentor and mentee had none before.
    pub first: bool,
    pub keys: AttendanceKeys,
    pub due: Vec<DueWork>,
}

/// Why a session was not paid or moved. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionRefused {
    /// It, or what hangs on it, changed since it was read.
    Changed,
    MentorBusy,
    MenteeBusy,
    /// The payment counts for another session.
    PaymentUsed,
}

/// Somebody whom a mentor had sessions with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Student {
    pub student_id: AccountId,
    pub number: Option<PublicNumber>,
    /// How many were agreed on.
    pub sessions: u64,
    pub first_at: Instant,
    pub last_at: Instant,
}

/// What to tell of a refused step.
pub(crate) struct Refusals<E> {
    pub changed: E,
    pub mentor_busy: E,
    pub mentee_busy: E,
}

const HERE: Refusals<SessionRefused> = Refusals {
    changed: SessionRefused::Changed,
    mentor_busy: SessionRefused::MentorBusy,
    mentee_busy: SessionRefused::MenteeBusy,
};

fn paise(amount: Paise) -> i64 {
    i64::try_from(amount.get()).unwrap_or(i64::MAX)
}

impl<E: Clone> Transaction<E> {
    /// Writes a session anew over the version that was read, with its calendars and its mentor's sums.
    pub(super) fn move_paid(
        &mut self,
        store: &Store,
        before: &SessionBooking,
        after: &SessionBooking,
        refusals: &Refusals<E>,
    ) -> Result<(), StoreError> {
        self.replace(store, session_item(after)?, &Change::default().when("version", &before.version), refusals.changed.clone());
        let quarters = |session: &SessionBooking| {
            if session.status.is_active() { session.time.quarter_hours() } else { Vec::new() }
        };
        let (was, becomes) = (quarters(before), quarters(after));
        for (person, busy) in [(after.mentor.id, &refusals.mentor_busy), (after.mentee.id, &refusals.mentee_busy)] {
            self.move_quarters(store, person, &after.into(), (&was, &becomes), busy.clone());
        }
        self.count_in_purse(store, before, after, false, &refusals.changed);
        Ok(())
    }

    /// What a payment brings about: the session is agreed on, and its mentor sees what he is to get for it.
    pub(crate) fn confirm_paid(&mut self, store: &Store, paid: &SessionPaid, refusals: &Refusals<E>) -> Result<(), StoreError> {
        let SessionPaid { before, after, first, keys, due } = paid;
        let (product, mentor) = (after.product, after.mentor.id);
        self.replace(store, session_item(after)?, &Change::default().when("version", &before.version), refusals.changed.clone());
        if !before.status.is_active() {
            let quarters = after.time.quarter_hours();
            for (person, busy) in [(mentor, &refusals.mentor_busy), (after.mentee.id, &refusals.mentee_busy)] {
                self.take_quarters(store, person, &after.into(), &quarters, busy.clone());
            }
        }
        self.put(store, item(&keys::attendance(product, after.id), &[], keys)?);
        let at = after.confirmed_at.unwrap_or(after.updated_at);
        let known = keys::student(product, mentor, after.mentee.id);
        let number = after.terms.as_ref().and_then(|terms| terms.mentee_number);
        if *first {
            let student = Student { student_id: after.mentee.id, number, sessions: 1, first_at: at, last_at: at };
            self.create(store, item(&known, &[], &student)?, refusals.changed.clone());
        } else {
            let again = Change::default().count("sessions", 1).set("last_at", &at).when_exists();
            self.update(store, &known, &again, refusals.changed.clone());
        }
        if let Some((terms, amount)) = after.terms.as_ref().and_then(|terms| Some((terms, terms.owed()?))) {
            let earning = Earning {
                session_id: after.id,
                mentee_number: terms.mentee_number,
                amount,
                transaction: terms.paid.as_ref().map(|paid| paid.transaction().to_owned()).unwrap_or_default(),
                status: EarningStatus::Pending,
                at,
            };
            let entry = keys::earning_entry(product, after.id, mentor, at);
            self.put(store, item(&keys::earning(product, after.id), &[entry], &earning)?);
        }
        self.count_in_purse(store, before, after, *first, &refusals.changed);
        self.add_due(store, due)
    }

    /// The mentor's sums after a move. They are one item, so that a move changes each of them once.
    fn count_in_purse(&mut self, store: &Store, before: &SessionBooking, after: &SessionBooking, first: bool, changed: &E) {
        let (Some(was), Some(is)) = (&before.terms, &after.terms) else { return };
        let (newly, amount) = (is.owed().filter(|_| was.paid.is_none()), was.owed());
        let completed = before.status != SessionStatus::Completed && after.status == SessionStatus::Completed;
        let cancelled = before.status.is_active() && after.status.is_cancelled();
        let stars = after.rating.filter(|_| before.rating.is_none());
        let mut purse = Change::default();
        if first {
            purse = purse.count("students", 1);
        }
        if let Some(amount) = newly {
            purse = purse.count("earnings", 1).count("pending", amount.get());
        }
        if completed {
            purse = purse.count("sessions", 1);
        }
        if let Some(amount) = amount.filter(|_| completed || cancelled) {
            purse = purse.add("pending", -paise(amount));
            if completed {
                purse = purse.count("balance", amount.get()).count("earned", amount.get());
            }
            let status = if completed { EarningStatus::Completed } else { EarningStatus::Refunded };
            let line = Change::default().set("status", &status).when("status", &EarningStatus::Pending);
            self.update(store, &keys::earning(after.product, after.id), &line, changed.clone());
        }
        if let Some(stars) = stars.map(|stars| stars.get()) {
            purse = purse.count(&format!("stars_{stars}"), 1);
        }
        if !purse.is_empty() {
            self.update(store, &keys::purse(after.product, after.mentor.id), &purse, changed.clone());
        }
    }
}

impl Store {
    /// Keeps the order for a session, which must be as it was read. False when it changed meanwhile.
    pub async fn order_session(
        &self,
        before: &SessionBooking,
        after: &SessionBooking,
        order: &Order,
        due: &[DueWork],
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.replace(self, session_item(after)?, &Change::default().when("version", &before.version), ());
        tx.put(self, crate::orders::order_item(order)?);
        tx.add_due(self, due)?;
        done(tx.commit(self).await)
    }

    /// Agrees on a session whose payment somebody found. A payment counts for one session.
    pub async fn confirm_claimed_session(
        &self,
        paid: &SessionPaid,
        transaction: &TransactionId,
        record: &Record,
    ) -> Result<(), TxError<SessionRefused>> {
        let mut tx = Transaction::new();
        tx.confirm_paid(self, paid, &HERE)?;
        let found = HashMap::from([("session_id", paid.after.id)]);
        tx.create(self, item(&keys::found_payment(paid.after.product, transaction), &[], &found)?, SessionRefused::PaymentUsed);
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Gives a session another time: of both calendars the quarters that only the old time had are freed, and those that
    /// only the new one has are taken.
    pub async fn reschedule_session(
        &self,
        before: &SessionBooking,
        after: &SessionBooking,
        due: &[DueWork],
        record: &Record,
    ) -> Result<(), TxError<SessionRefused>> {
        let mut tx = Transaction::new();
        tx.move_paid(self, before, after, &HERE)?;
        tx.add_due(self, due)?;
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Calls a session off whose order is paid, and owes the money back, in one transaction. False when something
    /// changed meanwhile.
    pub async fn call_off_paid_session(
        &self,
        before: &SessionBooking,
        after: &SessionBooking,
        (order, refund): (&Order, &Refund),
        record: &Record,
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        let refusals = Refusals { changed: (), mentor_busy: (), mentee_busy: () };
        tx.move_paid(self, before, after, &refusals)?;
        tx.take_order_back(self, order, refund, ())?;
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// The keys of some sessions. A request for each hundred.
    pub async fn attendance_keys(
        &self,
        product: Product,
        sessions: &[SessionBookingId],
    ) -> Result<HashMap<SessionBookingId, AttendanceKeys>, StoreError> {
        let mut keys_of = HashMap::new();
        let wanted: Vec<_> = sessions.iter().map(|id| keys::attendance(product, *id)).collect();
        let mut found = self.batch_get(&wanted).await?;
        for (id, key) in sessions.iter().zip(&wanted) {
            if let Some(keys) = take(&mut found, key)? {
                keys_of.insert(*id, keys);
            }
        }
        Ok(keys_of)
    }

    /// Whether a mentor ever had a session with somebody.
    pub async fn student(&self, product: Product, mentor: AccountId, student: AccountId) -> Result<Option<Student>, StoreError> {
        self.get(&keys::student(product, mentor, student)).await
    }

    /// Those whom a mentor had sessions with.
    pub async fn students(&self, product: Product, mentor: AccountId, page: PageRequest) -> Result<Page<Student>, StoreError> {
        let list = List::of_table(keys::mentor_partition(product, mentor)).starting_with(keys::STUDENTS);
        self.page(list, page).await
    }

    /// Removes the line that says what a session brought in, of a mentor who left.
    pub async fn forget_student(&self, product: Product, mentor: AccountId, student: AccountId) -> Result<(), StoreError> {
        self.delete(&keys::student(product, mentor, student)).await
    }
}
