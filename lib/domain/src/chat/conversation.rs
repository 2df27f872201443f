use crate::{
    AccountId, ConversationId, EventId, Instant, MessageId, Product,
    account::{Membership, PublicNumber, Role},
    community::never_empty,
    text::{Line, PersonName, Prose},
};
use serde::{Deserialize, Serialize};

never_empty! {
    /// What somebody writes to another: 1 to 4000 characters, so that it always fits into a frame.
    MessageText: 4000, "Write something";
}

/// What a client calls a message; it calls no other one of the same conversation so.
pub type ClientId = Line<64>;

/// As much of the last message as a list of conversations shows.
const SHOWN_OF_LAST: usize = 200;

/// On which side of a conversation somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Side {
    Student,
    Mentor,
}

impl Side {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Student, Self::Mentor];

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Student => Self::Mentor,
            Self::Mentor => Self::Student,
        }
    }

    /// The role of whoever is on it.
    pub fn role(self) -> Role {
        match self {
            Self::Student => Role::Mentee,
            Self::Mentor => Role::Mentor,
        }
    }

    /// The attribute of a conversation that holds how far this side is.
    pub fn progress(self) -> &'static str {
        match self {
            Self::Student => "student_progress",
            Self::Mentor => "mentor_progress",
        }
    }

    /// The attribute that holds who is on this side.
    pub fn participant(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Mentor => "mentor",
        }
    }
}

/// Somebody who takes part. Name and number are copies, taken when it began.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    pub id: AccountId,
    pub name: PersonName,
    #[serde(default)]
    pub number: Option<PublicNumber>,
    /// Whether he has left the product.
    #[serde(default)]
    pub left: bool,
}

impl Participant {
    /// A member on a side.
    pub fn of(member: &Membership, side: Side) -> Self {
        let number = match side {
            Side::Student => member.student_number,
            Side::Mentor => member.mentor_number,
        };
        Self { id: member.account_id, name: member.name.clone(), number, left: false }
    }

    /// What people know him by: the number, or else the account's id.
    pub fn shown_id(&self) -> String {
        self.number.map_or_else(|| self.id.to_string(), |number| number.to_string())
    }
}

/// How far a side is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// How many messages it wrote.
    pub sent: u64,
    /// How many of the other side's it has read.
    pub seen: u64,
    /// The sequence number up to which it has read.
    pub read_until: u64,
    /// Whether it keeps the conversation on top of its list.
    pub pinned: bool,
    /// The event of the notice that told it last of something unread.
    #[serde(default)]
    pub notice: Option<EventId>,
}

/// The last message, as lists show it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LastMessage {
    pub id: MessageId,
    pub sender: Side,
    pub content: Prose<SHOWN_OF_LAST>,
    pub sent_at: Instant,
}

/// A conversation of a student and a mentor. A pair has one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Conversation {
    pub id: ConversationId,
    pub product: Product,
    pub student: Participant,
    pub mentor: Participant,
    /// That of the last message; messages are numbered from 1 without a gap.
    pub sequence: u64,
    #[serde(default)]
    pub student_progress: Progress,
    #[serde(default)]
    pub mentor_progress: Progress,
    #[serde(default)]
    pub last: Option<LastMessage>,
    pub created_at: Instant,
    /// When the last message was written, or it was begun.
    pub updated_at: Instant,
}

/// A message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub sequence: u64,
    pub sender: Side,
    pub sender_id: AccountId,
    pub content: MessageText,
    /// What the client called it when it sent it, to know it again.
    #[serde(default)]
    pub client_id: Option<ClientId>,
    pub sent_at: Instant,
    /// How many messages each side had written then, this one included: what is unread is the difference to now.
    pub student_sent: u64,
    pub mentor_sent: u64,
}

impl Message {
    /// How many messages a side had written then.
    pub fn sent_by(&self, side: Side) -> u64 {
        match side {
            Side::Student => self.student_sent,
            Side::Mentor => self.mentor_sent,
        }
    }
}

