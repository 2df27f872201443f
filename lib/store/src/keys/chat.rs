//! Conversations, open connections, and what people ask those who run the product.

use super::{Entry, Index, Key, entry};
use domain::{AccountId, ContactMessageId, ConversationId, Instant, MessageId, PostId, Product, SupportRequestId, chat::Side};

/// The sort keys of a conversation's messages begin so.
pub const MESSAGES: &str = "MESSAGE#";
/// No conversation gets as far.
const DIGITS: usize = 12;

/// A conversation with its messages.
pub fn messages(product: Product, conversation: ConversationId) -> String {
    format!("{product}#CONVERSATION#{conversation}")
}

/// A conversation.
pub fn conversation(product: Product, id: ConversationId) -> Key {
    Key::new(messages(product, id), "CONVERSATION")
}

/// A message, by its number within the conversation.
pub fn message(product: Product, conversation: ConversationId, sequence: u64) -> Key {
    Key::new(messages(product, conversation), message_sk(sequence))
}

/// The sort key of a message.
pub fn message_sk(sequence: u64) -> String {
    format!("{MESSAGES}{sequence:0DIGITS$}")
}

/// That a side has said what its client calls so.
pub fn said(product: Product, conversation: ConversationId, side: Side, client_id: &str) -> Key {
    Key::new(messages(product, conversation), format!("SAID#{}#{client_id}", side.participant()))
}

/// The conversations that somebody has on a side, and the index that lists them.
pub fn conversations(product: Product, side: Side, account: AccountId) -> (Index, String) {
    match side {
        Side::Student => (Index::Own, format!("{product}#STUDENT#{account}#CONVERSATIONS")),
        Side::Mentor => (Index::Mentor, format!("{product}#MENTOR#{account}#CONVERSATIONS")),
    }
}

/// A conversation's place in the list of a side; the latest stand last.
pub fn conversation_entry(product: Product, id: ConversationId, side: Side, account: AccountId, updated: Instant) -> Entry {
    let (index, partition) = conversations(product, side, account);
    entry(index, partition, format!("{updated}#{id}"))
}

/// What somebody wrote in conversations.
pub fn messages_by(product: Product, sender: AccountId) -> String {
    format!("{product}#AUTHOR#{sender}#MESSAGES")
}

/// A message's place among those of its author.
pub fn message_entry(product: Product, id: MessageId, sender: AccountId, sent: Instant) -> Entry {
    entry(Index::Own, messages_by(product, sender), format!("{sent}#{id}"))
}

/// A ticket that opens one connection, under its hash.
pub fn ticket(product: Product, account: AccountId, hash: &str) -> Key {
    Key::new(format!("ACCOUNT#{account}"), format!("TICKET#{product}#{hash}"))
}

/// An open connection, by the gateway's id.
pub fn connection(product: Product, connection: &str) -> Key {
    Key::new(format!("{product}#CONNECTION#{connection}"), "CONNECTION")
}

/// The open connections of somebody.
pub fn connections(product: Product, account: AccountId) -> String {
    format!("{product}#CONNECTIONS#{account}")
}

/// An open connection among those of its owner; the latest stand last.
pub fn connection_of(product: Product, account: AccountId, opened: Instant, connection: &str) -> Key {
    Key::new(connections(product, account), format!("{opened}#{connection}"))
}

/// Everything that members asked.
pub fn support_requests(product: Product) -> String {
    format!("{product}#SUPPORT_REQUESTS")
}

/// What a member asked.
pub fn support_requests_of(product: Product, account: AccountId) -> String {
    format!("{product}#USER#{account}#SUPPORT_REQUESTS")
}

/// What a member asked once.
pub fn support_request(product: Product, id: SupportRequestId) -> Key {
    Key::new(format!("{product}#SUPPORT_REQUEST#{id}"), "SUPPORT_REQUEST")
}

/// A request's places in the indexes.
pub fn support_request_entries(product: Product, id: SupportRequestId, account: AccountId, created: Instant) -> Vec<Entry> {
    let sk = format!("{created}#{id}");
    vec![entry(Index::All, support_requests(product), sk.clone()), entry(Index::Own, support_requests_of(product, account), sk)]
}

/// What visitors left in the contact form.
pub fn contact_messages(product: Product) -> String {
    format!("{product}#CONTACT_MESSAGES")
}

/// One of them. It is only ever listed, so that it stands in its list itself.
pub fn contact_message(product: Product, id: ContactMessageId) -> Key {
    Key::new(contact_messages(product), id.to_string())
}

/// That somebody has looked at a post; once for each person or address.
pub fn view(product: Product, post: PostId, viewer: &str) -> Key {
    Key::new(super::discussion(product, post), format!("VIEW#{viewer}"))
}
