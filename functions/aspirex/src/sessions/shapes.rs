//! Sessions and money in the client's words.

use app::paid_sessions::{Own, PAGE, PAGES, PaidSessions, Statement};
use domain::{
    Instant, Paise, SessionBookingId, WithdrawalId,
    account::Role,
    earnings::{Earning, EarningStatus, Withdrawal, WithdrawalStatus},
    mentorship::{PaidTerms, SessionBooking, SessionStatus},
    payment::{Order, RazorpayOrderId},
    slot::SlotTime,
};
use serde::Serialize;
use utoipa::ToSchema;

/// An amount in rupees with two decimals, as the client shows it.
pub fn decimal(amount: Paise) -> String {
    format!("{}.{:02}", amount.get() / 100, amount.get() % 100)
}

fn day(time: &SlotTime, format: &str) -> String {
    time.starts_at.timestamp().to_zoned(time.zone.rules().clone()).strftime(format).to_string()
}

/// As the client words a slot: `Monday, Mon 12 - 9:00 AM`.
pub fn slot_words(time: &SlotTime) -> String {
    day(time, "%A, %a %-d - %-I:%M %p")
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = MeetingStatus)]
pub enum StatusShape {
    /// It waits for its payment.
    Pending,
    Scheduled,
    Completed,
    Cancelled,
}

impl From<SessionStatus> for StatusShape {
    fn from(status: SessionStatus) -> Self {
        match status {
            SessionStatus::Pending => Self::Pending,
            SessionStatus::Confirmed => Self::Scheduled,
            SessionStatus::Completed => Self::Completed,
            SessionStatus::CancelledByMentee | SessionStatus::CancelledByMentor | SessionStatus::CancelledByAdmin => {
                Self::Cancelled
            }
        }
    }
}

/// A session as one of its people, or an admin, sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Meeting)]
pub struct MeetingShape {
    meeting_id: SessionBookingId,
    title: String,
    description: String,
    service: String,
    scheduled_time: Instant,
    /// In minutes.
    duration: i64,
    timezone: String,
    /// The student's only while the session is scheduled.
    meeting_link: Option<String>,
    status: StatusShape,
    cancellation_reason: Option<String>,
    mentor_id: String,
    mentor_name: String,
    /// Number and name.
    student: String,
    student_id: String,
    student_name: String,
    /// In rupees.
    price: String,
    is_paid: bool,
    /// What the student says he paid with, when he paid elsewhere.
    transaction_id: Option<String>,
    /// Until when the time is held without being paid.
    held_until: Option<Instant>,
    attended_roles: Vec<&'static str>,
    /// What one shows the other one when they meet; one's own alone.
    attendance_key: Option<String>,
    has_feedback: bool,
    notes: String,
    created_at: Instant,
    updated_at: Instant,
}

/// A number, or the account's id where somebody has none.
fn shown_id(session: &SessionBooking, side: Role) -> String {
    let id = if side == Role::Mentor { session.mentor.id } else { session.mentee.id };
    PaidSessions::number(session, side).map_or_else(|| id.to_string(), |number| number.to_string())
}

impl MeetingShape {
    /// A session as somebody on a side sees it; an admin sees what the mentor does.
    pub fn new(session: &SessionBooking, side: Role, key: Option<String>) -> Self {
        let terms: Option<&PaidTerms> = session.terms.as_deref();
        let linked = side != Role::Mentee || session.status == SessionStatus::Confirmed;
        let student_id = shown_id(session, Role::Mentee);
        let pending = session.status == SessionStatus::Pending;
        Self {
            meeting_id: session.id,
            title: title(session),
            description: session.description.to_string(),
            service: terms.map(|terms| terms.service.to_string()).unwrap_or_default(),
            scheduled_time: session.time.starts_at,
            duration: session.time.ends_at.since(session.time.starts_at).as_mins(),
            timezone: session.time.zone.name().to_owned(),
            meeting_link: session.meeting_url.as_ref().filter(|_| linked).map(ToString::to_string),
            status: session.status.into(),
            cancellation_reason: session.cancellation_reason.as_ref().map(ToString::to_string),
            mentor_id: shown_id(session, Role::Mentor),
            mentor_name: session.mentor.name.to_string(),
            student: format!("{student_id} - {}", session.mentee.name),
            student_id,
            student_name: session.mentee.name.to_string(),
            price: decimal(terms.map_or(Paise::new(0), |terms| terms.price)),
            is_paid: terms.is_some_and(|terms| terms.paid.is_some()),
            transaction_id: terms.and_then(|terms| terms.claim.as_ref()).map(ToString::to_string),
            held_until: terms.filter(|_| pending).map(|terms| terms.held_until),
            attended_roles: attended_roles(session),
            attendance_key: key.filter(|_| session.status == SessionStatus::Confirmed),
            has_feedback: session.rating.is_some(),
            notes: String::new(),
            created_at: session.created_at,
            updated_at: session.updated_at,
        }
    }
}

