use super::{PaidSessions, ROUNDS, SessionError, SessionGoods, agreed, agreed_due, book::not_too_far, kept_changing, not_found};
use crate::{Context, limits::ATTENDANCE, mentorship::MentorshipError};
use domain::{
    AccountId, Invalid, SessionBookingId,
    account::{Member, PersonKey, PublicNumber, Role},
    event::Detail,
    mentorship::{MoveRefused, PaidBy, PaidMove, SessionBooking, SessionMove, SessionStatus},
    payment::Refund,
    slot::SlotTime,
    text::{PersonName, Prose},
};
use jiff::civil::DateTime;
use std::collections::HashMap;
use store::{Page, PageRequest, Record, SessionRefused, SessionsWanted, Standing, Store, StoreError, Student, TxError};
use subtle::ConstantTimeEq;

/// A session as one of its people sees it.
#[derive(Debug)]
pub struct Own {
    pub session: SessionBooking,
    /// As what it concerns him.
    pub side: Role,
    /// What he shows the other one when they meet.
    pub key: Option<String>,
}

/// What came of somebody's word that he was there.
#[derive(Debug)]
pub struct Attendance {
    pub session: SessionBooking,
    pub completed: bool,
}

impl PaidSessions {
    /// Somebody's sessions on a side, the latest first.
    pub async fn of(&self, cx: &Context, side: Role, id: AccountId, page: PageRequest) -> Result<Page<Own>, SessionError> {
        let found = self.store.session_bookings(cx.product, SessionsWanted::Of(side, id), None, page).await?;
        let agreed = |session: &&SessionBooking| session.confirmed_at.is_some();
        let ids: Vec<_> = found.items.iter().filter(agreed).map(|session| session.id).collect();
        let mut keys = self.store.attendance_keys(cx.product, &ids).await?;
        Ok(found.map(|session| Own { key: keys.remove(&session.id).map(|keys| keys.of(side).to_owned()), side, session }))
    }

    /// Everybody's; for admins.
    pub async fn all(&self, cx: &Context, page: PageRequest) -> Result<Page<SessionBooking>, SessionError> {
        Ok(self.store.session_bookings(cx.product, SessionsWanted::All, None, page).await?)
    }

    /// Those that nobody attended, which wait for an admin; the latest first.
    pub async fn unattended(&self, cx: &Context, page: PageRequest) -> Result<Page<SessionBooking>, SessionError> {
        Ok(self.store.unattended_sessions(cx.product, page).await?)
    }

    /// A session of the caller's, or for an admin any, and as what it concerns him.
    pub async fn one(&self, cx: &Context, by: &Member, id: SessionBookingId) -> Result<(SessionBooking, Role), SessionError> {
        let found = self.mentorship.session(cx, by, id).await;
        found.map_err(|error| if matches!(error, MentorshipError::NotFound(_)) { not_found() } else { error.into() })
    }

    /// The times that a mentor has given away already, soonest first.
    pub async fn booked(&self, cx: &Context, mentor: PersonKey) -> Result<Vec<SlotTime>, SessionError> {
        let mentor = self.mentor(cx, mentor).await?;
        let page = PageRequest::first(1000);
        let wanted = SessionsWanted::Of(Role::Mentor, mentor);
        let sessions = self.store.upcoming_sessions(cx.product, wanted, SessionStatus::is_active, cx.now, page).await?;
        Ok(sessions.items.into_iter().map(|session| session.time).collect())
    }

    /// Whom a mentor had sessions with. Whoever has left has no name any more.
    pub async fn students(
        &self,
        cx: &Context,
        mentor: AccountId,
        page: PageRequest,
    ) -> Result<Page<(Student, Option<PersonName>)>, SessionError> {
        let found = self.store.students(cx.product, mentor, page).await?;
        let ids: Vec<_> = found.items.iter().map(|student| student.student_id).collect();
        let standings: HashMap<_, _> = self.store.standings(cx.product, &ids).await?;
        let name = |id| match standings.get(&id) {
            Some(Standing::Member(party)) => Some(party.name.clone()),
            Some(Standing::Left | Standing::Unknown) | None => None,
        };
        Ok(found.map(|student| (name(student.student_id), student)).map(|(name, student)| (student, name)))
    }

    /// What a mentor's mentees wrote about their sessions.
    pub async fn rated(&self, cx: &Context, mentor: AccountId, page: PageRequest) -> Result<Page<SessionBooking>, SessionError> {
        Ok(self.store.rated_sessions(cx.product, mentor, page).await?)
    }

