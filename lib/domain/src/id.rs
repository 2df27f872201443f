//! Ids: UUID v7 as strings, one type per thing, so that a slot's id can't stand where a booking's belongs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
        impl $name {
            /// The bare UUID.
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::custom("Enter a valid id"))
            }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

ids! {
    /// A person, over all products.
    AccountId,
    /// One sign-in.
    SessionId,
    /// A company whose interviews are practised.
    CompanyId,
    /// A dated slot that an admin offers.
    SlotId,
    /// A meet link of the pool.
    LinkId,
    /// A booking request.
    BookingId,
    /// A mock interview; its feedback has the same id, since a mock has at most one.
    MockId,
    /// A purchase (our id, not Razorpay's).
    OrderId,
    /// Money that goes back.
    RefundId,
    /// A domain event.
    EventId,
    /// An audit record.
    AuditId,
    /// A post of the community.
    PostId,
    /// A comment on a post.
    CommentId,
    /// One use of an AI tool.
    AiRunId,
    /// An event that is offered to the public.
    PublicEventId,
    /// Somebody's interest in such an event, with his contact data.
    LeadId,
    /// A decision about a lead.
    VerificationLogId,
    /// A member of a community's directory.
    DirectoryId,
    /// A stretch of time that a mentor offers.
    AvailabilityId,
    /// A note that somebody keeps for himself.
    NoteId,
    /// A file that somebody uploaded.
    FileId,
    /// A session that is booked in a mentor's own time.
    SessionBookingId,
    /// A mentor's wish to be paid out.
    WithdrawalId,
    /// A conversation of two; made of the pair, so that a pair has one.
    ConversationId,
    /// A message in a conversation.
    MessageId,
    /// What a member asked those who run the product.
    SupportRequestId,
    /// An answer to it.
    SupportReplyId,
    /// What a visitor left in the contact form.
    ContactMessageId,
}
