use super::{PaidSessions, ROUNDS, SessionError, kept_changing};
use crate::{Context, limits::SESSION_BOOKING, mentorship::MentorshipError};
use domain::{
    AccountId, Instant, Invalid,
    account::{Member, PersonKey, Role},
    booking::Party,
    event::Detail,
    mentorship::{HELD_FOR, MentorProfile, PaidTerms, SessionBooking, SessionMinutes, SessionStatus, TransactionId, price},
    payment::Order,
    portrait::{Portrait, Weekday},
    slot::SlotTime,
    text::Line,
};
use jiff::SignedDuration;
use store::{BookRefused, BookingTerms, DueTask, DueWork, Offered, PageRequest, SessionsWanted, TxError};

/// So long a time is held for a payment that somebody has yet to find, at most.
const CLAIM_HELD_FOR: SignedDuration = SignedDuration::from_hours(48);
/// So many sessions of a mentee may wait for such payments at once.
const OPEN_CLAIMS: usize = 3;
/// So far ahead sessions may be booked.
const FARTHEST: SignedDuration = SignedDuration::from_hours(24 * 180);

/// The session that a mentee wants.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub mentor: AccountId,
    pub starts_at: Instant,
    pub minutes: SessionMinutes,
    pub topic: Line<500>,
    pub service: Line<200>,
}

impl PaidSessions {
    /// Books a session of which the mentee says that he has paid for it elsewhere. It is held for two days, and agreed on
    /// when the payment is found, never on his word. An invented payment costs nothing, so that he has few such at once.
    pub async fn book_claimed(
        &self,
        cx: &Context,
        mentee: &Member,
        wanted: &Wanted,
        claim: TransactionId,
    ) -> Result<SessionBooking, SessionError> {
        for _ in 0..ROUNDS {
            let (mut session, terms) = self.draft(cx, mentee, wanted).await?;
            if self.open_claims(cx, mentee).await? >= OPEN_CLAIMS {
                return Err(SessionError::TooManyClaims);
            }
            let held_until = cx.now.plus(CLAIM_HELD_FOR).min(session.time.starts_at);
            if let Some(terms) = &mut session.terms {
                (terms.claim, terms.held_until) = (Some(claim.clone()), held_until);
            }
            if self.keep(cx, &session, &terms, None, &[]).await? {
                return Ok(session);
            }
        }
        Err(kept_changing())
    }

    async fn open_claims(&self, cx: &Context, mentee: &Member) -> Result<usize, SessionError> {
        let (wanted, page) = (SessionsWanted::Of(Role::Mentee, mentee.id()), PageRequest::first(100));
        let waits = |status| status == SessionStatus::Pending;
        let found = self.store.upcoming_sessions(cx.product, wanted, waits, cx.now, page).await?;
        let claimed = |session: &&SessionBooking| session.terms.as_ref().is_some_and(|terms| terms.claim.is_some());
        Ok(found.items.iter().filter(claimed).count())
    }

    /// The mentor whom somebody names.
    pub async fn mentor(&self, cx: &Context, named: PersonKey) -> Result<AccountId, SessionError> {
        let mentor = self.store.person(cx.product, named).await?;
        Ok(mentor.ok_or(MentorshipError::NotFound("mentor"))?)
    }

