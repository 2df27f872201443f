use super::{availability::as_read, paid::Refusals};
use crate::{
    DueWork, Page, PageRequest, Record, Store, StoreError, Turn, TxError,
    change::Change,
    item::item,
    keys::{self, Index},
    page::List,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, Instant, Product, SessionBookingId, Zone,
    account::{MemberState, Role, Verification},
    mentorship::{SessionBooking, SessionStatus},
    payment::Order,
};

/// What a mentor offered when it was read.
#[derive(Debug)]
pub enum Offered {
    /// Rules by his own clock, of this revision.
    OwnTime { zone: Zone, availability: Option<u64> },
    /// Any time, for money: he only has to be approved.
    ForMoney,
}

/// What a request was checked against, and must still find.
#[derive(Debug)]
pub struct BookingTerms {
    pub offered: Offered,
    /// The mentee's turn among the few that he has in an hour.
    pub turn: Turn,
}

/// Why a session was not booked. Nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookRefused {
    /// The mentor offers something else by now.
    MentorChanged,
    MentorBusy,
    MenteeBusy,
    /// The mentee booked something else at this instant.
    TurnTaken,
}

/// Which sessions are wanted.
#[derive(Debug, Clone, Copy)]
pub enum SessionsWanted {
    All,
    Of(Role, AccountId),
}

pub(super) fn session_item(session: &SessionBooking) -> Result<crate::Item, StoreError> {
    let s = session;
    let entries = keys::session_entries(s.product, s.id, (s.mentee.id, s.mentor.id), s.time.starts_at);
    item(&keys::session_booking(s.product, s.id), &entries, s)
}

