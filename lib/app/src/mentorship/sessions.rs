use super::{Mentorship, MentorshipError, ROUNDS, due::reminders, kept_changing};
use crate::{Context, limits::SESSION_BOOKING};
use domain::{
    AccountId, Invalid, SessionBookingId,
    account::{Member, Role},
    booking::Party,
    event::Detail,
    mentorship::{
        Availability, MeetingUrl, MoveRefused, SessionBooking, SessionMove, SessionRequest, SessionStatus, Stars, is_open,
        session_time,
    },
    text::{Line, Prose},
};
use store::{BookRefused, BookingTerms, Offered, Page, PageRequest, Record, SessionsWanted, TxError};

/// Which of somebody's sessions are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionFilter {
    All,
    Pending,
    Confirmed,
    Completed,
    Cancelled,
}

impl SessionFilter {
    fn test(self) -> Option<fn(SessionStatus) -> bool> {
        match self {
            Self::All => None,
            Self::Pending => Some(|status| status == SessionStatus::Pending),
            Self::Confirmed => Some(|status| status == SessionStatus::Confirmed),
            Self::Completed => Some(|status| status == SessionStatus::Completed),
            Self::Cancelled => Some(SessionStatus::is_cancelled),
        }
    }
}

/// What somebody wants done about a session.
#[derive(Debug, Clone)]
pub enum Wish {
    Confirm,
    Link {
        url: MeetingUrl,
        platform: Line<40>,
    },
    /// Called off by this side; by the caller's own when none is said.
    Cancel {
        by: Option<Role>,
        reason: Option<Prose<1000>>,
    },
    Complete,
    Rate {
        stars: Stars,
        feedback: Prose<2000>,
    },
}

