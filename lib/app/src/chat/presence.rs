use super::{Chat, ChatError};
use crate::Context;
use domain::{
    account::Member,
    chat::{Conversation, Participant, Side},
};
use futures::future::try_join_all;

/// Somebody one talks with, and whether he is connected.
#[derive(Debug)]
pub struct Partner {
    pub who: Participant,
    pub online: bool,
}

impl Chat {
    /// Those with whom somebody talked last, and whether they are connected.
    pub async fn partners(&self, cx: &Context, by: &Member) -> Result<Vec<Partner>, ChatError> {
        let talks = self.sockets.latest_talks(cx, by.id()).await?;
        let look = async |conversation: Conversation, side: Side| {
            let who = conversation.participant(side.other()).clone();
            let online = self.sockets.is_connected(cx.product, who.id, cx.now).await?;
            Ok(Partner { who, online })
        };
        try_join_all(talks.into_iter().map(|(conversation, side)| look(conversation, side))).await
    }
}
