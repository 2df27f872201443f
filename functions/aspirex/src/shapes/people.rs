use super::MentorUserShape;
use domain::{
    AccountId, EventId, Instant, NoteId,
    account::{MemberState, Membership, Role, Verification},
    note::Note,
    notice::{InAppNotice, NoticeType},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A role in AspireX's words.
pub fn shown_role(role: Role) -> &'static str {
    match role {
        Role::Admin => "admin",
        Role::Mentor => "mentor",
        Role::Mentee => "student",
    }
}

/// The answer to a sign-in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignedIn)]
pub struct SignedInShape {
    pub message: &'static str,
    /// For `Authorization: Token …`.
    pub token: String,
    /// `student`, `mentor` or `admin`.
    pub user_type: &'static str,
    pub student_id: Option<String>,
    pub mentor_id: Option<String>,
    pub user: MentorUserShape,
}

/// A notice, as the client's lists of messages show it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = InAppMessage)]
pub struct MessageShape {
    message_id: EventId,
    subject: String,
    message: String,
    sent_at: Instant,
    is_read: bool,
    sender: &'static str,
    admin_sender: &'static str,
}

impl From<InAppNotice> for MessageShape {
    fn from(notice: InAppNotice) -> Self {
        Self {
            message_id: notice.id,
            subject: notice.title,
            message: notice.message,
            sent_at: notice.created_at,
            is_read: notice.read_at.is_some(),
            sender: "AspireX",
            admin_sender: "AspireX",
        }
    }
}

/// A notice.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
pub struct NotificationShape {
    id: EventId,
    /// A short name for people.
    formal_id: String,
    title: String,
    message: String,
    notification_type: NoticeType,
    kind: String,
    link: Option<String>,
    is_read: bool,
    created_at: Instant,
}

impl From<InAppNotice> for NotificationShape {
    fn from(notice: InAppNotice) -> Self {
        let id = notice.id.to_string();
        let tail = id.get(id.len().saturating_sub(8)..).unwrap_or_default().to_uppercase();
        Self {
            id: notice.id,
            formal_id: format!("NTF-{tail}"),
            title: notice.title,
            message: notice.message,
            notification_type: notice.notice_type,
            kind: notice.kind,
            link: notice.link,
            is_read: notice.read_at.is_some(),
            created_at: notice.created_at,
        }
    }
}

/// A note.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Note)]
pub struct NoteShape {
    id: NoteId,
    title: String,
    content: String,
    created_at: Instant,
    /// The day on which it was written.
    date: String,
}

impl From<Note> for NoteShape {
    fn from(note: Note) -> Self {
        let date = note.created_at.to_string().chars().take(10).collect();
        Self { id: note.id, title: note.title.to_string(), content: note.content.to_string(), created_at: note.created_at, date }
    }
}

/// A member, for admins.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminUser)]
pub struct AdminUserShape {
    id: AccountId,
    student_id: Option<String>,
    mentor_id: Option<String>,
    name: String,
    email: String,
    /// `admin`, `mentor` or `student`: the first that he is.
    user_type: &'static str,
    roles: Vec<&'static str>,
    is_active: bool,
    is_staff: bool,
    /// Of a mentor.
    is_approved: Option<bool>,
    verification_status: Option<Verification>,
    date_joined: Instant,
}

impl From<Membership> for AdminUserShape {
    fn from(member: Membership) -> Self {
        Self {
            id: member.account_id,
            student_id: member.student_number.map(|number| number.to_string()),
            mentor_id: member.mentor_number.map(|number| number.to_string()),
            name: member.name.to_string(),
            email: member.email.to_string(),
            user_type: shown_role(member.primary_role()),
            roles: member.roles.iter().map(|role| shown_role(*role)).collect(),
            is_active: member.state == MemberState::Active,
            is_staff: member.is(Role::Admin),
            is_approved: member.verification.map(|verification| verification == Verification::Approved),
            verification_status: member.verification,
            date_joined: member.created_at,
        }
    }
}