impl Store {
    /// Books a session: it, both calendars, the mentee's turn, the order that pays it, if any, and what tells of it, all or
    /// nothing; and only while the mentor offers what was read.
    pub async fn book_session(
        &self,
        session: &SessionBooking,
        terms: &BookingTerms,
        (order, due): (Option<&Order>, &[DueWork]),
        record: &Record,
    ) -> Result<(), TxError<BookRefused>> {
        let (product, mentor, mentee) = (session.product, session.mentor.id, session.mentee.id);
        let mut tx = Transaction::new();
        match &terms.offered {
            Offered::OwnTime { zone, availability } => {
                let open = Change::default()
                    .when("verification", &Verification::Approved)
                    .when("is_accepting_requests", &true)
                    .when("timezone", zone);
                tx.check(self, &keys::mentor_profile(product, mentor), &open, BookRefused::MentorChanged);
                let acts = Change::default().when("state", &MemberState::Active);
                tx.check(self, &keys::membership(mentor, product), &acts, BookRefused::MentorChanged);
                tx.check(self, &keys::availability(product, mentor), &as_read(*availability), BookRefused::MentorChanged);
            }
            Offered::ForMoney => {
                let approved = crate::public_events::approved();
                tx.check(self, &keys::membership(mentor, product), &approved, BookRefused::MentorChanged);
            }
        }
        let (hold, quarters) = (session.into(), session.time.quarter_hours());
        tx.take_quarters(self, mentor, &hold, &quarters, BookRefused::MentorBusy);
        tx.take_quarters(self, mentee, &hold, &quarters, BookRefused::MenteeBusy);
        tx.take_turn(self, &terms.turn, BookRefused::TurnTaken);
        tx.put(self, session_item(session)?);
        if let Some(order) = order {
            tx.put(self, crate::orders::order_item(order)?);
        }
        tx.add_due(self, due)?;
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// A session.
    pub async fn session_booking(&self, product: Product, id: SessionBookingId) -> Result<Option<SessionBooking>, StoreError> {
        self.get(&keys::session_booking(product, id)).await
    }

    /// Writes a session after a move over what was read: the calendars are freed when it ends, the mentor's counts
    /// follow when it took place or is rated. False when something changed meanwhile.
    pub async fn move_session(
        &self,
        before: &SessionBooking,
        after: &SessionBooking,
        due: &[DueWork],
        record: &Record,
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.move_paid(self, before, after, &Refusals { changed: (), mentor_busy: (), mentee_busy: () })?;
        let took_place = before.status != SessionStatus::Completed && after.status == SessionStatus::Completed;
        let stars = after.rating.filter(|_| before.rating.is_none());
        if took_place || stars.is_some() {
            let counts = if took_place { Change::default().count("sessions", 1) } else { Change::default() };
            let counts = match stars {
                Some(stars) => counts.count("ratings", 1).count("stars", stars.get().into()),
                None => counts,
            };
            // A mentor who left has none any more.
            if self.mentor_profile(after.product, after.mentor.id).await?.is_some() {
                tx.update(self, &keys::mentor_profile(after.product, after.mentor.id), &counts.when_exists(), ());
            }
        }
        tx.add_due(self, due)?;
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Sessions, the latest start first, as far as a test lets them through.
    pub async fn session_bookings(
        &self,
        product: Product,
        wanted: SessionsWanted,
        keep: Option<fn(SessionStatus) -> bool>,
        page: PageRequest,
    ) -> Result<Page<SessionBooking>, StoreError> {
        let list = sessions(product, wanted).newest_first();
        match keep {
            None => self.page(list, page).await,
            Some(keep) => self.page_where(list, page, |session: &SessionBooking| keep(session.status)).await,
        }
    }

    /// The sessions of somebody that are not over, as far as a test lets them through, soonest first.
    pub async fn upcoming_sessions(
        &self,
        product: Product,
        wanted: SessionsWanted,
        keep: fn(SessionStatus) -> bool,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<SessionBooking>, StoreError> {
        let list = sessions(product, wanted).from(now.plus(-domain::slot::LONGEST_SESSION).to_string());
        let ahead = |session: &SessionBooking| keep(session.status) && session.time.ends_at > now;
        self.page_where(list, page, ahead).await
    }

    /// The sessions of a mentor that were rated, the latest first.
    pub async fn rated_sessions(
        &self,
        product: Product,
        mentor: AccountId,
        page: PageRequest,
    ) -> Result<Page<SessionBooking>, StoreError> {
        let list = sessions(product, SessionsWanted::Of(Role::Mentor, mentor)).newest_first();
        self.page_where(list, page, |session: &SessionBooking| session.rating.is_some()).await
    }

    /// The sessions that nobody attended and that an admin has not decided, the latest first.
    pub async fn unattended_sessions(&self, product: Product, page: PageRequest) -> Result<Page<SessionBooking>, StoreError> {
        let waits = |session: &SessionBooking| {
            session.status == SessionStatus::Confirmed && session.terms.as_ref().is_some_and(|terms| terms.unattended)
        };
        self.page_where(sessions(product, SessionsWanted::All).newest_first(), page, waits).await
    }

    /// Tells that a session draws near, once: the reminder is forgotten in the same transaction. False when another run
    /// was first, or when the session is not to be at that time any more.
    pub async fn remind_of_session(&self, work: &DueWork, session: &SessionBooking, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.delete(self, &work.key(), &Change::default().when_exists(), Some(()));
        let ahead = Change::default().when("status", &SessionStatus::Confirmed).when("starts_at", &session.time.starts_at);
        tx.check(self, &keys::session_booking(session.product, session.id), &ahead, ());
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }
}

fn sessions(product: Product, wanted: SessionsWanted) -> List {
    match wanted {
        SessionsWanted::All => List::of_index(Index::All, keys::session_bookings(product)),
        SessionsWanted::Of(Role::Mentor, mentor) => List::of_index(Index::Mentor, keys::sessions_of_mentor(product, mentor)),
        SessionsWanted::Of(_, mentee) => List::of_index(Index::Own, keys::sessions_of_mentee(product, mentee)),
    }
}
