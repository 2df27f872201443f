use super::{BookingShape, OwnEventShape, PaymentShape, User, leads::reach, people::said};
use app::{
    export::{ExportPart, ExportedAccount},
    leads::Revealed,
};
use domain::{
    Instant,
    account::{Member, Session},
    notice::InAppNotice,
};
use serde::Serialize;
use utoipa::ToSchema;

/// The account itself, without anything secret.
#[derive(Debug, Serialize, ToSchema)]
struct AccountData {
    #[serde(flatten)]
    user: User,
    email_proven: bool,
    has_password: bool,
    /// Where the account is a member.
    products: Vec<String>,
    sessions: Vec<SessionData>,
    /// What a mentor says of himself.
    bio: String,
    expertise: Vec<String>,
    experience: String,
}

/// A session, without what opens it.
#[derive(Debug, Serialize, ToSchema)]
struct SessionData {
    /// Whether it is the one in which this was asked for.
    current: bool,
    created_at: Instant,
    expires_at: Instant,
}

/// A booking of one's own, with what one wrote.
#[derive(Debug, Serialize, ToSchema)]
struct BookingData {
    #[serde(flatten)]
    booking: BookingShape,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    message: Option<String>,
}

impl From<Revealed> for BookingData {
    fn from(Revealed { listed, contact }: Revealed) -> Self {
        let [name, email, phone, message] = reach(contact);
        Self { booking: BookingShape::from(listed), name, email, phone, message }
    }
}

/// What the caller was told in the product.
#[derive(Debug, Serialize, ToSchema)]
struct NoticeData {
    kind: String,
    title: String,
    message: String,
    created_at: Instant,
    read_at: Option<Instant>,
}

impl From<InAppNotice> for NoticeData {
    fn from(notice: InAppNotice) -> Self {
        let InAppNotice { kind, title, message, created_at, read_at, .. } = notice;
        Self { kind, title, message, created_at, read_at }
    }
}

/// What is kept of the caller. The account stands in the first part; each list goes on where it ended before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Export)]
pub struct ExportShape {
    exported_at: Instant,
    account: Option<AccountData>,
    bookings: Vec<BookingData>,
    events: Vec<OwnEventShape>,
    payments: Vec<PaymentShape>,
    notices: Vec<NoticeData>,
}

fn shaped<T, U: From<T>>(things: Vec<T>) -> Vec<U> {
    things.into_iter().map(U::from).collect()
}

impl ExportShape {
    /// A part of a member's export, asked for in a session.
    pub fn new(member: &Member, session: &Session, part: ExportPart, now: Instant) -> Self {
        let data = |of: ExportedAccount| {
            let (bio, expertise, experience) = said(of.host.as_ref());
            let sessions = of.sessions.iter().map(|one| SessionData {
                current: one.id == session.id,
                created_at: one.created_at,
                expires_at: one.expires_at,
            });
            AccountData {
                user: User::from(member),
                email_proven: member.account.email_proven,
                has_password: member.account.password_hash.is_some(),
                products: of.products.iter().map(ToString::to_string).collect(),
                sessions: sessions.collect(),
                bio,
                expertise,
                experience,
            }
        };
        Self {
            exported_at: now,
            account: part.account.map(data),
            bookings: shaped(part.leads),
            events: shaped(part.public_events),
            payments: shaped(part.orders),
            notices: shaped(part.notices),
        }
    }
}
