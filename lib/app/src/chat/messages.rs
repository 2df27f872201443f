use super::{Chat, ChatError, must_be_active};
use crate::{Context, limits::MESSAGES, sockets::Frame};
use domain::{
    AccountId, ConversationId,
    account::Member,
    chat::{ClientId, Conversation, Message, MessageText, Side},
    event::{Detail, Event},
};
use std::time::Duration;
use store::{MessageRefused, Page, PageRequest, Record, StoreError, TxError};

/// Others may write at the same time, and of all who do one is always first.
const ROUNDS: u32 = 120;
/// The longest that is waited between two rounds.
const LONGEST_WAIT_MS: u64 = 120;

/// A part of a conversation's history.
#[derive(Debug)]
pub struct History {
    pub conversation: Conversation,
    pub side: Side,
    /// The earliest first.
    pub messages: Page<Message>,
    /// Whether they are the latest, looked at for their own sake.
    shows_latest: bool,
}

impl Chat {
    /// Says something in one's own conversation. It is stored first; then everybody in it is told who is connected. What
    /// comes again under the client's name for it is the message that there is, of which he alone is told again.
    pub async fn say(
        &self,
        cx: &Context,
        by: &Member,
        id: ConversationId,
        content: MessageText,
        client_id: Option<ClientId>,
    ) -> Result<(Conversation, Message), ChatError> {
        must_be_active(by)?;
        self.limits.take(cx, MESSAGES, &format!("account:{}", by.id())).await?;
        for round in 0..ROUNDS {
            let (before, side) = self.own(cx, by.id(), id).await?;
            if before.participant(side.other()).left {
                return Err(ChatError::Left);
            }
            let (after, message) = before.said(side, cx.id(), (content.clone(), client_id.clone()), cx.now);
            let told = arrival(cx, &before, side, &message);
            let notice = told.as_ref().map(|event| event.id);
            let record = told.map_or_else(Record::default, Record::event).once(cx.once.clone());
            match self.store.add_message(&after, &message, notice, &record).await {
                Ok(()) => {
                    let people = [after.student.id, after.mentor.id];
                    self.sockets.tell(cx, &people, &Frame::message(&after, &message)).await;
                    return Ok((after, message));
                }
                Err(TxError::Refused(MessageRefused::Said)) => return self.said_before(cx, (before, side), &message).await,
                // Somebody else was first: his message is read, and ours comes behind it. A busy table was tried often
                // enough by the transaction itself.
                Err(TxError::Refused(MessageRefused::Moved)) => back_off(round).await,
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Busy("a conversation kept moving on".to_owned()).into())
    }

    /// The message that came before under the name of this one, which must say the same.
    async fn said_before(
        &self,
        cx: &Context,
        (before, side): (Conversation, Side),
        again: &Message,
    ) -> Result<(Conversation, Message), ChatError> {
        let called = again.client_id.as_ref().map(ClientId::as_str).unwrap_or_default();
        let known = self.store.message_called(cx.product, before.id, side, called).await?;
        let known = known.ok_or_else(|| StoreError::Busy("a message's name was just forgotten".to_owned()))?;
        if known.content != again.content {
            return Err(ChatError::NameTaken);
        }
        self.sockets.tell(cx, &[known.sender_id], &Frame::message(&before, &known)).await;
        Ok((before, known))
    }

    /// The latest messages of somebody's own conversation, or those before a position.
    pub async fn history(
        &self,
        cx: &Context,
        by: AccountId,
        id: ConversationId,
        page: PageRequest,
    ) -> Result<History, ChatError> {
        let (conversation, side) = self.own(cx, by, id).await?;
        let shows_latest = page.after.is_none();
        let mut messages = self.store.messages(cx.product, id, page).await?;
        messages.items.reverse();
        Ok(History { conversation, side, messages, shows_latest })
    }

    /// Whoever looks at the latest messages has read them, and the other one is told so.
    pub async fn looked_at(&self, cx: &Context, mut history: History) -> Result<History, ChatError> {
        if let Some(last) = history.messages.items.last().filter(|_| history.shows_latest)
            && let Some(read) = self.read_up_to(cx, &history.conversation, history.side, last).await?
        {
            history.conversation = read;
        }
        Ok(history)
    }

    /// The messages behind a number, the earliest first: for whoever was away for a while.
    pub async fn history_after(
        &self,
        cx: &Context,
        by: AccountId,
        id: ConversationId,
        sequence: u64,
        page: PageRequest,
    ) -> Result<History, ChatError> {
        let (conversation, side) = self.own(cx, by, id).await?;
        let messages = self.store.messages_after(cx.product, id, sequence, page).await?;
        Ok(History { conversation, side, messages, shows_latest: false })
    }

    /// Notes that one has read up to a message, or everything.
    pub async fn read(
        &self,
        cx: &Context,
        by: &Member,
        id: ConversationId,
        up_to: Option<u64>,
    ) -> Result<(Conversation, Side), ChatError> {
        let (conversation, side) = self.own(cx, by.id(), id).await?;
        let sequence = up_to.map_or(conversation.sequence, |up_to| up_to.min(conversation.sequence));
        let Some(message) = self.store.message(cx.product, id, sequence).await? else { return Ok((conversation, side)) };
        let read = self.read_up_to(cx, &conversation, side, &message).await?;
        Ok((read.unwrap_or(conversation), side))
    }

    /// The conversation once a side has read up to a message; none when it had read as far.
    async fn read_up_to(
        &self,
        cx: &Context,
        before: &Conversation,
        side: Side,
        message: &Message,
    ) -> Result<Option<Conversation>, ChatError> {
        let Some(after) = before.read(side, message) else { return Ok(None) };
        if self.store.mark_read(cx.product, side, message).await? {
            let people = [after.student.id, after.mentor.id];
            // What told him that something is unread is done with, unless something came meanwhile.
            let now = self.store.conversation(cx.product, after.id).await?.filter(|now| now.unread(side) == 0);
            if let Some(notice) = now.and_then(|now| now.progress(side).notice) {
                self.store.read_notice(cx.product, after.participant(side).id, notice, cx.now).await?;
            }
            self.sockets.tell(cx, &people, &Frame::read(&after, side, message)).await;
        }
        Ok(Some(after))
    }
}

/// What a message has to tell of: whoever had read everything before it is told that there is something. That takes the
/// place of what he was told before of this conversation.
fn arrival(cx: &Context, before: &Conversation, sender: Side, message: &Message) -> Option<Event> {
    let recipient = sender.other();
    if before.unread(recipient) > 0 {
        return None;
    }
    Some(cx.event(Detail::MessageArrived {
        conversation_id: before.id,
        message_id: message.id,
        sender_id: message.sender_id,
        sender_name: before.participant(sender).name.clone(),
        recipient_id: before.participant(recipient).id,
        replaces: before.progress(recipient).notice,
    }))
}

/// Waits a little, at random, so that rivals do not meet again.
async fn back_off(round: u32) {
    let longest = (8u64 << round.min(4)).min(LONGEST_WAIT_MS);
    tokio::time::sleep(Duration::from_millis(longest).mul_f64(rand::random())).await;
}
