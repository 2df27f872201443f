use super::seen_post;
use crate::{
    Page, PageRequest, Record, Store, StoreError, Stored, TxError,
    change::Change,
    item::item,
    keys::{self, Index, Key},
    page::List,
    table::take,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, CommentId, PostId, Product,
    community::{Comment, Standing},
};
use serde::{Deserialize, Serialize};

/// Why a comment was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommentRefused {
    /// The post was deleted, hidden or locked meanwhile.
    PostClosed,
    /// The comment changed since it was read, or is gone.
    Moved,
}

/// Which post a comment is on.
#[derive(Serialize, Deserialize)]
struct Place {
    post_id: PostId,
}

fn key_of(comment: &Comment) -> Key {
    keys::comment(comment.product, comment.post_id, comment.id, comment.standing)
}

fn comment_item(comment: &Comment, rev: u64) -> Result<crate::Item, StoreError> {
    let entry = keys::comment_entry(comment.product, comment.id, comment.author.id, comment.created_at);
    item(&key_of(comment), &[entry], &Stored { value: comment, rev })
}

/// Only over what was read.
fn as_read(comment: &Stored<Comment>) -> Change {
    Change::default().when("rev", &comment.rev)
}

impl Store {
    /// Keeps a new comment, provided that its post takes one, and counts it there.
    pub async fn add_comment(&self, comment: &Comment, record: &Record) -> Result<(), TxError<CommentRefused>> {
        let c = comment;
        let counted = seen_post().add("comment_count", 1).when("locked", &false);
        let mut tx = Transaction::new();
        tx.update(self, &keys::post(c.product, c.post_id), &counted, CommentRefused::PostClosed);
        tx.put(self, comment_item(c, 0)?);
        tx.put(self, item(&keys::comment_place(c.product, c.id), &[], &Place { post_id: c.post_id })?);
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// A comment, visible or hidden.
    pub async fn comment(&self, product: Product, id: CommentId) -> Result<Option<Stored<Comment>>, StoreError> {
        let Some(Place { post_id }) = self.get(&keys::comment_place(product, id)).await? else { return Ok(None) };
        let places = [Standing::Visible, Standing::Hidden].map(|standing| keys::comment(product, post_id, id, standing));
        let mut found = self.batch_get(&places).await?;
        let [visible, hidden] = &places;
        Ok(take(&mut found, visible)?.or(take(&mut found, hidden)?))
    }

    /// The comments on a post that members see, newest first.
    pub async fn comments(&self, product: Product, post: PostId, page: PageRequest) -> Result<Page<Comment>, StoreError> {
        let list = List::of_table(keys::discussion(product, post)).starting_with(keys::COMMENTS);
        self.page(list.newest_first(), page).await
    }

    /// The comments on a post that moderators have hidden, newest first.
    pub async fn hidden_comments(&self, product: Product, post: PostId, page: PageRequest) -> Result<Page<Comment>, StoreError> {
        let list = List::of_table(keys::discussion(product, post)).starting_with(keys::HIDDEN_COMMENTS);
        self.page(list.newest_first(), page).await
    }

    /// What a member commented, newest first; hidden ones too.
    pub async fn comments_of(&self, product: Product, author: AccountId, page: PageRequest) -> Result<Page<Comment>, StoreError> {
        self.page(List::of_index(Index::Own, keys::comments_of(product, author)).newest_first(), page).await
    }

    /// Writes a visible comment anew over what was read, provided that its post still takes comments.
    pub async fn edit_comment(
        &self,
        before: &Stored<Comment>,
        after: &Comment,
        record: &Record,
    ) -> Result<(), TxError<CommentRefused>> {
        let open = seen_post().when("locked", &false);
        let mut tx = Transaction::new();
        tx.check(self, &keys::post(after.product, after.post_id), &open, CommentRefused::PostClosed);
        tx.replace(self, comment_item(after, before.rev + 1)?, &as_read(before), CommentRefused::Moved);
        tx.leave(self, record)?;
        tx.commit(self).await
    }

    /// Hides a comment or shows it again, over what was read, and counts; false when it changed meanwhile.
    pub async fn move_comment(&self, before: &Stored<Comment>, after: &Comment, record: &Record) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        tx.delete(self, &key_of(&before.value), &as_read(before), Some(()));
        tx.put(self, comment_item(after, before.rev + 1)?);
        tx.count_comment(self, after, if after.is_visible() { 1 } else { -1 });
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Deletes a comment over what was read; false when it changed meanwhile.
    pub async fn delete_comment(&self, before: &Stored<Comment>, record: &Record) -> Result<bool, StoreError> {
        let comment = &before.value;
        let mut tx = Transaction::new();
        tx.delete(self, &key_of(comment), &as_read(before), Some(()));
        tx.delete(self, &keys::comment_place(comment.product, comment.id), &Change::default(), None);
        if comment.is_visible() {
            tx.count_comment(self, comment, -1);
        }
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }
}

impl Transaction<()> {
    /// Counts a comment on its post, also on one that is hidden or deleted: what hangs on it stays true.
    fn count_comment(&mut self, store: &Store, comment: &Comment, by: i64) {
        let counted = Change::default().add("comment_count", by).when_exists();
        self.update(store, &keys::post(comment.product, comment.post_id), &counted, ());
    }
}
