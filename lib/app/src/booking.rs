//! Asking for a session, confirming it, calling it off.

use crate::Context;
use domain::{
    AccountId, BookingId, SlotId, Span,
    account::{Allowance, Member, Membership, Role},
    booking::{Booking, BookingRequest, BookingStatus, ConfirmRefused as NotConfirmable, Confirmation, Party, RequestedSlot},
    event::{Detail, ReleaseCause},
    interview::{Mock, MockStatus},
    link::FreeLink,
    slot::Slot,
};
use jiff::SignedDuration;
use store::{
    BookingsWanted, Cancellation, ConfirmRefused, CreateRefused, DueTask, DueWork, Page, PageRequest, Record, Store, StoreError,
    Stored, TxError,
};

/// A session's link goes back to the pool so long after the session's end.
pub const LINK_GRACE: SignedDuration = SignedDuration::from_mins(60);

/// Every read of the whole pool may find links that others take first; after so many such rounds we give up.
const POOL_ROUNDS: u32 = 5;

/// Why a booking did not move.
#[derive(Debug, thiserror::Error)]
pub enum BookingError {
    #[error("the member is paused")]
    Paused,
    #[error("a paid plan is needed")]
    TierRequired,
    #[error("the plan's mock interviews are used up")]
    QuotaExceeded,
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("a slot cannot be asked for")]
    SlotUnavailable,
    #[error("the slot is none of those asked for")]
    SlotNotAsked,
    #[error("the slot belongs to another mentor")]
    SlotOfAnotherMentor,
    #[error("the mentor is not approved")]
    MentorUnavailable,
    #[error("the booking is no longer pending")]
    NotPending,
    #[error("the slot was taken")]
    SlotTaken,
    #[error("the mentor has another session then")]
    MentorBusy,
    #[error("the mentee has another session then")]
    MenteeBusy,
    #[error("no meet link is free")]
    NoMeetLink,
    #[error("the session has begun")]
    SessionStarted,
    #[error("the booking can no longer be cancelled")]
    NotOpen,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use cases of bookings.
#[derive(Debug, Clone)]
pub struct Bookings {
    store: Store,
}

/// Which of a mentor's bookings are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusFilter {
    All,
    Pending,
    Confirmed,
    Cancelled,
}

impl StatusFilter {
    fn test(self) -> Option<fn(BookingStatus) -> bool> {
        match self {
            Self::All => None,
            Self::Pending => Some(|status| status == BookingStatus::Pending),
            Self::Confirmed => Some(|status| status == BookingStatus::Confirmed),
            Self::Cancelled => Some(|status| !status.is_open()),
        }
    }

    fn statuses(self) -> &'static [BookingStatus] {
        use BookingStatus::{CancelledByAdmin, CancelledByMentee, CancelledByMentor, Confirmed, Pending};
        match self {
            Self::All => &[],
            Self::Pending => &[Pending],
            Self::Confirmed => &[Confirmed],
            Self::Cancelled => &[CancelledByMentee, CancelledByMentor, CancelledByAdmin],
        }
    }

    fn status(self) -> Option<BookingStatus> {
        match self {
            Self::All => None,
            Self::Pending => Some(BookingStatus::Pending),
            Self::Confirmed => Some(BookingStatus::Confirmed),
            // Every cancelled one stands in the same range.
            Self::Cancelled => Some(BookingStatus::CancelledByAdmin),
        }
    }
}

/// Which of all bookings are looked for.
#[derive(Debug, Clone, Copy)]
pub struct BookingSearch {
    pub status: StatusFilter,
    pub mentor: Option<AccountId>,
    pub mentee: Option<AccountId>,
    /// When they were asked for.
    pub made: Span,
}

/// What falls due with a session: its link goes back an hour after the end.
pub(crate) fn due_of(mock: &Mock) -> Vec<DueWork> {
    let (Some(link_id), Some(booking_id)) = (mock.meet_link_id, mock.booking_id) else { return Vec::new() };
    let task = DueTask::ReleaseLink { product: mock.product, link_id, booking_id, mock_id: mock.id };
    vec![DueWork { at: mock.time.ends_at.plus(LINK_GRACE), task }]
}

