use crate::{
    AccountId, ContactMessageId, Instant, Product, SupportReplyId, SupportRequestId,
    booking::Party,
    community::never_empty,
    text::{Email, Line, PersonName, Prose},
};
use serde::{Deserialize, Serialize};

never_empty! {
    /// What somebody asks those who run the product, or is answered: 1 to 4000 characters.
    SupportText: 4000, "Write something";
}

/// A request can be answered so often.
const MOST_REPLIES: usize = 30;

/// What a member asked those who run the product.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SupportRequest {
    pub id: SupportRequestId,
    pub product: Product,
    pub member: Party,
    pub role: crate::account::Role,
    pub subject: Line<200>,
    pub message: SupportText,
    /// Whether it was answered.
    pub is_resolved: bool,
    pub replies: Vec<SupportReply>,
    pub created_at: Instant,
}

/// An admin's answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SupportReply {
    pub id: SupportReplyId,
    pub reply: SupportText,
    pub by: AccountId,
    pub created_at: Instant,
}

impl SupportRequest {
    /// The request with one more answer; none when it has as many as it may have.
    pub fn answered(&self, reply: SupportReply) -> Option<Self> {
        let mut after = self.clone();
        after.is_resolved = true;
        after.replies.push(reply);
        (after.replies.len() <= MOST_REPLIES).then_some(after)
    }
}

/// What a visitor left in the contact form.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ContactMessage {
    pub id: ContactMessageId,
    pub product: Product,
    pub name: PersonName,
    pub email: Email,
    pub phone: Line<40>,
    pub subject: Line<200>,
    pub message: Prose<4000>,
    pub created_at: Instant,
}
