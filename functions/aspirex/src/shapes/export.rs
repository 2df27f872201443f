//! What is kept of somebody, for himself.

use super::{MentorShape, NoteShape, ProfileShapes, StudentShape, hundredths, shown_role};
use crate::sessions::shapes::{EarningShape, MeetingShape, WithdrawalShape};
use app::{
    Context,
    export::{ExportPart, ExportedAccount},
    portraits::PortraitFiles,
};
use domain::{
    CommentId, ConversationId, Instant, MessageId, PostId, PublicEventId, SupportRequestId,
    account::{Member, Role, Session},
    chat::{Conversation, Message, SupportRequest},
    community::{Comment, Post, Report},
    payment::{Order, RazorpayOrderId},
    public_event::Gathering,
};
use serde::Serialize;
use utoipa::ToSchema;
use web::{AccountFacts, Exported, Notice, shaped};

/// The account itself, without anything secret.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedAccountShape {
    name: String,
    email: String,
    roles: Vec<&'static str>,
    student_id: Option<String>,
    mentor_id: Option<String>,
    #[serde(flatten)]
    facts: AccountFacts,
}

impl ExportedAccountShape {
    fn new(member: &Member, session: &Session, of: &ExportedAccount) -> Self {
        let membership = &member.membership;
        Self {
            name: membership.name.to_string(),
            email: membership.email.to_string(),
            roles: membership.roles.iter().map(|role| shown_role(*role)).collect(),
            student_id: membership.student_number.map(|number| number.to_string()),
            mentor_id: membership.mentor_number.map(|number| number.to_string()),
            facts: AccountFacts::new(member, session, of),
        }
    }
}

/// What one paid for.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedPayment {
    order_id: RazorpayOrderId,
    /// In rupees.
    amount: f64,
    created_at: Instant,
    paid_at: Option<Instant>,
    refunded_at: Option<Instant>,
}

impl From<Order> for ExportedPayment {
    fn from(order: Order) -> Self {
        Self {
            order_id: order.razorpay_order_id,
            amount: hundredths(order.amount.get()),
            created_at: order.created_at,
            paid_at: order.paid_at,
            refunded_at: order.refunded_at,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct ExportedPost {
    id: PostId,
    text: String,
    created_at: Instant,
}

impl From<Post> for ExportedPost {
    fn from(post: Post) -> Self {
        Self { id: post.id, text: post.writing.content.to_string(), created_at: post.created_at }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct ExportedComment {
    id: CommentId,
    post_id: PostId,
    text: String,
    created_at: Instant,
}

impl From<Comment> for ExportedComment {
    fn from(comment: Comment) -> Self {
        let Comment { id, post_id, content, created_at, .. } = comment;
        Self { id, post_id, text: content.to_string(), created_at }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct ExportedReport {
    post_id: PostId,
    reason: String,
    created_at: Instant,
}

impl From<Report> for ExportedReport {
    fn from(report: Report) -> Self {
        Self { post_id: report.post_id, reason: report.reason.to_string(), created_at: report.created_at }
    }
}

/// An event that one organizes.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedEvent {
    id: PublicEventId,
    title: String,
    description: String,
    start_time: Instant,
    location: String,
    created_at: Instant,
}

impl From<Gathering> for ExportedEvent {
    fn from(event: Gathering) -> Self {
        Self {
            id: event.id,
            title: event.details.title.to_string(),
            description: event.details.description.to_string(),
            start_time: event.details.starts_at,
            location: event.details.location.to_string(),
            created_at: event.created_at,
        }
    }
}

/// A conversation, by the numbers of the two.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedConversation {
    id: ConversationId,
    student: String,
    mentor: String,
    created_at: Instant,
}

impl From<Conversation> for ExportedConversation {
    fn from(conversation: Conversation) -> Self {
        let (student, mentor) = (conversation.student.shown_id(), conversation.mentor.shown_id());
        Self { id: conversation.id, student, mentor, created_at: conversation.created_at }
    }
}

/// A message that one wrote oneself.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedMessage {
    id: MessageId,
    conversation_id: ConversationId,
    content: String,
    sent_at: Instant,
}

impl From<Message> for ExportedMessage {
    fn from(message: Message) -> Self {
        let Message { id, conversation_id, content, sent_at, .. } = message;
        Self { id, conversation_id, content: content.to_string(), sent_at }
    }
}

/// What one asked those who run AspireX.
#[derive(Debug, Serialize, ToSchema)]
struct ExportedRequest {
    id: SupportRequestId,
    subject: String,
    message: String,
    replies: Vec<String>,
    created_at: Instant,
}

impl From<SupportRequest> for ExportedRequest {
    fn from(request: SupportRequest) -> Self {
        Self {
            id: request.id,
            subject: request.subject.to_string(),
            message: request.message.to_string(),
            replies: request.replies.iter().map(|reply| reply.reply.to_string()).collect(),
            created_at: request.created_at,
        }
    }
}

/// What is kept of the caller. The account stands in the first part; each list goes on where it ended before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Export)]
pub struct ExportShape {
    exported_at: Instant,
    account: Option<ExportedAccountShape>,
    student_profile: Option<StudentShape>,
    mentor_profile: Option<MentorShape>,
    notes: Vec<NoteShape>,
    sessions: Vec<MeetingShape>,
    payments: Vec<ExportedPayment>,
    earnings: Vec<EarningShape>,
    withdrawals: Vec<WithdrawalShape>,
    notices: Vec<Notice>,
    posts: Vec<ExportedPost>,
    comments: Vec<ExportedComment>,
    reports: Vec<ExportedReport>,
    events: Vec<ExportedEvent>,
    conversations: Vec<ExportedConversation>,
    /// Those that one wrote oneself.
    messages: Vec<ExportedMessage>,
    support_requests: Vec<ExportedRequest>,
}

impl Exported for ExportShape {
    type With = PortraitFiles;

    fn new(files: &PortraitFiles, cx: &Context, member: &Member, session: &Session, part: ExportPart) -> Self {
        let (shapes, membership) = (ProfileShapes { cx, files }, &member.membership);
        let (student, mentor) = part.portraits.map(|portraits| (portraits.student, portraits.mentor)).unwrap_or_default();
        let side = |mentor| if mentor == member.id() { Role::Mentor } else { Role::Mentee };
        Self {
            exported_at: cx.now,
            account: part.account.map(|of| ExportedAccountShape::new(member, session, &of)),
            student_profile: student.map(|profile| shapes.own_student(membership, &profile, true)),
            mentor_profile: mentor.map(|profile| shapes.own_mentor(membership, &profile, true)),
            notes: shaped(part.notes),
            sessions: part.sessions.iter().map(|session| MeetingShape::new(session, side(session.mentor.id), None)).collect(),
            payments: shaped(part.orders),
            earnings: shaped(part.earnings),
            withdrawals: shaped(part.withdrawals),
            notices: shaped(part.notices),
            posts: shaped(part.posts),
            comments: shaped(part.comments),
            reports: shaped(part.reports),
            events: shaped(part.gatherings),
            conversations: shaped(part.conversations),
            messages: shaped(part.messages),
            support_requests: shaped(part.support_requests),
        }
    }
}
