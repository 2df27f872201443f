//! Conversations of two, and the connections over which people hear of them.

mod connections;
mod messages;

pub use connections::{Connection, MOST_CONNECTIONS, Ticket};
pub use messages::MessageRefused;

use crate::{
    Item, Page, PageRequest, Store, StoreError,
    change::{Change, Write},
    item::{item, read},
    keys::{self, Entry, PK},
    page::List,
};
use domain::{
    AccountId, ConversationId, Product,
    chat::{Conversation, Message, Side},
};

fn entries(conversation: &Conversation) -> Vec<Entry> {
    let c = conversation;
    let entry = |side| keys::conversation_entry(c.product, c.id, side, c.participant(side).id, c.updated_at);
    // Whoever has left has no lists any more.
    Side::BOTH.into_iter().filter(|side| !c.participant(*side).left).map(entry).collect()
}

fn conversation_item(conversation: &Conversation) -> Result<Item, StoreError> {
    item(&keys::conversation(conversation.product, conversation.id), &entries(conversation), conversation)
}

impl Store {
    /// Begins a conversation, unless the pair has one; answers the one that there is, and whether it is new.
    pub async fn begin_conversation(&self, new: Conversation) -> Result<(Conversation, bool), StoreError> {
        match self.put_or_see(conversation_item(&new)?, &Change::default().when_missing(PK)).await? {
            Write::Done => Ok((new, true)),
            Write::Refused(item) => Ok((read(item)?, false)),
        }
    }

    /// A conversation.
    pub async fn conversation(&self, product: Product, id: ConversationId) -> Result<Option<Conversation>, StoreError> {
        self.get(&keys::conversation(product, id)).await
    }

    /// The conversations that somebody has on some sides, one side after the other, each with the latest first.
    pub async fn conversations(
        &self,
        product: Product,
        sides: &[Side],
        account: AccountId,
        page: PageRequest,
    ) -> Result<Page<Conversation>, StoreError> {
        let list = |side| keys::conversations(product, side, account);
        let goes_on = |side: &&Side| page.after.as_ref().is_none_or(|after| after.is_in(list(**side).0));
        let (mut items, mut after) = (Vec::new(), page.after.clone());
        for side in sides.iter().skip_while(|side| !goes_on(side)) {
            let (index, partition) = list(*side);
            let left = page.limit.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX)).max(1);
            let request = PageRequest { limit: left, after: after.take() };
            let found: Page<Conversation> = self.page(List::of_index(index, partition).newest_first(), request).await?;
            items.extend(found.items);
            if found.next.is_some() {
                return Ok(Page { items, next: found.next });
            }
        }
        if after.is_some() {
            return Err(StoreError::WrongList);
        }
        Ok(Page { items, next: None })
    }

    /// Keeps a conversation on top of a side's list, or no longer; false when there is none.
    pub async fn pin_conversation(
        &self,
        product: Product,
        id: ConversationId,
        side: Side,
        pinned: bool,
    ) -> Result<bool, StoreError> {
        let change = Change::default().set(&format!("{}.pinned", side.progress()), &pinned).when_exists();
        self.change(&keys::conversation(product, id), &change).await
    }

    /// Notes that a side has read up to a message; false when it had read as far.
    pub async fn mark_read(&self, product: Product, side: Side, message: &Message) -> Result<bool, StoreError> {
        let field = |name: &str| format!("{}.{name}", side.progress());
        let change = Change::default()
            .set(&field("read_until"), &message.sequence)
            .set(&field("seen"), &message.sent_by(side.other()))
            .compare(&field("read_until"), "<", &message.sequence);
        self.change(&keys::conversation(product, message.conversation_id), &change).await
    }
}
