//! Mock interviews and feedback.

use crate::{
    Context,
    booking::{BookingError, Bookings, falls_due, release_of},
};
use domain::{
    AccountId, Instant, MockId, Zone,
    account::{Member, Membership, Role},
    booking::Party,
    event::{Detail, ReleaseCause},
    interview::{Assessment, Feedback, Mock, MockStatus},
    link::MeetUrl,
    slot::SlotTime,
    text::Line,
};
use store::{FeedbackRefused, FinishRefused, Finished, Page, PageRequest, Record, ScheduleRefused, Store, StoreError, TxError};

/// A mock that an admin arranges by hand lasts so long (decisions: Codementee).
const MOCK_MINUTES: i64 = 60;

/// Why a mock or its feedback did not move.
#[derive(Debug, thiserror::Error)]
pub enum InterviewError {
    #[error("the member is paused")]
    Paused,
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("the mentor is not approved")]
    MentorUnavailable,
    #[error("the time lies in the past")]
    InThePast,
    #[error("the mentor has another session then")]
    MentorBusy,
    #[error("the mentee has another session then")]
    MenteeBusy,
    #[error("the mock is no longer scheduled")]
    NotScheduled,
    #[error("the mock has its feedback")]
    FeedbackExists,
    #[error(transparent)]
    Booking(#[from] BookingError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A mock to be arranged by an admin.
#[derive(Debug)]
pub struct NewMock {
    pub mentee_id: AccountId,
    pub mentor_id: AccountId,
    pub scheduled_at: Instant,
    pub meet_link: Option<MeetUrl>,
    pub company_name: Line<100>,
}

/// The use cases of mocks and feedback.
#[derive(Debug, Clone)]
pub struct Interviews {
    store: Store,
    zone: Zone,
}

/// Between reading and writing a mock somebody may move its link; after so many times we give up.
const ROUNDS: u32 = 4;

fn busy() -> InterviewError {
    StoreError::Busy("the mock kept changing".to_owned()).into()
}

impl Interviews {
    /// Interviews in a store; times without a zone are shown in this one.
    pub fn new(store: Store, zone: Zone) -> Self {
        Self { store, zone }
    }

    /// Arranges a mock without a booking request: 60 minutes, both calendars taken, no link of the pool.
    pub async fn schedule(&self, cx: &Context, new: NewMock) -> Result<Mock, InterviewError> {
        if new.scheduled_at <= cx.now {
            return Err(InterviewError::InThePast);
        }
        let mentee = self.party(cx, new.mentee_id, Role::Mentee).await?;
        let mentor = self.party(cx, new.mentor_id, Role::Mentor).await?;
        if !mentor.can_mentor() {
            return Err(InterviewError::MentorUnavailable);
        }
        let mock = Mock {
            id: cx.id(),
            product: cx.product,
            mentee: Party::from(&mentee),
            mentor: Party::from(&mentor),
            company_name: new.company_name,
            time: SlotTime::starting_at(new.scheduled_at, MOCK_MINUTES, &self.zone),
            meet_link: new.meet_link,
            meet_link_id: None,
            status: MockStatus::Scheduled,
            booking_id: None,
            created_at: cx.now,
        };
        let event = cx.event(Detail::MockScheduled { mock: Box::new(mock.clone()) });
        let audit = cx.audit("mock.scheduled", format!("mock:{}", mock.id), crate::context::NOTHING, Some(&mock));
        let due = falls_due(&mock, cx.now);
        self.store.schedule_mock(&mock, &due, &cx.record(event).audited(audit)).await.map_err(|error| match error {
            TxError::Refused(ScheduleRefused::MentorBusy) => InterviewError::MentorBusy,
            TxError::Refused(ScheduleRefused::MenteeBusy) => InterviewError::MenteeBusy,
            TxError::Store(error) => error.into(),
        })?;
        Ok(mock)
    }

    async fn party(&self, cx: &Context, id: AccountId, role: Role) -> Result<Membership, InterviewError> {
        let member = self.store.membership(cx.product, id).await?.map(|member| member.value);
        member.filter(|member| member.is(role)).ok_or(InterviewError::NotFound(role.as_str()))
    }

    /// A mock, for its own mentor or an admin; nobody else learns that it exists.
    async fn mock_for(&self, cx: &Context, by: &Member, id: MockId) -> Result<Mock, InterviewError> {
        let mock = self.store.mock(cx.product, id).await?;
        let may = |mock: &Mock| mock.mentor.id == by.id() || by.membership.is(Role::Admin);
        mock.filter(may).ok_or(InterviewError::NotFound("mock interview"))
    }

    /// Marks a mock as completed, by its mentor or an admin. Its link goes back to the pool.
    pub async fn complete(&self, cx: &Context, by: &Member, id: MockId) -> Result<Mock, InterviewError> {
        for _ in 0..ROUNDS {
            let mock = self.mock_for(cx, by, id).await?;
            if !mock.status.may_become(MockStatus::Completed) {
                return Err(InterviewError::NotScheduled);
            }
            let finished = self.finished(cx, mock).await?;
            let mut record = Record { events: completed_events(cx, &finished), ..Record::default() };
            if by.membership.is(Role::Admin) {
                let audit =
                    cx.audit("mock.completed", format!("mock:{id}"), Some(&MockStatus::Scheduled), Some(&MockStatus::Completed));
                record = record.audited(audit);
            }
            match self.store.finish_mock(&finished, &record).await {
                Ok(()) => return Ok(Mock { status: MockStatus::Completed, ..finished.mock }),
                // Completed, called off or moved meanwhile: reading again tells.
                Err(TxError::Refused(FinishRefused::NotScheduled | FinishRefused::LinkMoved)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(busy())
    }

    /// Moves a mock to where its mentor or an admin wants it.
    pub async fn set_status(&self, cx: &Context, by: &Member, id: MockId, status: MockStatus) -> Result<Mock, InterviewError> {
        by.must_be_active().map_err(|_| InterviewError::Paused)?;
        match status {
            MockStatus::Scheduled => Err(InterviewError::NotScheduled),
            MockStatus::Completed => self.complete(cx, by, id).await,
            MockStatus::Cancelled => self.cancel(cx, by, id).await,
        }
    }

    /// Calls a mock off. One that came of a booking is called off with it, in the role of whoever does it.
    async fn cancel(&self, cx: &Context, by: &Member, id: MockId) -> Result<Mock, InterviewError> {
        let mock = self.mock_for(cx, by, id).await?;
        if let Some(booking) = mock.booking_id {
            let role = if by.membership.is(Role::Admin) { Role::Admin } else { Role::Mentor };
            Bookings::new(self.store.clone()).cancel(cx, by, role, booking).await?;
            return Ok(Mock { status: MockStatus::Cancelled, ..mock });
        }
        call_off(&self.store, cx, mock).await
    }

    /// The mentor of a mock writes his feedback, once. A scheduled mock is completed by it.
    pub async fn give_feedback(
        &self,
        cx: &Context,
        by: &Member,
        id: MockId,
        assessment: Assessment,
    ) -> Result<Feedback, InterviewError> {
        by.must_be_active().map_err(|_| InterviewError::Paused)?;
        for _ in 0..ROUNDS {
            let mock = self.store.mock(cx.product, id).await?.filter(|mock| mock.mentor.id == by.id());
            let mock = mock.ok_or(InterviewError::NotFound("mock interview"))?;
            let finished = match mock.status {
                MockStatus::Cancelled => return Err(InterviewError::NotScheduled),
                MockStatus::Completed => None,
                MockStatus::Scheduled => Some(self.finished(cx, mock.clone()).await?),
            };
            let feedback = Feedback {
                mock_id: id,
                mentor_id: mock.mentor.id,
                mentor_name: Line::parse(mock.mentor.name.as_str()).unwrap_or_default(),
                mentee_id: mock.mentee.id,
                company_name: mock.company_name.clone(),
                assessment: assessment.clone(),
                created_at: cx.now,
                updated_at: None,
                revision: 0,
            };
            let mut events = finished.as_ref().map(|finished| completed_events(cx, finished)).unwrap_or_default();
            let (Mock { mentee, mentor, company_name, .. }, overall) = (mock, Some(assessment.overall));
            events.push(cx.event(Detail::FeedbackGiven { mock_id: id, mentee, mentor, company_name, overall }));
            match self
                .store
                .give_feedback(cx.product, &feedback, finished.as_ref(), &Record { events, ..Record::default() })
                .await
            {
                Ok(()) => return Ok(feedback),
                Err(TxError::Refused(FeedbackRefused::Exists)) => return Err(InterviewError::FeedbackExists),
                Err(TxError::Refused(FeedbackRefused::Moved)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(busy())
    }

    /// The mentor of a mock writes his feedback anew. It keeps its place; nobody is mailed again.
    pub async fn rewrite_feedback(
        &self,
        cx: &Context,
        by: &Member,
        id: MockId,
        assessment: Assessment,
    ) -> Result<Feedback, InterviewError> {
        by.must_be_active().map_err(|_| InterviewError::Paused)?;
        for _ in 0..ROUNDS {
            let before = self.store.feedback(cx.product, id).await?.filter(|feedback| feedback.mentor_id == by.id());
            let before = before.ok_or(InterviewError::NotFound("feedback"))?;
            let after = before.rewritten(assessment.clone(), cx.now);
            let event = cx.event(Detail::FeedbackUpdated {
                mock_id: id,
                mentee_id: after.mentee_id,
                mentor_id: after.mentor_id,
                from: before.assessment.overall,
                to: after.assessment.overall,
            });
            if self.store.rewrite_feedback(cx.product, &after, &Record::event(event)).await? {
                return Ok(after);
            }
        }
        Err(busy())
    }

    async fn finished(&self, cx: &Context, mock: Mock) -> Result<Finished, InterviewError> {
        let link = self.store.held_link(cx.product, mock.meet_link_id, mock.booking_id).await?;
        let due = release_of(&mock);
        Ok(Finished { mock, link, due })
    }

    /// Mocks as a member may see them in a role: admins all, mentors and mentees their own; the latest first.
    pub async fn mocks(&self, cx: &Context, by: &Member, role: Role, page: PageRequest) -> Result<Page<Mock>, InterviewError> {
        Ok(match role {
            Role::Admin => self.store.mocks(cx.product, page).await?,
            Role::Mentor => self.store.mocks_of_mentor(cx.product, by.id(), page).await?,
            Role::Mentee => self.store.mocks_of_mentee(cx.product, by.id(), page).await?,
        })
    }

    /// Feedback as a member may see it in a role: admins all, mentors what they wrote, mentees what is about them.
    pub async fn feedbacks(
        &self,
        cx: &Context,
        by: &Member,
        role: Role,
        page: PageRequest,
    ) -> Result<Page<Feedback>, InterviewError> {
        Ok(match role {
            Role::Admin => self.store.feedbacks(cx.product, page).await?,
            Role::Mentor => self.store.feedbacks_of_mentor(cx.product, by.id(), page).await?,
            Role::Mentee => self.store.feedbacks_of_mentee(cx.product, by.id(), page).await?,
        })
    }

    /// One feedback, for its mentor, its mentee or an admin.
    pub async fn feedback(&self, cx: &Context, by: &Member, id: MockId) -> Result<Feedback, InterviewError> {
        let may =
            |feedback: &Feedback| by.membership.is(Role::Admin) || [feedback.mentor_id, feedback.mentee_id].contains(&by.id());
        self.store.feedback(cx.product, id).await?.filter(may).ok_or(InterviewError::NotFound("feedback"))
    }
}

/// Calls off a mock that came of no booking.
pub(crate) async fn call_off(store: &Store, cx: &Context, mock: Mock) -> Result<Mock, InterviewError> {
    let cancelled = Mock { status: MockStatus::Cancelled, ..mock.clone() };
    let event = cx.event(Detail::MockCancelled { mock: Box::new(cancelled.clone()) });
    let audit = cx.audit("mock.cancelled", format!("mock:{}", mock.id), Some(&mock.status), Some(&cancelled.status));
    let done = store.cancel_mock(&mock, &Record::event(event).audited(audit)).await?;
    done.then_some(cancelled).ok_or(InterviewError::NotScheduled)
}

fn completed_events(cx: &Context, finished: &Finished) -> Vec<domain::event::Event> {
    let mock = &finished.mock;
    let (mentee_id, mentor_id) = (mock.mentee.id, mock.mentor.id);
    let mut events =
        vec![cx.event(Detail::MockCompleted { mock_id: mock.id, booking_id: mock.booking_id, mentee_id, mentor_id })];
    if let Some(link) = &finished.link {
        let (link_id, booking_id) = (link.link.id, mock.booking_id);
        events.push(cx.event(Detail::MeetLinkReleased { link_id, booking_id, cause: ReleaseCause::Completed }));
    }
    events
}
