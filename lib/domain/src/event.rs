//! Domain events: what happened, told in the same transaction as the change.

use crate::{
    AccountId, BookingId, CommentId, ConversationId, DirectoryId, EventId, Instant, LeadId, LinkId, MessageId, MockId, OrderId,
    Paise, PostId, Product, PublicEventId, SessionBookingId, SupportRequestId, WithdrawalId,
    account::{MemberState, Role, Verification},
    ai::AiTool,
    booking::{Booking, Party, RequestedSlot},
    catalog::PlanId,
    chat::SupportText,
    community::Category,
    earnings::WithdrawalStatus,
    interview::{Mock, Reminder, Score},
    lead::{LeadStatus, Verdict},
    mentorship::SessionBooking,
    payment::RazorpayPaymentId,
    public_event::Title,
    slot::SlotTime,
    text::{Email, Line, PersonName, Prose},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// A signed-in person.
    Account(AccountId),
    /// Somebody without an account (yet).
    Visitor,
    /// The platform by itself: a webhook, the scheduler.
    System,
}

/// A domain event. Consumers may see it any number of times, in any order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Event {
    pub id: EventId,
    /// Raised when the shape of a detail changes incompatibly.
    pub version: u8,
    pub occurred_at: Instant,
    /// None for what is not (yet) known to be any one product's, such as a webhook.
    pub product: Option<Product>,
    pub actor: Actor,
    /// The request that caused it; logs, audit records and mails carry the same.
    #[serde(default)]
    pub request_id: Option<String>,
    #[serde(flatten)]
    pub detail: Detail,
}

impl Event {
    /// Tells that something happened.
    pub fn new(id: EventId, product: Option<Product>, actor: Actor, occurred_at: Instant, detail: Detail) -> Self {
        Self { id, version: 1, occurred_at, product, actor, request_id: None, detail }
    }

    /// The same event with the request that caused it.
    pub fn caused_by(self, request_id: Option<String>) -> Self {
        Self { request_id, ..self }
    }

    /// The name on the bus.
    pub fn name(&self) -> &'static str {
        self.detail.name()
    }
}

/// What gave a link back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseCause {
    Completed,
    Cancelled,
    Admin,
    SessionEnded,
}

macro_rules! details {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),+ $(,)? }),+ $(,)?) => {
        /// What happened, in the past tense, with the ids it speaks of and what consumers need; no secrets.
        #[derive(Debug, Clone, Serialize, Deserialize)]
        #[serde(tag = "name", content = "detail")]
        pub enum Detail {
            $($(#[$doc])* $name { $($(#[$field_doc])* $field: $type),+ }),+
        }

        impl Detail {
            /// Every name.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),+];

            /// The name of this one.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$name { .. } => stringify!($name)),+
                }
            }
        }
    };
}

