use super::{AnalysisShape, BookingShape, CommentShape, FeedbackShape, MockShape, OrderShape, PostShape, User};
use app::{
    Context,
    export::{ExportPart, ExportedAccount},
};
use domain::{
    Instant, PostId,
    account::{Member, Session},
    community::Report,
};
use serde::Serialize;
use utoipa::ToSchema;
use web::{AccountFacts, Exported, Face, Notice, shaped};

/// The account itself, without anything secret.
#[derive(Debug, Serialize, ToSchema)]
struct AccountData {
    #[serde(flatten)]
    user: User,
    #[serde(flatten)]
    facts: AccountFacts,
    /// What came of the latest resume.
    resume_analysis: Option<AnalysisShape>,
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
    notices: Vec<Notice>,
    posts: Vec<PostShape>,
    comments: Vec<CommentShape>,
    reports: Vec<ReportData>,
}

impl Exported for ExportShape {
    type With = Face;

    fn new(_: &Face, cx: &Context, member: &Member, session: &Session, part: ExportPart) -> Self {
        let data = |of: ExportedAccount| AccountData {
            user: User::new(&member.membership, cx.now),
            facts: AccountFacts::new(member, session, &of),
            resume_analysis: of.analysis.map(AnalysisShape::from),
        };
        Self {
            exported_at: cx.now,
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