impl Bookings {
    /// Bookings in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// A mentee asks for a session. His plan's quota is taken in the same transaction; slots stay open to others
    /// until one is confirmed.
    pub async fn request(&self, cx: &Context, mentee: &Member, request: BookingRequest) -> Result<Booking, BookingError> {
        mentee.must_be_active().map_err(|_| BookingError::Paused)?;
        let plan = mentee.membership.running_plan(cx.now).ok_or(BookingError::TierRequired)?;
        let allowance = plan.left.mock_interviews;
        if allowance == Allowance::Count(0) {
            return Err(BookingError::QuotaExceeded);
        }
        let mentor_id = mentee.membership.mentor_id;
        let found = self.store.booking_context(cx.product, request.company_id, &request.slot_ids, mentor_id).await?;
        let company = found.company.ok_or(BookingError::NotFound("company"))?;
        let interview_type = request.interview.as_ref().map(|interview| interview.interview_type);
        let open = |slot: &Slot| slot.is_open(cx.now) && slot.fits(interview_type);
        if found.slots.len() != request.slot_ids.len() || !found.slots.iter().all(open) {
            return Err(BookingError::SlotUnavailable);
        }
        // A slot that belongs to another mentor can only be confirmed by him, so the admins must look.
        let can_confirm = |mentor: &Membership| {
            mentor.can_mentor() && found.slots.iter().all(|slot| slot.mentor_id.is_none_or(|owner| owner == mentor.account_id))
        };
        let booking = Booking {
            id: cx.id(),
            product: cx.product,
            mentee: Party::from(&mentee.membership),
            mentor: found.mentor.as_ref().filter(|mentor| can_confirm(mentor)).map(Party::from),
            company_id: company.id,
            company_name: company.name,
            interview: request.interview,
            specific_topics: request.specific_topics,
            additional_notes: request.additional_notes,
            preferred_slots: found.slots.iter().map(RequestedSlot::from).collect(),
            status: BookingStatus::Pending,
            charged: matches!(allowance, Allowance::Count(_)),
            confirmed_slot: None,
            meeting_link: None,
            meet_link_id: None,
            mock_id: None,
            confirmed_by: None,
            confirmed_at: None,
            cancelled_at: None,
            calendar_sequence: 0,
            created_at: cx.now,
        };
        let event = cx.event(Detail::BookingRequested { booking: Box::new(booking.clone()) });
        match self.store.create_booking(&booking, allowance, &cx.record(event)).await {
            Ok(()) => Ok(booking),
            Err(TxError::Refused(CreateRefused)) => Err(BookingError::QuotaExceeded),
            Err(TxError::Store(error)) => Err(error.into()),
        }
    }

    /// Confirms a booking: the assigned mentor his own, an admin any. Exactly one of any number of rivals for the
    /// booking, the slot, a link or an hour of somebody's calendar wins; the others change nothing.
    pub async fn confirm(
        &self,
        cx: &Context,
        by: &Member,
        booking_id: BookingId,
        slot_id: SlotId,
        mentor_id: AccountId,
    ) -> Result<Confirmation, BookingError> {
        by.must_be_active().map_err(|_| BookingError::Paused)?;
        let (booking, slot, mentor) = self.store.booking_to_confirm(cx.product, booking_id, slot_id, mentor_id).await?;
        let admin = by.membership.is(Role::Admin);
        let own = |booking: &Booking| booking.mentor.as_ref().is_some_and(|mentor| mentor.id == by.id());
        let booking = booking.filter(|booking| admin || own(booking)).ok_or(BookingError::NotFound("booking request"))?;
        let requested = booking.slot_to_confirm(slot_id, cx.now).map_err(|refused| match refused {
            NotConfirmable::NotPending => BookingError::NotPending,
            NotConfirmable::SlotNotAsked => BookingError::SlotNotAsked,
            NotConfirmable::SlotPast => BookingError::SlotUnavailable,
        })?;
        let mentor = mentor.filter(|member| member.is(Role::Mentor)).ok_or(BookingError::NotFound("mentor"))?;
        if !mentor.can_mentor() {
            return Err(BookingError::MentorUnavailable);
        }
        if slot.as_ref().and_then(|slot| slot.mentor_id).is_some_and(|owner| owner != mentor_id) {
            return Err(BookingError::SlotOfAnotherMentor);
        }
        // One person on both sides would take the same hours twice.
        if mentor_id == booking.mentee.id {
            return Err(BookingError::MentorBusy);
        }
        let confirm = |link| booking.confirmed(requested.clone(), Party::from(&mentor), link, by.id(), cx.id(), cx.now);
        self.claim_link_and(cx, by, confirm).await
    }