    /// Says that the payment which the mentee named was found, or that it was not: then the session is called off. Only
    /// what an admin found came to the platform, and is owed to the mentor.
    pub async fn settle_claim(
        &self,
        cx: &Context,
        by: &Member,
        id: SessionBookingId,
        found: bool,
    ) -> Result<SessionBooking, SessionError> {
        by.must_be_active().map_err(|_| MentorshipError::Paused)?;
        for _ in 0..ROUNDS {
            let (before, side) = self.one(cx, by, id).await?;
            if side == Role::Mentee {
                return Err(MentorshipError::NotYours.into());
            }
            let claim = before.terms.as_ref().and_then(|terms| terms.claim.clone()).ok_or(SessionError::NoClaim)?;
            if !found {
                // One that is agreed on is called off as every other, with what it owes.
                if before.status != SessionStatus::Pending {
                    return Err(MoveRefused::NotPending.into());
                }
                let reason = Prose::parse("The payment was not found").ok();
                match self.cancel_as_read(cx, &before, side, reason).await? {
                    Some(after) => return Ok(after),
                    None => continue,
                }
            }
            let paid = PaidBy::Claim { transaction_id: claim.clone(), found_by: side };
            let subject = format!("session_booking:{id}");
            let goods = SessionGoods::read(&self.store, before).await?;
            let paid = agreed(cx, goods, paid)?;
            let terms = paid.after.terms.as_ref().and_then(|terms| terms.paid.as_ref());
            let audit = cx.audit("session_booking.payment_found", subject, Some(&paid.before.status), terms);
            let event = cx.event(Detail::MentorshipConfirmed { session: Box::new(paid.after.clone()) });
            match self.store.confirm_claimed_session(&paid, &claim, &cx.record(event).audited(audit)).await {
                Ok(()) => return Ok(paid.after),
                Err(TxError::Refused(SessionRefused::PaymentUsed)) => return Err(SessionError::PaymentUsed),
                Err(TxError::Refused(SessionRefused::MentorBusy)) => return Err(MentorshipError::MentorBusy.into()),
                Err(TxError::Refused(SessionRefused::MenteeBusy)) => return Err(MentorshipError::MenteeBusy.into()),
                Err(TxError::Refused(SessionRefused::Changed)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(kept_changing())
    }

    /// Calls a session off. What was paid at the checkout goes back in full.
    pub async fn cancel(
        &self,
        cx: &Context,
        by: &Member,
        id: SessionBookingId,
        reason: Option<Prose<1000>>,
    ) -> Result<SessionBooking, SessionError> {
        for _ in 0..ROUNDS {
            let (before, side) = self.one(cx, by, id).await?;
            if let Some(after) = self.cancel_as_read(cx, &before, side, reason.clone()).await? {
                return Ok(after);
            }
        }
        Err(kept_changing())
    }

    async fn cancel_as_read(
        &self,
        cx: &Context,
        before: &SessionBooking,
        side: Role,
        reason: Option<Prose<1000>>,
    ) -> Result<Option<SessionBooking>, SessionError> {
        let after = before.moved(&SessionMove::Cancel { by: side, reason }, cx.now)?;
        Ok(call_off(&self.store, cx, before, &after).await?.then_some(after))
    }

    /// Gives a session of the mentor's another time, by the platform's clock.
    pub async fn reschedule(
        &self,
        cx: &Context,
        by: &Member,
        id: SessionBookingId,
        local: DateTime,
    ) -> Result<SessionBooking, SessionError> {
        by.must_be_active().map_err(|_| MentorshipError::Paused)?;
        let starts_at = self.zone.instant(local.date(), local.time()).map_err(|invalid| invalid.at("new_time"))?;
        for _ in 0..ROUNDS {
            let (before, side) = self.one(cx, by, id).await?;
            if side != Role::Mentor {
                return Err(MentorshipError::NotYours.into());
            }
            let minutes = before.time.ends_at.since(before.time.starts_at).as_mins();
            let time = SlotTime::starting_at(starts_at, minutes, &self.zone);
            not_too_far(&time, cx.now, "new_time")?;
            if time.starts_at == before.time.starts_at {
                return Err(Invalid::new("The session is at that time already").at("new_time").into());
            }
            let after = before.moved(&SessionMove::Paid(PaidMove::Reschedule(time)), cx.now)?;
            let told = Detail::MentorshipRescheduled { session: Box::new(after.clone()), from: before.time.clone() };
            let (due, record) = (agreed_due(&after, cx.now), cx.record(cx.event(told)));
            match self.store.reschedule_session(&before, &after, &due, &record).await {
                Ok(()) => return Ok(after),
                Err(TxError::Refused(SessionRefused::MentorBusy)) => return Err(MentorshipError::MentorBusy.into()),
                Err(TxError::Refused(SessionRefused::MenteeBusy)) => return Err(MentorshipError::MenteeBusy.into()),
                Err(TxError::Refused(SessionRefused::Changed | SessionRefused::PaymentUsed)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(kept_changing())
    }

    /// Somebody of a session shows that he was there, by the key of the other side. Both together end the session.
    pub async fn attend(
        &self,
        cx: &Context,
        by: &Member,
        (id, role): (SessionBookingId, Role),
        key: &str,
    ) -> Result<Attendance, SessionError> {
        self.limits.take(cx, ATTENDANCE, &format!("session:{id}:{}", by.id())).await?;
        for _ in 0..ROUNDS {
            let (before, side) = self.one(cx, by, id).await?;
            if side != role {
                return Err(MentorshipError::NotYours.into());
            }
            let after = before.moved(&SessionMove::Paid(PaidMove::Attend(side)), cx.now)?;
            let other = if side == Role::Mentor { Role::Mentee } else { Role::Mentor };
            let keys = self.store.attendance_keys(cx.product, &[id]).await?.remove(&id).ok_or_else(not_found)?;
            let same = keys.of(other).as_bytes().ct_eq(key.trim().to_uppercase().as_bytes());
            if !bool::from(same) {
                return Err(SessionError::WrongKey(side));
            }
            let was_there = |session: &SessionBooking| session.terms.as_ref().and_then(|terms| terms.attended_at(side));
            if was_there(&before).is_some() {
                return Ok(Attendance { completed: before.status == SessionStatus::Completed, session: before });
            }
            let completed = after.status == SessionStatus::Completed && before.status != SessionStatus::Completed;
            let told = completed.then(|| cx.event(Detail::MentorshipCompleted { session: Box::new(after.clone()) }));
            let subject = format!("session_booking:{id}");
            let audit =
                completed.then(|| cx.audit("session_booking.completed", subject, Some(&before.status), Some(&after.status)));
            let record =
                Record { events: told.into_iter().collect(), audits: audit.into_iter().collect(), once: cx.once.clone() };
            if self.store.move_session(&before, &after, &[], &record).await? {
                return Ok(Attendance { completed: after.status == SessionStatus::Completed, session: after });
            }
        }
        Err(kept_changing())
    }

    /// An admin says that a session took place.
    pub async fn complete(&self, cx: &Context, by: &Member, id: SessionBookingId) -> Result<SessionBooking, SessionError> {
        for _ in 0..ROUNDS {
            let (before, _) = self.one(cx, by, id).await?;
            let after = before.moved(&SessionMove::Complete, cx.now)?;
            let subject = format!("session_booking:{id}");
            let audit = cx.audit("session_booking.completed", subject, Some(&before.status), Some(&after.status));
            let event = cx.event(Detail::MentorshipCompleted { session: Box::new(after.clone()) });
            if self.store.move_session(&before, &after, &[], &cx.record(event).audited(audit)).await? {
                return Ok(after);
            }
        }
        Err(kept_changing())
    }

    /// The number by which people know a mentee or mentor of a session.
    pub fn number(session: &SessionBooking, side: Role) -> Option<PublicNumber> {
        let terms = session.terms.as_ref()?;
        if side == Role::Mentor { terms.mentor_number } else { terms.mentee_number }
    }
}

/// Calls a session off as it was read, with the refund of the order that paid for it. False when it changed meanwhile.
pub(crate) async fn call_off(
    store: &Store,
    cx: &Context,
    before: &SessionBooking,
    after: &SessionBooking,
) -> Result<bool, StoreError> {
    let event = cx.event(Detail::MentorshipCancelled { session: Box::new(after.clone()) });
    let terms = before.terms.as_ref();
    let subject = format!("session_booking:{}", after.id);
    let audit = cx.audit("session_booking.cancelled", subject, Some(&before.status), Some(&after.status));
    let record = cx.record(event).audited(audit);
    let paid = terms.filter(|terms| matches!(terms.paid, Some(PaidBy::Order { .. }))).and_then(|terms| terms.order.as_ref());
    let Some(paid) = paid else { return store.move_session(before, after, &[], &record).await };
    let order = store.order(&paid.razorpay_order_id).await?;
    let refund = order.as_ref().and_then(|order| Refund::of_order(cx.id(), order, cx.request_id.clone(), cx.now));
    let Some((order, refund)) = order.zip(refund) else {
        return Err(StoreError::Failed("a paid session has no paid order".to_owned()));
    };
    tracing::info!(order.id = %order.id, "the payment of a session that was called off goes back");
    store.call_off_paid_session(before, after, (&order, &refund), &record).await
}

/// Calls off what somebody who left still had before him; what has begun stays what it was.
pub(crate) async fn call_off_of_leaver(
    store: &Store,
    cx: &Context,
    before: &SessionBooking,
    side: Role,
) -> Result<bool, StoreError> {
    match before.moved(&SessionMove::Cancel { by: side, reason: None }, cx.now) {
        Ok(after) => call_off(store, cx, before, &after).await,
        Err(_) => Ok(false),
    }
}
