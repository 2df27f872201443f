use super::entries;
use crate::{
    Page, PageRequest, Record, Store, StoreError, TxError,
    change::Change,
    item::{item, until},
    keys::{self, Index, MESSAGES},
    page::List,
    transaction::Transaction,
};
use domain::{
    AccountId, ConversationId, EventId, Product,
    chat::{Conversation, Message, Side},
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// So long a message that comes again under its client's name for it is known.
const NAMES_REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// Why a message was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageRefused {
    /// Its side said before what its client calls so.
    Said,
    /// Another message came first, or what its notice depends on has changed.
    Moved,
}

/// Which message a client calls so.
#[derive(Serialize, Deserialize)]
struct Said {
    sequence: u64,
}

impl Store {
    /// Keeps a message as the next one of its conversation, unless another one came first. So numbers have no gaps, however
    /// many write at once. A message that its recipient is told of by a notice, since he had read everything before it,
    /// names that notice; without one he must have read no further than what the message was made of.
    pub async fn add_message(
        &self,
        after: &Conversation,
        message: &Message,
        notice: Option<EventId>,
        record: &Record,
    ) -> Result<(), TxError<MessageRefused>> {
        let (product, sender) = (after.product, message.sender);
        let counted = Change::default()
            .set("sequence", &message.sequence)
            .set(&format!("{}.sent", sender.progress()), &message.sent_by(sender))
            .set("last", &after.last)
            .set("updated_at", &after.updated_at)
            .when("sequence", &(message.sequence - 1));
        let recipient = |field: &str| format!("{}.{field}", sender.other().progress());
        let counted = match notice {
            Some(notice) => counted.set(&recipient("notice"), &notice),
            None => counted.when(&recipient("read_until"), &after.progress(sender.other()).read_until),
        };
        let counted = entries(after).iter().fold(counted, Change::enter);
        let place = keys::message_entry(product, message.id, message.sender_id, message.sent_at);
        let mut tx = Transaction::new();
        if let Some(client_id) = &message.client_id {
            let said =
                item(&keys::said(product, after.id, sender, client_id.as_str()), &[], &Said { sequence: message.sequence })?;
            tx.create(self, until(said, message.sent_at.plus(NAMES_REMEMBERED)), MessageRefused::Said);
        }
        tx.update(self, &keys::conversation(product, after.id), &counted, MessageRefused::Moved);
        tx.put(self, item(&keys::message(product, after.id, message.sequence), &[place], message)?);
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// The message that a side's client calls so, as long as that is remembered.
    pub async fn message_called(
        &self,
        product: Product,
        id: ConversationId,
        side: Side,
        client_id: &str,
    ) -> Result<Option<Message>, StoreError> {
        let said: Option<Said> = self.get(&keys::said(product, id, side, client_id)).await?;
        match said {
            Some(said) => self.message(product, id, said.sequence).await,
            None => Ok(None),
        }
    }

    /// A message by its number.
    pub async fn message(&self, product: Product, id: ConversationId, sequence: u64) -> Result<Option<Message>, StoreError> {
        self.get(&keys::message(product, id, sequence)).await
    }

    /// The messages of a conversation, the latest first.
    pub async fn messages(&self, product: Product, id: ConversationId, page: PageRequest) -> Result<Page<Message>, StoreError> {
        let list = List::of_table(keys::messages(product, id)).starting_with(MESSAGES);
        self.page(list.newest_first(), page).await
    }

    /// The messages of a conversation behind a number, the earliest first.
    pub async fn messages_after(
        &self,
        product: Product,
        id: ConversationId,
        sequence: u64,
        page: PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        let list = List::of_table(keys::messages(product, id));
        let list = list.between(keys::message_sk(sequence.saturating_add(1)), keys::message_sk(u64::MAX));
        self.page(list, page).await
    }

    /// What somebody wrote in conversations, the latest first.
    pub async fn messages_by(&self, product: Product, sender: AccountId, page: PageRequest) -> Result<Page<Message>, StoreError> {
        self.page(List::of_index(Index::Own, keys::messages_by(product, sender)).newest_first(), page).await
    }
}