impl Conversation {
    /// A new conversation, in which nobody has said anything.
    pub fn new(id: ConversationId, product: Product, student: Participant, mentor: Participant, now: Instant) -> Self {
        let (student_progress, mentor_progress) = (Progress::default(), Progress::default());
        Self {
            id,
            product,
            student,
            mentor,
            sequence: 0,
            student_progress,
            mentor_progress,
            last: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// On which side somebody is; none when it is no conversation of his.
    pub fn side_of(&self, id: AccountId) -> Option<Side> {
        Side::BOTH.into_iter().find(|side| self.participant(*side).id == id)
    }

    /// Who is on a side.
    pub fn participant(&self, side: Side) -> &Participant {
        match side {
            Side::Student => &self.student,
            Side::Mentor => &self.mentor,
        }
    }

    /// How far a side is.
    pub fn progress(&self, side: Side) -> &Progress {
        match side {
            Side::Student => &self.student_progress,
            Side::Mentor => &self.mentor_progress,
        }
    }

    fn progress_mut(&mut self, side: Side) -> &mut Progress {
        match side {
            Side::Student => &mut self.student_progress,
            Side::Mentor => &mut self.mentor_progress,
        }
    }

    /// How many messages of the other side a side has not read.
    pub fn unread(&self, side: Side) -> u64 {
        self.progress(side.other()).sent.saturating_sub(self.progress(side).seen)
    }

    /// Whether a side has read a message of the other's.
    pub fn has_read(&self, side: Side, sequence: u64) -> bool {
        self.progress(side).read_until >= sequence
    }

    /// The conversation after one more message, and the message.
    pub fn said(
        &self,
        sender: Side,
        id: MessageId,
        (content, client_id): (MessageText, Option<ClientId>),
        now: Instant,
    ) -> (Self, Message) {
        let mut after = self.clone();
        after.sequence += 1;
        after.progress_mut(sender).sent += 1;
        // Instants never go back, also when machines' clocks differ a little.
        after.updated_at = now.max(self.updated_at);
        let shown: String = content.as_str().chars().take(SHOWN_OF_LAST).collect();
        let shown = Prose::parse(&shown).unwrap_or_default();
        after.last = Some(LastMessage { id, sender, content: shown, sent_at: now });
        let message = Message {
            id,
            conversation_id: self.id,
            sequence: after.sequence,
            sender,
            sender_id: self.participant(sender).id,
            content,
            client_id,
            sent_at: now,
            student_sent: after.student_progress.sent,
            mentor_sent: after.mentor_progress.sent,
        };
        (after, message)
    }

    /// The conversation once a side has read up to a message; none when it had read as far.
    pub fn read(&self, side: Side, message: &Message) -> Option<Self> {
        let mut after = self.clone();
        let seen = message.sent_by(side.other());
        let progress = after.progress_mut(side);
        if progress.read_until >= message.sequence {
            return None;
        }
        (progress.read_until, progress.seen) = (message.sequence, seen.max(progress.seen));
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn at(second: u32) -> Instant {
        Instant::parse(&format!("2026-02-01T10:00:{second:02}Z")).unwrap()
    }

    fn conversation() -> Conversation {
        let person = |n: u128, name: &str| Participant {
            id: Uuid::from_u128(n).into(),
            name: PersonName::parse(name).unwrap(),
            number: None,
            left: false,
        };
        let id = Uuid::from_u128(7).into();
        Conversation::new(id, Product::AspireX, person(1, "Some Student"), person(2, "Some Mentor"), at(0))
    }

    fn text(words: &str) -> MessageText {
        MessageText::parse(words).unwrap()
    }

    #[test]
    fn messages_are_numbered_and_what_the_other_side_wrote_is_unread() {
        let mut now = conversation();
        let mut messages = Vec::new();
        for (n, side) in [Side::Student, Side::Mentor, Side::Mentor, Side::Student].into_iter().enumerate() {
            let (after, message) = now.said(side, Uuid::from_u128(n as u128).into(), (text("Hello"), None), at(1));
            messages.push(message);
            now = after;
        }
        assert_eq!(messages.iter().map(|message| message.sequence).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!((now.unread(Side::Student), now.unread(Side::Mentor)), (2, 2));
        let read = now.read(Side::Mentor, &messages[1]).unwrap();
        assert_eq!((read.unread(Side::Mentor), read.unread(Side::Student)), (1, 2));
        assert!(read.has_read(Side::Mentor, 2) && !read.has_read(Side::Mentor, 3));
        assert!(read.read(Side::Mentor, &messages[0]).is_none(), "reading does not go back");
        assert_eq!(read.read(Side::Mentor, &messages[3]).unwrap().unread(Side::Mentor), 0);
    }

    #[test]
    fn time_does_not_go_back_within_a_conversation() {
        let (later, _) = conversation().said(Side::Student, Uuid::nil().into(), (text("First"), None), at(5));
        let (after, message) = later.said(Side::Mentor, Uuid::nil().into(), (text(&"ä".repeat(300)), None), at(3));
        assert_eq!((after.updated_at, message.sent_at), (at(5), at(3)));
        assert_eq!(after.last.unwrap().content.as_str().chars().count(), 200);
    }

    #[test]
    fn a_stranger_is_on_no_side() {
        let conversation = conversation();
        assert_eq!(conversation.side_of(Uuid::from_u128(2).into()), Some(Side::Mentor));
        assert_eq!(conversation.side_of(Uuid::from_u128(3).into()), None);
    }
}