impl Mentorship {
    /// A mentee asks for a session within what a mentor offers. Of any number of wishes for the same time one is granted,
    /// for the mentor as for the mentee. What is refused takes nothing of the mentee's three an hour (M-55).
    pub async fn book(
        &self,
        cx: &Context,
        mentee: &Member,
        mentor: AccountId,
        request: &SessionRequest,
    ) -> Result<SessionBooking, MentorshipError> {
        mentee.must_be_active().map_err(|_| MentorshipError::Paused)?;
        if mentor == mentee.id() {
            return Err(MentorshipError::Oneself);
        }
        // A mentee's own turns and his mentor's changes may come between; each of them only a few times.
        for _ in 0..ROUNDS * 2 {
            let (session, terms) = self.terms(cx, mentee, mentor, request).await?;
            let event = cx.event(Detail::MentorshipRequested { session: Box::new(session.clone()) });
            match self.store.book_session(&session, &terms, (None, &[]), &cx.record(event)).await {
                Ok(()) => return Ok(session),
                Err(TxError::Refused(BookRefused::MentorBusy)) => return Err(MentorshipError::MentorBusy),
                Err(TxError::Refused(BookRefused::MenteeBusy)) => return Err(MentorshipError::MenteeBusy),
                Err(TxError::Refused(BookRefused::MentorChanged | BookRefused::TurnTaken)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(kept_changing())
    }

    /// Reads what a wish is checked against, in one request, and checks it.
    async fn terms(
        &self,
        cx: &Context,
        mentee: &Member,
        mentor: AccountId,
        request: &SessionRequest,
    ) -> Result<(SessionBooking, BookingTerms), MentorshipError> {
        let subject = format!("account:{}", mentee.id());
        let (store, turn) = (&self.store, self.limits.turn(cx, SESSION_BOOKING, &subject));
        let offer = store.together(store.mentor_with_availability(cx.product, mentor), store.membership(cx.product, mentor));
        let ((found, member), turn) = store.together(offer, turn).await;
        let found = found?.filter(|(profile, _)| profile.is_listed());
        let (profile, rules) = found.ok_or(MentorshipError::NotFound("mentor"))?;
        // A mentor who is paused or gone is none for mentees.
        let member = member?.filter(|member| member.value.can_mentor());
        let member = member.ok_or(MentorshipError::NotFound("mentor"))?;
        let zone = profile.details.timezone.clone();
        let time = session_time(&request.session_date, &request.start_time, &request.end_time, &zone)?;
        if time.starts_at <= cx.now {
            return Err(Invalid::new("The session must lie in the future").at("session_date").into());
        }
        let availability = rules.as_ref().map(store::Stored::rev);
        let offer = Availability { zone: zone.clone(), rules: rules.map(|rules| rules.value.rules).unwrap_or_default() };
        if !profile.details.is_accepting_requests || !is_open(&offer, &time) {
            return Err(MentorshipError::NotOffered);
        }
        let turn = turn?;
        let parties = (Party::from(&member.value), Party::from(&mentee.membership));
        let mut session = SessionBooking::asked(cx.id(), cx.product, parties, (time, request.topic.clone()), cx.now);
        session.description = request.description.clone();
        Ok((session, BookingTerms { offered: Offered::OwnTime { zone, availability }, turn }))
    }

    /// Somebody's sessions as mentor or as mentee, the latest first.
    pub async fn sessions(
        &self,
        cx: &Context,
        (side, of): (Role, AccountId),
        filter: SessionFilter,
        page: PageRequest,
    ) -> Result<Page<SessionBooking>, MentorshipError> {
        Ok(self.store.session_bookings(cx.product, SessionsWanted::Of(side, of), filter.test(), page).await?)
    }

    /// A session of the caller's, and as what it concerns him. Nobody else learns that it exists.
    pub async fn session(
        &self,
        cx: &Context,
        by: &Member,
        id: SessionBookingId,
    ) -> Result<(SessionBooking, Role), MentorshipError> {
        let session = self.store.session_booking(cx.product, id).await?;
        let side = session.and_then(|session| side_of(&session, by).map(|side| (session, side)));
        side.ok_or(MentorshipError::NotFound("booking"))
    }

    /// Does what somebody wishes about a session, over the version that he saw, if he says which.
    pub async fn act(
        &self,
        cx: &Context,
        by: &Member,
        id: SessionBookingId,
        (wish, version): (&Wish, Option<u32>),
    ) -> Result<SessionBooking, MentorshipError> {
        if !matches!(wish, Wish::Cancel { .. }) {
            by.must_be_active().map_err(|_| MentorshipError::Paused)?;
        }
        for _ in 0..ROUNDS {
            let (before, side) = self.session(cx, by, id).await?;
            if version.is_some_and(|version| version != before.version) {
                return Err(MentorshipError::Stale);
            }
            let a_move = self.allowed(wish, side)?;
            if let Some(after) = self.move_as_read(cx, &before, side, &a_move).await? {
                return Ok(after);
            }
        }
        Err(kept_changing())
    }

    /// The move, if it is that side's to make.
    fn allowed(&self, wish: &Wish, side: Role) -> Result<SessionMove, MentorshipError> {
        let only = |role: Role| (side == role).then_some(()).ok_or(MentorshipError::NotYours);
        match wish {
            Wish::Confirm => only(Role::Mentor).map(|()| SessionMove::Confirm),
            Wish::Complete => only(Role::Mentor).map(|()| SessionMove::Complete),
            Wish::Link { url, platform } => {
                only(Role::Mentor)?;
                if !self.hosts.admit(url) {
                    return Err(MentorshipError::HostNotAllowed(self.hosts.names()));
                }
                Ok(SessionMove::Link { url: url.clone(), platform: platform.clone() })
            }
            Wish::Cancel { by, reason } => {
                only(by.unwrap_or(side))?;
                Ok(SessionMove::Cancel { by: side, reason: reason.clone() })
            }
            Wish::Rate { stars, feedback } => {
                only(Role::Mentee)?;
                Ok(SessionMove::Rate { stars: *stars, feedback: feedback.clone() })
            }
        }
    }

    /// None when the session changed since it was read.
    async fn move_as_read(
        &self,
        cx: &Context,
        before: &SessionBooking,
        side: Role,
        a_move: &SessionMove,
    ) -> Result<Option<SessionBooking>, MentorshipError> {
        let after = before.moved(a_move, cx.now)?;
        let told = Box::new(after.clone());
        let detail = match a_move {
            // Paid sessions have use cases of their own.
            SessionMove::Paid(_) => return Err(MoveRefused::NotForMoney.into()),
            SessionMove::Confirm => Detail::MentorshipConfirmed { session: told },
            SessionMove::Link { .. } => Detail::MentorshipLinked { session: told },
            SessionMove::Cancel { .. } => Detail::MentorshipCancelled { session: told },
            SessionMove::Complete => Detail::MentorshipCompleted { session: told },
            SessionMove::Rate { .. } => Detail::MentorshipRated { session: told },
        };
        let due = if *a_move == SessionMove::Confirm { reminders(&after, cx.now) } else { Vec::new() };
        let subject = format!("session_booking:{}", after.id);
        let audit = (side == Role::Admin)
            .then(|| cx.audit("session_booking.cancelled", subject, Some(&before.status), Some(&after.status)));
        let record = Record { events: vec![cx.event(detail)], audits: audit.into_iter().collect(), once: cx.once.clone() };
        Ok(self.store.move_session(before, &after, &due, &record).await?.then_some(after))
    }

    /// Calls off what somebody who left still had before him.
    pub(crate) async fn call_off(
        store: &store::Store,
        cx: &Context,
        session: &SessionBooking,
        side: Role,
    ) -> Result<bool, store::StoreError> {
        let Ok(after) = session.moved(&SessionMove::Cancel { by: side, reason: None }, cx.now) else { return Ok(false) };
        let event = cx.event(Detail::MentorshipCancelled { session: Box::new(after.clone()) });
        store.move_session(session, &after, &[], &Record::event(event)).await
    }
}

/// As what a session concerns somebody.
fn side_of(session: &SessionBooking, by: &Member) -> Option<Role> {
    match by.id() {
        id if id == session.mentor.id => Some(Role::Mentor),
        id if id == session.mentee.id => Some(Role::Mentee),
        _ => by.membership.is(Role::Admin).then_some(Role::Admin),
    }
}
