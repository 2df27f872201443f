use super::{BookingShape, OwnEventShape, PaymentShape, User, leads::reach, people::said};
use app::{
    Context,
    export::{ExportPart, ExportedAccount},
    leads::Revealed,
};
use domain::{
    Instant,
    account::{Member, Session},
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
    /// What a mentor says of himself.
    bio: String,
    expertise: Vec<String>,
    experience: String,
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

/// What is kept of the caller. The account stands in the first part; each list goes on where it ended before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Export)]
pub struct ExportShape {
    exported_at: Instant,
    account: Option<AccountData>,
    bookings: Vec<BookingData>,
    events: Vec<OwnEventShape>,
    payments: Vec<PaymentShape>,
    notices: Vec<Notice>,
}

impl Exported for ExportShape {
    type With = Face;

    fn new(_: &Face, cx: &Context, member: &Member, session: &Session, part: ExportPart) -> Self {
        let data = |of: ExportedAccount| {
            let (bio, expertise, experience) = said(of.host.as_ref());
            AccountData { user: User::from(member), facts: AccountFacts::new(member, session, &of), bio, expertise, experience }
        };
        Self {
            exported_at: cx.now,
            account: part.account.map(data),
            bookings: shaped(part.leads),
            events: shaped(part.public_events),
            payments: shaped(part.orders),
            notices: shaped(part.notices),
        }
    }
}