impl From<Own> for MeetingShape {
    fn from(own: Own) -> Self {
        Self::new(&own.session, own.side, own.key)
    }
}

/// What a session is about, in a few words.
pub fn title(session: &SessionBooking) -> String {
    let service = session.terms.as_ref().map(|terms| terms.service.as_str()).unwrap_or_default();
    let words = [session.topic.as_str(), service].into_iter().find(|words| !words.is_empty());
    words.unwrap_or("Mentorship session").to_owned()
}

/// Who said that he was there.
pub fn attended_roles(session: &SessionBooking) -> Vec<&'static str> {
    let attended = |side, word| session.terms.as_ref()?.attended_at(side).map(|_| word);
    [attended(Role::Mentor, "mentor"), attended(Role::Mentee, "student")].into_iter().flatten().collect()
}

/// What the browser's checkout needs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionOrder)]
pub struct OrderShape {
    session_id: Option<SessionBookingId>,
    /// Razorpay's; `razorpay_order_id` says the same.
    order_id: RazorpayOrderId,
    razorpay_order_id: RazorpayOrderId,
    /// In paise.
    amount: Paise,
    currency: &'static str,
    /// Razorpay's public key.
    key: String,
}

impl OrderShape {
    /// An order for the checkout.
    pub fn new(order: &Order, session_id: SessionBookingId, key: &str) -> Self {
        Self {
            session_id: Some(session_id),
            order_id: order.razorpay_order_id.clone(),
            razorpay_order_id: order.razorpay_order_id.clone(),
            amount: order.amount,
            currency: Paise::CURRENCY,
            key: key.to_owned(),
        }
    }
}

/// A time that a mentor has given away. It says nothing about whom to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BookedSlot)]
pub struct BookedShape {
    #[schema(examples("Monday"))]
    day: String,
    #[schema(examples("Monday, Mon 12 - 9:00 AM"))]
    time_slot: String,
    #[schema(format = Date)]
    date: String,
}

impl From<SlotTime> for BookedShape {
    fn from(time: SlotTime) -> Self {
        Self { day: day(&time, "%A"), time_slot: slot_words(&time), date: time.date }
    }
}

/// What the client's booking call made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClaimedBooking)]
pub struct BookingShape {
    id: SessionBookingId,
    mentor_id: String,
    subject: String,
    service: String,
    /// In rupees: the mentor's hourly rate times the duration.
    service_price: String,
    service_duration: String,
    time_slot: String,
    day: String,
    date: String,
    transaction_id: Option<String>,
    /// Never by the student's word.
    is_paid: bool,
    status: StatusShape,
    created_at: Instant,
}

impl From<&SessionBooking> for BookingShape {
    fn from(session: &SessionBooking) -> Self {
        let terms = session.terms.as_deref();
        let minutes = session.time.ends_at.since(session.time.starts_at).as_mins();
        Self {
            id: session.id,
            mentor_id: shown_id(session, Role::Mentor),
            subject: session.topic.to_string(),
            service: terms.map(|terms| terms.service.to_string()).unwrap_or_default(),
            service_price: decimal(terms.map_or(Paise::new(0), |terms| terms.price)),
            service_duration: format!("{minutes} minutes"),
            time_slot: slot_words(&session.time),
            day: day(&session.time, "%A"),
            date: session.time.date.clone(),
            transaction_id: terms.and_then(|terms| terms.claim.as_ref()).map(ToString::to_string),
            is_paid: terms.is_some_and(|terms| terms.paid.is_some()),
            status: session.status.into(),
            created_at: session.created_at,
        }
    }
}

