//! Conversations of a student and a mentor.

mod messages;
mod presence;

pub use messages::History;
pub use presence::Partner;

use crate::{
    Context,
    limits::{LimitError, Limits},
    sockets::Sockets,
};
use domain::{
    AccountId, ConversationId, Product,
    account::{Member, MemberState, Membership, PersonKey, Role},
    chat::{Conversation, Participant, Side},
};
use sha2::{Digest, Sha256};
use store::{Page, PageRequest, Store, StoreError};

/// Why something was not said, or not heard.
#[derive(Debug, thiserror::Error)]
pub enum ChatError {
    #[error("the member is paused")]
    Paused,
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("neither of the two")]
    NotOneOfThem,
    #[error("nobody talks to himself")]
    Oneself,
    #[error("he is not on his side, or the mentor is not approved")]
    MayNotBegin,
    #[error("the other one has left")]
    Left,
    #[error("the client has called another message so")]
    NameTaken,
    #[error(transparent)]
    Limit(#[from] LimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The use cases of conversations.
#[derive(Debug, Clone)]
pub struct Chat {
    store: Store,
    limits: Limits,
    sockets: Sockets,
}

/// The id of a pair's conversation. Since the pair makes it, no pair can ever have two.
fn id_of(product: Product, student: AccountId, mentor: AccountId) -> ConversationId {
    let hash = Sha256::digest(format!("{product}:conversation:{student}:{mentor}"));
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(id).into_uuid().into()
}

fn must_be_active(by: &Member) -> Result<(), ChatError> {
    by.must_be_active().map_err(|_| ChatError::Paused)
}

impl Chat {
    /// Conversations in a store, told of over connections.
    pub fn new(store: Store, sockets: Sockets) -> Self {
        Self { limits: Limits::new(store.clone()), store, sockets }
    }

    /// Begins the conversation of a student and a mentor, of whom the caller is one, unless they have it; says whether it
    /// is new. Whom nobody sees in a list, nobody can write to: mentors must be approved.
    pub async fn begin(
        &self,
        cx: &Context,
        by: &Member,
        student: PersonKey,
        mentor: PersonKey,
    ) -> Result<(Conversation, bool), ChatError> {
        must_be_active(by)?;
        let student = self.store.person(cx.product, student).await?.ok_or(ChatError::NotFound("student"))?;
        let mentor = self.store.person(cx.product, mentor).await?.ok_or(ChatError::NotFound("mentor"))?;
        if student == mentor {
            return Err(ChatError::Oneself);
        }
        if by.id() != student && by.id() != mentor {
            return Err(ChatError::NotOneOfThem);
        }
        let id = id_of(cx.product, student, mentor);
        if let Some(known) = self.store.conversation(cx.product, id).await? {
            return Ok((known, false));
        }
        let student = self.member(cx, student, Side::Student).await?.ok_or(ChatError::NotFound("student"))?;
        let mentor = self.member(cx, mentor, Side::Mentor).await?.ok_or(ChatError::NotFound("mentor"))?;
        if !mentor.can_mentor() {
            // To everybody else a mentor who is not approved is none.
            let own = by.id() == mentor.account_id;
            return Err(if own { ChatError::MayNotBegin } else { ChatError::NotFound("mentor") });
        }
        let (student, mentor) = (Participant::of(&student, Side::Student), Participant::of(&mentor, Side::Mentor));
        Ok(self.store.begin_conversation(Conversation::new(id, cx.product, student, mentor, cx.now)).await?)
    }

    /// The conversation with somebody else; the caller is on the side that the other one is not on.
    pub async fn begin_with(&self, cx: &Context, by: &Member, other: PersonKey) -> Result<(Conversation, bool), ChatError> {
        let id = self.store.person(cx.product, other).await?.ok_or(ChatError::NotFound("user"))?;
        let own = PersonKey::Account(by.id());
        let as_student = match other {
            PersonKey::Number(number) => number.role() == Side::Mentor.role(),
            PersonKey::Account(_) => self.member(cx, id, Side::Mentor).await?.is_some(),
        };
        if as_student { self.begin(cx, by, own, other).await } else { self.begin(cx, by, other, own).await }
    }

    /// Somebody who may be on a side.
    async fn member(&self, cx: &Context, id: AccountId, side: Side) -> Result<Option<Membership>, ChatError> {
        let member = self.store.membership(cx.product, id).await?.map(|member| member.value);
        Ok(member.filter(|member| member.is(side.role()) && member.state != MemberState::Inactive))
    }

    /// A conversation of somebody's, and on which side he is. To everybody else there is none (hole 18).
    pub async fn own(&self, cx: &Context, by: AccountId, id: ConversationId) -> Result<(Conversation, Side), ChatError> {
        let found = self.store.conversation(cx.product, id).await?;
        let found = found.and_then(|conversation| conversation.side_of(by).map(|side| (conversation, side)));
        found.ok_or(ChatError::NotFound("conversation"))
    }

    /// Somebody's conversations, the latest first; those that he has as a mentor before those that he has as a student.
    pub async fn conversations(&self, cx: &Context, by: &Member, page: PageRequest) -> Result<Page<Conversation>, ChatError> {
        Ok(self.store.conversations(cx.product, &sides_of(&by.membership), by.id(), page).await?)
    }

    /// Keeps a conversation on top of one's own list, or no longer.
    pub async fn pin(
        &self,
        cx: &Context,
        by: &Member,
        id: ConversationId,
        pinned: bool,
    ) -> Result<(Conversation, Side), ChatError> {
        let (_, side) = self.own(cx, by.id(), id).await?;
        self.store.pin_conversation(cx.product, id, side, pinned).await?;
        self.own(cx, by.id(), id).await
    }
}

/// On which sides somebody may have conversations: who has lost a role has its number still, and of an admin it is not
/// known what he was.
fn sides_of(member: &Membership) -> Vec<Side> {
    let mentor = member.is(Role::Mentor) || member.mentor_number.is_some();
    let student = member.is(Role::Mentee) || member.student_number.is_some();
    match (mentor, student) {
        (true, false) if !member.is(Role::Admin) => vec![Side::Mentor],
        (false, true) if !member.is(Role::Admin) => vec![Side::Student],
        _ => vec![Side::Mentor, Side::Student],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_pair_has_one_id_and_the_sides_matter() {
        let (a, b) = (Uuid::from_u128(1).into(), Uuid::from_u128(2).into());
        assert_eq!(id_of(Product::AspireX, a, b), id_of(Product::AspireX, a, b));
        assert_ne!(id_of(Product::AspireX, a, b), id_of(Product::AspireX, b, a));
        assert_ne!(id_of(Product::AspireX, a, b), id_of(Product::Mansa, a, b));
    }
}
