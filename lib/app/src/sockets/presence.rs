//! Who is there: with his first connection somebody comes, with his last one he goes.

use super::{Frame, Sockets};
use crate::Context;
use domain::{
    AccountId,
    chat::{Conversation, Side},
};
use futures::future::join_all;
use std::collections::BTreeSet;
use store::{Connection, PageRequest, StoreError};

/// Of so many, those whom somebody talked with last, is told who comes and goes.
const PARTNERS: u32 = 50;

impl Sockets {
    /// The conversations that somebody had last, with the sides that he is on.
    pub(crate) async fn latest_talks(&self, cx: &Context, id: AccountId) -> Result<Vec<(Conversation, Side)>, StoreError> {
        let page = PageRequest::first(PARTNERS);
        let found = self.store.conversations(cx.product, &[Side::Mentor, Side::Student], id, page).await?;
        let with_side = |conversation: Conversation| conversation.side_of(id).map(|side| (conversation, side));
        Ok(found.items.into_iter().filter_map(with_side).collect())
    }

    /// Tells those with whom somebody talked last that he came, unless an earlier connection of his has told them. Of
    /// connections that open at once one is the earliest, so that at least one tells. Nobody is refused for it.
    pub async fn tell_came(&self, cx: &Context, connection: &Connection) {
        self.patiently(async {
            match self.store.connections(cx.product, connection.account_id, cx.now).await {
                Ok(open) => {
                    let place = |connection: &Connection| (connection.connected_at, connection.id.clone());
                    if open.iter().all(|other| place(connection) <= place(other)) {
                        let gone = self.told_presence(cx, connection.account_id, true).await;
                        self.told_of_gone(cx, gone).await;
                    }
                }
                Err(error) => tracing::warn!(%error, "nobody was told who came"),
            }
        })
        .await;
    }

    /// Tells those with whom somebody talked last that he went, unless he has a connection left.
    pub async fn tell_went(&self, cx: &Context, id: AccountId) {
        self.patiently(self.told_of_gone(cx, vec![id])).await;
    }

    /// Tells of people who lost a connection, and of those who are found to have lost theirs while that is told.
    pub(super) async fn told_of_gone(&self, cx: &Context, mut gone: Vec<AccountId>) {
        let mut known = BTreeSet::new();
        while let Some(id) = gone.pop() {
            if !known.insert(id) {
                continue;
            }
            match self.is_connected(cx.product, id, cx.now).await {
                Ok(true) => {}
                Ok(false) => gone.extend(self.told_presence(cx, id, false).await),
                Err(error) => tracing::warn!(%error, "nobody was told who went"),
            }
        }
    }

    /// Tells everybody at once; answers whose connections were found gone.
    async fn told_presence(&self, cx: &Context, id: AccountId, online: bool) -> Vec<AccountId> {
        let talks = match self.latest_talks(cx, id).await {
            Ok(talks) => talks,
            Err(error) => {
                tracing::warn!(%error, "partners could not be read");
                return Vec::new();
            }
        };
        // He has a number for each side that he is on.
        let tell = async |side: Side| {
            let his: Vec<_> = talks.iter().filter(|(_, on)| *on == side).map(|(conversation, _)| conversation).collect();
            let Some(conversation) = his.first() else { return Vec::new() };
            let frame = Frame::presence(conversation.participant(side).shown_id(), online, cx.now);
            let partners: Vec<_> = his.iter().map(|conversation| conversation.participant(side.other()).id).collect();
            self.told(cx, &partners, &frame).await
        };
        join_all([tell(Side::Student), tell(Side::Mentor)]).await.concat()
    }
}
