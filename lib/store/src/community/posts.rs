use crate::{
    Item, Page, PageRequest, Record, Store, StoreError, Stored,
    change::Change,
    item::{item, read, text},
    keys::{self, Index, Key, SK},
    page::List,
    transaction::{Transaction, done, never},
};
use domain::{
    AccountId, Instant, PostId, Product,
    community::{Category, Comment, Post},
};
use std::collections::HashMap;

/// A post with its newest comments, as members see it.
#[derive(Debug)]
pub struct Discussion {
    pub post: Stored<Post>,
    pub comments: Vec<Comment>,
}

/// What stands in `standing` once a post is deleted. The item stays, since comments, votes and reports hang on it.
const DELETED: &str = "deleted";

fn live(item: Item) -> Result<Option<Stored<Post>>, StoreError> {
    if text(&item, "standing") == Some(DELETED) { Ok(None) } else { read(item).map(Some) }
}

/// Takes a post out of a batch; none when it is deleted.
pub(super) fn taken(found: &mut HashMap<Key, Item>, key: &Key) -> Result<Option<Stored<Post>>, StoreError> {
    found.remove(key).map_or(Ok(None), live)
}

fn entries(post: &Post) -> Vec<keys::Entry> {
    keys::post_entries(post.product, post.id, post.author.id, post.writing.category, post.standing, post.created_at)
}

impl Store {
    /// Keeps a new post.
    pub async fn add_post(&self, post: &Post, record: &Record) -> Result<(), StoreError> {
        let mut tx = Transaction::new();
        tx.put(self, item(&keys::post(post.product, post.id), &entries(post), &Stored { value: post, rev: 0 })?);
        tx.leave(self, record)?;
        tx.commit(self).await.map_err(never)
    }

    /// A post, visible or hidden.
    pub async fn post(&self, product: Product, id: PostId) -> Result<Option<Stored<Post>>, StoreError> {
        let key = keys::post(product, id);
        taken(&mut self.batch_get(std::slice::from_ref(&key)).await?, &key)
    }

    /// A post with so many of its newest comments, in one query.
    pub async fn discussion(&self, product: Product, id: PostId, comments: u32) -> Result<Option<Discussion>, StoreError> {
        let list = List::of_table(keys::discussion(product, id)).up_to(keys::POST.to_owned()).newest_first();
        let (items, _) = self.query(&list, &PageRequest::first(comments + 1)).await?;
        let mut items = items.into_iter();
        let Some(first) = items.next().filter(|item| text(item, SK) == Some(keys::POST)) else { return Ok(None) };
        let Some(post) = live(first)? else { return Ok(None) };
        Ok(Some(Discussion { post, comments: items.map(read).collect::<Result<_, _>>()? }))
    }

    /// The posts that members see, all or of a category, newest first.
    pub async fn posts(&self, product: Product, category: Option<Category>, page: PageRequest) -> Result<Page<Post>, StoreError> {
        let list = match category {
            None => List::of_index(Index::All, keys::posts(product)),
            Some(category) => List::of_index(Index::Mentor, keys::posts_in(product, category)),
        };
        self.page(list.newest_first(), page).await
    }

    /// The posts that moderators have hidden, newest first.
    pub async fn hidden_posts(&self, product: Product, page: PageRequest) -> Result<Page<Post>, StoreError> {
        self.page(List::of_index(Index::All, keys::hidden_posts(product)).newest_first(), page).await
    }

    /// What a member posted, newest first; hidden ones too.
    pub async fn posts_of(&self, product: Product, author: AccountId, page: PageRequest) -> Result<Page<Post>, StoreError> {
        self.page(List::of_index(Index::Own, keys::posts_of(product, author)).newest_first(), page).await
    }

    /// Changes words or standing of a post over what was read; false when it changed meanwhile. What is counted of it
    /// may have moved on. A post that is hidden has its reports answered.
    pub async fn change_post(&self, before: &Stored<Post>, after: &Post, record: &Record) -> Result<bool, StoreError> {
        let (w, key) = (&after.writing, keys::post(after.product, after.id));
        let change = Change::default()
            .set("title", &w.title)
            .set("content", &w.content)
            .set("category", &w.category)
            .set("tags", &w.tags)
            .set("standing", &after.standing)
            .set("locked", &after.locked)
            .set("updated_at", &after.updated_at)
            .add("rev", 1)
            .when("rev", &before.rev);
        let change = match &after.hidden_because {
            Some(reason) => change.set("hidden_because", reason),
            None => change.remove("hidden_because"),
        };
        let change = entries(after).iter().fold(change, Change::enter);
        let hides = before.value.is_visible() && !after.is_visible();
        let change = if hides { change.leave(Index::Mentor) } else { change };
        let mut tx = Transaction::new();
        tx.update(self, &key, &change, ());
        if hides {
            tx.close_case(self, after.product, after.id);
        }
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// Deletes a post over what was read; false when it changed meanwhile. Its words and its author go, and it leaves
    /// every list; what was said beneath it stays its authors' own.
    pub async fn delete_post(&self, before: &Stored<Post>, now: Instant, record: &Record) -> Result<bool, StoreError> {
        let post = &before.value;
        let words = ["title", "content", "category", "tags", "author", "hidden_because"];
        let change = Change::default().set("standing", &DELETED).set("updated_at", &now).add("rev", 1).when("rev", &before.rev);
        let change = words.into_iter().fold(change, Change::remove);
        let change = [Index::All, Index::Own, Index::Mentor].into_iter().fold(change, Change::leave);
        let mut tx = Transaction::new();
        tx.update(self, &keys::post(post.product, post.id), &change, ());
        tx.close_case(self, post.product, post.id);
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }
}
