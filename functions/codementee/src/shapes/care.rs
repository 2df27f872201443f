use super::{AnalysisShape, BookingShape, CommentShape, FeedbackShape, MockShape, OrderShape, PostShape, User};
use app::export::{ExportPart, ExportedAccount};
use domain::{
    EventId, Instant, PostId,
    account::{Member, Session},
    community::Report,
    notice::InAppNotice,
};
use serde::Serialize;
use utoipa::ToSchema;

/// A notice to the caller.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notice)]
pub struct NoticeShape {
    id: EventId,
    kind: String,
    title: String,
    message: String,
    /// Where the web client shows more of it.
    link: Option<String>,
    read: bool,
    created_at: Instant,
    read_at: Option<Instant>,
}

impl From<InAppNotice> for NoticeShape {
    fn from(notice: InAppNotice) -> Self {
        let InAppNotice { id, kind, title, message, link, created_at, read_at, .. } = notice;
        Self { id, kind, title, message, link, read: read_at.is_some(), created_at, read_at }
    }
}

/// The account itself, without anything secret.
#[derive(Debug, Serialize, ToSchema)]
struct AccountData {
    #[serde(flatten)]
    user: User,
    email_proven: bool,
    has_password: bool,
    account_created_at: Instant,
    /// Where the account is a member.
    products: Vec<String>,
    sessions: Vec<SessionData>,
    /// What came of the latest resume.
    resume_analysis: Option<AnalysisShape>,
}

/// A session, without what opens it.
#[derive(Debug, Serialize, ToSchema)]
struct SessionData {
    /// Whether it is the one in which this was asked for.
    current: bool,
    created_at: Instant,
    expires_at: Instant,
}

impl SessionData {
    fn new(session: &Session, current: &Session) -> Self {
        Self { current: session.id == current.id, created_at: session.created_at, expires_at: session.expires_at }
    }
}

/// A report that the caller made of a post.
#[derive(Debug, Serialize, ToSchema)]
struct ReportData {
    post_id: PostId,
    reason: String,
    created_at: Instant,
}

impl From<Report> for ReportData {
    fn from(report: Report) -> Self {
        Self { post_id: report.post_id, reason: report.reason.to_string(), created_at: report.created_at }
    }
}

/// What is kept of the caller. The account stands in the first part; each list goes on where it ended before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Export)]
pub struct ExportShape {
    exported_at: Instant,
    account: Option<AccountData>,
    bookings: Vec<BookingShape>,
    mocks: Vec<MockShape>,
    feedbacks: Vec<FeedbackShape>,
    orders: Vec<OrderShape>,
    notices: Vec<NoticeShape>,
    posts: Vec<PostShape>,
    comments: Vec<CommentShape>,
    reports: Vec<ReportData>,
}

fn shaped<T, U: From<T>>(things: Vec<T>) -> Vec<U> {
    things.into_iter().map(U::from).collect()
}

impl ExportShape {
    /// A part of a member's export, asked for in a session.
    pub fn new(member: &Member, session: &Session, part: ExportPart, now: Instant) -> Self {
        let data = |of: ExportedAccount| AccountData {
            user: User::new(&member.membership, now),
            email_proven: member.account.email_proven,
            has_password: member.account.password_hash.is_some(),
            account_created_at: member.account.created_at,
            products: of.products.iter().map(ToString::to_string).collect(),
            sessions: of.sessions.iter().map(|one| SessionData::new(one, session)).collect(),
            resume_analysis: of.analysis.map(AnalysisShape::from),
        };
        Self {
            exported_at: now,
            account: part.account.map(data),
            bookings: shaped(part.bookings),
            mocks: shaped(part.mocks),
            feedbacks: shaped(part.feedbacks),
            orders: shaped(part.orders),
            notices: shaped(part.notices),
            posts: shaped(part.posts),
            comments: shaped(part.comments),
            reports: shaped(part.reports),
        }
    }
}