/// A line of a statement.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Earning)]
pub struct EarningShape {
    pub transaction_id: String,
    pub source: String,
    pub date: Instant,
    /// In rupees.
    #[schema(value_type = f64)]
    pub amount: serde_json::Number,
    pub status: EarningStatus,
}

impl From<Earning> for EarningShape {
    fn from(earning: Earning) -> Self {
        let with = earning.mentee_number.map_or_else(|| "a student".to_owned(), |number| number.to_string());
        Self {
            transaction_id: earning.transaction,
            source: format!("Session with {with}"),
            date: earning.at,
            amount: earning.amount.in_rupees(),
            status: earning.status,
        }
    }
}

/// A mentor's sums of all time, in rupees.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EarningStats {
    /// What sessions that took place brought in.
    #[schema(value_type = f64)]
    total_earnings: serde_json::Number,
    total_sessions: u64,
    total_students: u64,
    #[schema(value_type = f64)]
    available_balance: serde_json::Number,
    /// What is paid for sessions that are still to be.
    #[schema(value_type = f64)]
    pending_earnings: serde_json::Number,
    #[schema(value_type = f64)]
    withdrawn: serde_json::Number,
}

/// Where a page stands among all.
#[derive(Debug, Serialize, ToSchema)]
pub struct Pagination {
    count: u64,
    next: Option<u32>,
    previous: Option<u32>,
    current_page: u32,
    total_pages: u64,
}

/// What a mentor earned.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementShape {
    earnings: Vec<EarningShape>,
    stats: EarningStats,
    pagination: Pagination,
}

impl From<Statement> for StatementShape {
    fn from(statement: Statement) -> Self {
        let Statement { purse, lines, count, page } = statement;
        let total_pages = count.div_ceil(PAGE.into()).clamp(1, PAGES.into());
        Self {
            earnings: lines.into_iter().map(EarningShape::from).collect(),
            stats: EarningStats {
                total_earnings: purse.earned.in_rupees(),
                total_sessions: purse.sessions,
                total_students: purse.students,
                available_balance: purse.balance.in_rupees(),
                pending_earnings: purse.pending.in_rupees(),
                withdrawn: purse.withdrawn.in_rupees(),
            },
            pagination: Pagination {
                count,
                next: (u64::from(page) < total_pages).then(|| page + 1),
                previous: (page > 1).then(|| page - 1),
                current_page: page,
                total_pages,
            },
        }
    }
}

/// A mentor's wish to be paid out.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Withdrawal)]
pub struct WithdrawalShape {
    id: WithdrawalId,
    mentor: String,
    mentor_name: String,
    /// In rupees.
    #[schema(value_type = f64)]
    amount: serde_json::Number,
    status: WithdrawalStatus,
    payment_method: String,
    bank_details: String,
    admin_notes: String,
    transaction_id: Option<String>,
    request_date: Instant,
    processed_date: Option<Instant>,
    created_at: Instant,
    updated_at: Instant,
}

impl From<Withdrawal> for WithdrawalShape {
    fn from(w: Withdrawal) -> Self {
        Self {
            id: w.id,
            mentor: w.mentor_number.map_or_else(|| w.mentor.id.to_string(), |number| number.to_string()),
            mentor_name: w.mentor.name.to_string(),
            amount: w.amount.in_rupees(),
            status: w.status,
            payment_method: w.payment_method.to_string(),
            bank_details: w.bank_details.to_string(),
            admin_notes: w.admin_notes.to_string(),
            transaction_id: w.transaction_id.non_empty().map(|id| id.to_string()),
            request_date: w.requested_at,
            processed_date: w.processed_at,
            created_at: w.requested_at,
            updated_at: w.processed_at.unwrap_or(w.requested_at),
        }
    }
}