details! {
    /// Somebody registered by himself, or an admin made the account.
    AccountRegistered { account_id: AccountId, name: PersonName, email: Email, role: Role, approved: bool, needs_password: bool },
    /// An operator put an account in; nobody is told.
    AccountImported { account_id: AccountId, role: Role, approved: bool },
    /// An admin paused a member, shut him out or let him in again.
    MemberStateChanged { account_id: AccountId, from: MemberState, to: MemberState },
    /// An admin gave a member another role.
    MemberRoleChanged {
        account_id: AccountId,
        from: Role,
        to: Role,
        state: MemberState,
        /// As a mentor, before and from now on.
        was_verified: Option<Verification>,
        is_verified: Option<Verification>,
        /// Whether he ever bought a plan.
        had_plan: bool,
    },
    /// An admin let a mentor in, or not; or a rejected one asked anew and waits again.
    MentorVerified { account_id: AccountId, from: Verification, to: Verification },
    /// An admin gave a mentee a mentor, another one or none; never the same again.
    MentorAssigned { mentee_id: AccountId, from: Option<AccountId>, to: Option<AccountId> },
    /// Somebody asked for a link to set a new password; whether the address has an account is not known yet.
    PasswordResetRequested { email: Email },
    /// Money arrived and the plan runs.
    PlanPurchased {
        order_id: OrderId,
        account_id: AccountId,
        name: PersonName,
        email: Email,
        plan_id: PlanId,
        plan_name: Line<100>,
        amount: Paise,
        expires_at: Instant,
        /// Whether the payment made the account; then it made the membership too.
        new_account: bool,
        /// Whether the payment made the membership.
        new_member: bool,
        /// Whether the member never had a plan before.
        #[serde(default)]
        first_plan: bool,
        needs_password: bool,
    },
    /// Money arrived that fits no order as it stands; a person must look.
    PaymentMismatched { order_id: OrderId, payment_id: RazorpayPaymentId, reason: String },
    /// The money of a paid order went back, and what was bought with it is gone.
    OrderRefunded {
        order_id: OrderId,
        payment_id: RazorpayPaymentId,
        /// Whose order it was, when the payment brought him something.
        account_id: Option<AccountId>,
        plan_id: PlanId,
        amount: Paise,
        paid_at: Instant,
    },
    /// A payment that did not fit its order went back; the order stands as it did.
    MisfitRefunded { order_id: OrderId, payment_id: RazorpayPaymentId, amount: u64 },
    /// A mentee asked for a session.
    BookingRequested { booking: Box<Booking> },
    /// A session was agreed on.
    BookingConfirmed { booking: Box<Booking> },
    /// A booking was put off or brought forward: a pending one has other slots to choose from, a confirmed one another
    /// time than it had.
    BookingRescheduled { booking: Box<Booking>, from: Option<RequestedSlot>, by: Role },
    /// A session draws near; whoever takes part is reminded.
    ReminderFellDue { mock: Box<Mock>, reminder: Reminder },
    /// A booking was cancelled; its invitation must go.
    BookingCancelled { booking: Box<Booking> },
    /// An admin arranged a session without a booking request.
    MockScheduled { mock: Box<Mock> },
    /// A session without a booking request was called off.
    MockCancelled { mock: Box<Mock> },
    /// A session took place.
    MockCompleted { mock_id: MockId, booking_id: Option<BookingId>, mentee_id: AccountId, mentor_id: AccountId },
    /// The mentor wrote his feedback.
    FeedbackGiven {
        mock_id: MockId,
        mentee: Party,
        mentor: Party,
        company_name: Line<100>,
        #[serde(default)]
        overall: Option<Score>,
    },
    /// The mentor wrote his feedback anew, with the overall score that it had and that it has.
    FeedbackUpdated { mock_id: MockId, mentee_id: AccountId, mentor_id: AccountId, from: Score, to: Score },
    /// An AI tool gave its answer.
    AiToolUsed { account_id: AccountId, tool: AiTool },
    /// A meet link is free again.
    MeetLinkReleased { link_id: LinkId, booking_id: Option<BookingId>, cause: ReleaseCause },
    /// Somebody wrote a post in the community.
    PostCreated { post_id: PostId, author_id: AccountId, author_name: PersonName, category: Category, title: Line<200> },
    /// Somebody commented on a post; its author may be told.
    CommentAdded {
        comment_id: CommentId,
        author_id: AccountId,
        author_name: PersonName,
        post_id: PostId,
        post_title: Line<200>,
        post_author_id: AccountId,
    },
    /// Razorpay told something; the raw body is stored under this key.
    RazorpayWebhookReceived { webhook_id: String, event: String },
    /// A member asked for another address; whether it is free, and his, is not known yet.
    EmailChangeRequested { account_id: AccountId, name: PersonName, email: Email, new_email: Email },
    /// A member proved another address, which is his from now on.
    EmailChanged { account_id: AccountId, name: PersonName, old_email: Email, email: Email },
    /// A member left, and what is known of him is being removed. His name and address are here for the last mail.
    AccountDeleted {
        account_id: AccountId,
        name: PersonName,
        email: Email,
        role: Role,
        state: MemberState,
        verification: Option<Verification>,
        /// Whether a mentee had ever bought a plan.
        #[serde(default)]
        had_plan: bool,
        /// The mentor who was assigned to a mentee.
        #[serde(default)]
        mentor_id: Option<AccountId>,
        /// All his roles; older events do not say.
        #[serde(default)]
        roles: Option<BTreeSet<Role>>,
    },
    /// A mentor offers an event.
    PublicEventCreated { event_id: PublicEventId, mentor_id: AccountId },
    /// An event that nobody had booked is offered no more.
    PublicEventDeleted { event_id: PublicEventId, mentor_id: AccountId },
    /// Somebody booked a place; whether the lead was verified by itself stands in its status. Nothing here says who.
    LeadBooked { lead_id: LeadId, event_id: PublicEventId, mentor_id: AccountId, user_id: AccountId, status: LeadStatus },
    /// A lead was verified or rejected.
    LeadDecided {
        lead_id: LeadId,
        event_id: PublicEventId,
        mentor_id: AccountId,
        user_id: AccountId,
        from: LeadStatus,
        verdict: Verdict,
    },
    /// Money arrived and a mentor may read a lead's contact data.
    LeadPurchased { lead_id: LeadId, event_id: PublicEventId, mentor_id: AccountId, order_id: OrderId, amount: Paise },
    /// Somebody asked for a code to sign in with; whether the address may is not known yet.
    SignInCodeRequested { email: Email },
    /// Somebody asked for the newsletter with an address; whether it has it already is not known yet.
    NewsletterRequested { email: Email },
    /// The reader of an address followed the link and has the newsletter.
    NewsletterConfirmed { email: Email },
    /// Somebody was put into the member directory, or signed up for it.
    DirectoryEntryAdded { entry_id: DirectoryId },
    /// A member came, or has other roles than before.
    MemberRolesChanged { account_id: AccountId, from: BTreeSet<Role>, to: BTreeSet<Role> },
    /// Somebody became a mentor by his membership, or applied to be one.
    MentorProfileMade { account_id: AccountId, name: PersonName, applied: bool },
    /// An admin approved a mentor's profile, or turned it down.
    MentorDecided { account_id: AccountId, verification: Verification, reason: Option<Prose<1000>> },
    /// A mentor's profile is gone with him.
    MentorProfileRemoved { account_id: AccountId },
    /// A mentor is found under other areas of expertise than before; under none while he is not listed.
    MentorListingChanged { account_id: AccountId, from: BTreeSet<String>, to: BTreeSet<String> },
    /// A mentee asked a mentor for a session in his own time.
    MentorshipRequested { session: Box<SessionBooking> },
    /// The mentor confirmed it.
    MentorshipConfirmed { session: Box<SessionBooking> },
    /// The mentor said where it takes place.
    MentorshipLinked { session: Box<SessionBooking> },
    /// It was called off, or turned down.
    MentorshipCancelled { session: Box<SessionBooking> },
    /// It took place.
    MentorshipCompleted { session: Box<SessionBooking> },
    /// The mentee rated it.
    MentorshipRated { session: Box<SessionBooking> },
    /// Money arrived for it.
    MentorshipPaid { session: Box<SessionBooking>, order_id: OrderId, amount: Paise },
    /// A day after its end nobody had shown that they met: an admin decides.
    MentorshipUnattended { session: Box<SessionBooking> },
    /// The mentor gave it another time than it had.
    MentorshipRescheduled { session: Box<SessionBooking>, from: SlotTime },
    /// Money for a session went back: it was called off, or could not be agreed on any more.
    MentorshipRefunded { session_id: SessionBookingId, order_id: OrderId, payment_id: RazorpayPaymentId, payer: Option<Party>, amount: u64 },
    /// A mentor wants to be paid out.
    WithdrawalRequested { withdrawal_id: WithdrawalId, mentor: Party, amount: Paise },
    /// An admin paid a mentor out, or refused to.
    WithdrawalDecided { withdrawal_id: WithdrawalId, mentor: Party, amount: Paise, status: WithdrawalStatus },
    /// It draws near; both are reminded.
    MentorshipReminderFellDue { session: Box<SessionBooking>, reminder: Reminder },
    /// A message came for somebody who had read everything before it.
    MessageArrived {
        conversation_id: ConversationId,
        message_id: MessageId,
        sender_id: AccountId,
        sender_name: PersonName,
        recipient_id: AccountId,
        /// The event that told him last of something in this conversation.
        #[serde(default)]
        replaces: Option<EventId>,
    },
    /// An admin answered what a member had asked.
    SupportAnswered { request_id: SupportRequestId, member: Party, subject: Line<200>, answer: SupportText },
    /// A member liked somebody else's post.
    PostLiked { post_id: PostId, post_author_id: AccountId, member_id: AccountId, member_name: PersonName },
    /// An admin took somebody's event away.
    PublicEventTakenDown { event_id: PublicEventId, organizer_id: AccountId, title: Title },
}