    /// Tries to confirm with one free link after the other, in random order from a random partition on.
    async fn claim_link_and(
        &self,
        cx: &Context,
        by: &Member,
        confirm: impl Fn(FreeLink) -> Confirmation,
    ) -> Result<Confirmation, BookingError> {
        let shards = store::keys::POOL_SHARDS;
        for _ in 0..POOL_ROUNDS {
            let first: u8 = rand::random_range(0..shards);
            let mut found_any = false;
            for shard in 0..shards {
                for link in self.store.free_links(cx.product, first + shard).await? {
                    found_any = true;
                    let confirmation = confirm(link);
                    match self.commit(cx, by, &confirmation).await {
                        Ok(()) => return Ok(confirmation),
                        Err(TxError::Refused(ConfirmRefused::LinkTaken)) => {}
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            if !found_any {
                return Err(BookingError::NoMeetLink);
            }
        }
        Err(StoreError::Busy("every free link was taken by somebody else first".to_owned()).into())
    }

    async fn commit(&self, cx: &Context, by: &Member, confirmation: &Confirmation) -> Result<(), TxError<ConfirmRefused>> {
        let booking = &confirmation.booking;
        let mut record = cx.record(cx.event(Detail::BookingConfirmed { booking: Box::new(booking.clone()) }));
        if by.membership.is(Role::Admin) {
            let mentor = booking.mentor.as_ref().map(|mentor| mentor.id);
            record = record.audited(cx.audit(
                "booking.confirmed",
                format!("booking:{}", booking.id),
                crate::context::NOTHING,
                mentor.as_ref(),
            ));
        }
        self.store.confirm_booking(confirmation, &due_of(&confirmation.mock), &record).await
    }

    /// Calls a booking off, in a role: the mentee and the assigned mentor their own until it begins, an admin any.
    /// Slot, link, calendars, mock and quota follow in the same transaction.
    pub async fn cancel(&self, cx: &Context, by: &Member, role: Role, id: BookingId) -> Result<Booking, BookingError> {
        const ROUNDS: u32 = 4;
        for _ in 0..ROUNDS {
            let booking = self.store.booking(cx.product, id).await?;
            let may = |booking: &Booking| match role {
                Role::Admin => true,
                Role::Mentor => booking.mentor.as_ref().is_some_and(|mentor| mentor.id == by.id()),
                Role::Mentee => booking.mentee.id == by.id(),
            };
            let booking = booking.filter(may).ok_or(BookingError::NotFound("booking request"))?;
            let started = booking.confirmed_slot.as_ref().is_some_and(|slot| slot.time.starts_at <= cx.now);
            if started && role != Role::Admin {
                return Err(BookingError::SessionStarted);
            }
            let Some(cancellation) = self.cancellation(cx, &booking, role).await? else {
                return Err(BookingError::NotOpen);
            };
            let due = cancellation.mock.as_ref().map(due_of).unwrap_or_default();
            let record = cancelled_record(cx, &cancellation, role);
            if self.store.cancel_booking(&cancellation, cx.now, &due, &record).await? {
                return Ok(cancellation.booking);
            }
        }
        Err(StoreError::Busy("the booking kept changing while it was cancelled".to_owned()).into())
    }

    async fn cancellation(&self, cx: &Context, booking: &Booking, role: Role) -> Result<Option<Cancellation>, BookingError> {
        let Some(cancelled) = booking.cancelled(role, cx.now) else { return Ok(None) };
        let mock = match booking.mock_id {
            Some(mock) => self.store.mock(cx.product, mock).await?,
            None => None,
        };
        if mock.as_ref().is_some_and(|mock| mock.status != MockStatus::Scheduled) {
            return Ok(None);
        }
        let link = self.store.held_link(cx.product, booking.meet_link_id, Some(booking.id)).await?;
        let mentee = self.store.membership(cx.product, booking.mentee.id).await?;
        let counted = |mentee: &Stored<Membership>| {
            mentee.value.plan.as_ref().is_some_and(|plan| matches!(plan.left.mock_interviews, Allowance::Count(_)))
        };
        let give_back = mentee.filter(|mentee| booking.charged && counted(mentee)).map(|mentee| mentee.rev());
        Ok(Some(Cancellation { from: booking.status, booking: cancelled, mock, link, give_back }))
    }

    /// Everybody's bookings, or those that are looked for, newest first.
    pub async fn all(&self, cx: &Context, search: &BookingSearch, page: PageRequest) -> Result<Page<Booking>, BookingError> {
        let BookingSearch { status, mentor, mentee, made } = *search;
        let wanted = BookingsWanted { statuses: status.statuses(), mentor, mentee, made };
        Ok(self.store.bookings(cx.product, &wanted, page).await?)
    }

    /// A mentee's bookings, newest first.
    pub async fn of_mentee(
        &self,
        cx: &Context,
        mentee: AccountId,
        filter: StatusFilter,
        page: PageRequest,
    ) -> Result<Page<Booking>, BookingError> {
        Ok(self.store.bookings_of_mentee(cx.product, mentee, filter.test(), page).await?)
    }

    /// A mentor's bookings, newest first within each status.
    pub async fn of_mentor(
        &self,
        cx: &Context,
        mentor: AccountId,
        filter: StatusFilter,
        page: PageRequest,
    ) -> Result<Page<Booking>, BookingError> {
        Ok(self.store.bookings_of_mentor(cx.product, mentor, filter.status(), page).await?)
    }
}

fn cancelled_record(cx: &Context, cancellation: &Cancellation, role: Role) -> Record {
    let booking = &cancellation.booking;
    let mut events = vec![cx.event(Detail::BookingCancelled { booking: Box::new(booking.clone()) })];
    if let Some(link) = &cancellation.link {
        let (link_id, booking_id) = (link.link.id, Some(booking.id));
        events.push(cx.event(Detail::MeetLinkReleased { link_id, booking_id, cause: ReleaseCause::Cancelled }));
    }
    let subject = format!("booking:{}", booking.id);
    let audit =
        (role == Role::Admin).then(|| cx.audit("booking.cancelled", subject, Some(&cancellation.from), Some(&booking.status)));
    Record { events, audit, once: cx.once.clone() }
}

impl From<TxError<ConfirmRefused>> for BookingError {
    fn from(error: TxError<ConfirmRefused>) -> Self {
        match error {
            TxError::Refused(ConfirmRefused::NotPending) => Self::NotPending,
            TxError::Refused(ConfirmRefused::SlotTaken) => Self::SlotTaken,
            TxError::Refused(ConfirmRefused::MentorBusy) => Self::MentorBusy,
            TxError::Refused(ConfirmRefused::MenteeBusy) => Self::MenteeBusy,
            // Whoever meets this tries the next link; out of links is NoMeetLink.
            TxError::Refused(ConfirmRefused::LinkTaken) => Self::NoMeetLink,
            TxError::Store(error) => Self::Store(error),
        }
    }
}