    /// Reads what a wish is checked against, in one request, and checks it. What comes of it is held for a mentee at the checkout.
    pub(super) async fn draft(
        &self,
        cx: &Context,
        mentee: &Member,
        wanted: &Wanted,
    ) -> Result<(SessionBooking, BookingTerms), SessionError> {
        mentee.must_be_active().map_err(|_| MentorshipError::Paused)?;
        let (unknown, mentor) = (|| MentorshipError::NotFound("mentor"), wanted.mentor);
        if mentor == mentee.id() {
            return Err(MentorshipError::Oneself.into());
        }
        let subject = format!("account:{}", mentee.id());
        let (store, turn) = (&self.store, self.limits.turn(cx, SESSION_BOOKING, &subject));
        let offer = store.together(store.membership(cx.product, mentor), store.mentor_profile(cx.product, mentor));
        let ((member, profile), turn) = store.together(offer, turn).await;
        let member = member?.filter(|member| member.value.can_mentor()).ok_or_else(unknown)?.value;
        let portrait = profile?.filter(MentorProfile::is_listed).ok_or_else(unknown)?.portrait.unwrap_or_default();
        let price = price(portrait.hourly_rate, wanted.minutes.get());
        // Razorpay takes a rupee at least.
        if price.get() < 100 {
            return Err(SessionError::NoRate);
        }
        let time = SlotTime::starting_at(wanted.starts_at, wanted.minutes.get().into(), &self.zone);
        check_time(&portrait, &time, cx.now)?;
        let turn = turn?;
        let terms = PaidTerms {
            hourly_rate: portrait.hourly_rate,
            price,
            service: wanted.service.clone(),
            mentor_number: member.mentor_number,
            mentee_number: mentee.membership.student_number,
            held_until: cx.now.plus(HELD_FOR).min(time.starts_at),
            order: None,
            claim: None,
            paid: None,
            paid_at: None,
            lapsed: false,
            unattended: false,
            mentor_attended_at: None,
            mentee_attended_at: None,
            rated_at: None,
        };
        let parties = (Party::from(&member), Party::from(&mentee.membership));
        let mut session = SessionBooking::asked(cx.id(), cx.product, parties, (time, wanted.topic.clone()), cx.now);
        session.terms = Some(Box::new(terms));
        Ok((session, BookingTerms { offered: Offered::ForMoney, turn }))
    }

    /// Keeps it. False when the mentor or the mentee's turn changed since they were read.
    pub(super) async fn keep(
        &self,
        cx: &Context,
        session: &SessionBooking,
        terms: &BookingTerms,
        order: Option<&Order>,
        due: &[DueWork],
    ) -> Result<bool, SessionError> {
        let held_until = session.terms.as_ref().map_or(session.time.starts_at, |terms| terms.held_until);
        let lapse = DueTask::LapseSession { product: session.product, session_id: session.id };
        let due: Vec<_> = due.iter().cloned().chain([DueWork { at: held_until, task: lapse }]).collect();
        let event = cx.event(Detail::MentorshipRequested { session: Box::new(session.clone()) });
        match self.store.book_session(session, terms, (order, &due), &cx.record(event)).await {
            Ok(()) => Ok(true),
            Err(TxError::Refused(BookRefused::MentorBusy)) => Err(MentorshipError::MentorBusy.into()),
            Err(TxError::Refused(BookRefused::MenteeBusy)) => Err(MentorshipError::MenteeBusy.into()),
            Err(TxError::Refused(BookRefused::MentorChanged | BookRefused::TurnTaken)) => Ok(false),
            Err(TxError::Store(error)) => Err(error.into()),
        }
    }
}

/// Sessions are at most half a year ahead.
pub(super) fn not_too_far(time: &SlotTime, now: Instant, field: &'static str) -> Result<(), SessionError> {
    let near = time.starts_at.since(now) <= FARTHEST;
    near.then_some(()).ok_or_else(|| Invalid::new("A session is at most 180 days ahead").at(field).into())
}

/// Whether a session may be at a time: ahead, and where the mentor says when he has time, then.
fn check_time(portrait: &Portrait, time: &SlotTime, now: Instant) -> Result<(), SessionError> {
    if time.starts_at <= now {
        return Err(Invalid::new("The session must lie in the future").at("scheduled_at").into());
    }
    not_too_far(time, now, "scheduled_at")?;
    let mut open = portrait.week.values().flatten().filter(|slot| slot.available).peekable();
    if open.peek().is_none() {
        return Ok(());
    }
    let start = time.starts_at.timestamp().to_zoned(time.zone.rules().clone());
    let of_day = portrait.week.get(&Weekday::of(start.date())).into_iter().flatten();
    let offered = of_day.filter(|slot| slot.available).any(|slot| slot.time.time() == start.time());
    offered.then_some(()).ok_or(SessionError::Mentorship(MentorshipError::NotOffered))
}
