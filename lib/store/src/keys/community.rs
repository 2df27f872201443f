//! The community. Everything about a post stands in its own partition, sorted so that the post comes right after its
//! comments: read backwards from the post, one query is the post with its newest comments.

use super::{Entry, Index, Key, entry};
use domain::{
    AccountId, CommentId, Instant, PostId, Product,
    community::{Category, Standing},
};

/// The sort key of a post in its partition; `COMMENT#` sorts before it, everything else behind.
pub const POST: &str = "POST";
/// The sort keys of what members see of a discussion begin so. A comment's id begins with its time.
pub const COMMENTS: &str = "COMMENT#";
/// The sort keys of hidden comments begin so.
pub const HIDDEN_COMMENTS: &str = "WITHHELD#";
/// The sort keys of reports and of their case begin so; the case comes last.
pub const REPORTS: &str = "REPORT";

/// A post with all that belongs to it.
pub fn discussion(product: Product, post: PostId) -> String {
    format!("{product}#POST#{post}")
}

/// A post.
pub fn post(product: Product, id: PostId) -> Key {
    Key::new(discussion(product, id), POST)
}

/// A comment; a hidden one stands aside, so that what members read needs no filter.
pub fn comment(product: Product, post: PostId, id: CommentId, standing: Standing) -> Key {
    let aside = match standing {
        Standing::Visible => COMMENTS,
        Standing::Hidden => HIDDEN_COMMENTS,
    };
    Key::new(discussion(product, post), format!("{aside}{id}"))
}

/// Says which post a comment is on, for whoever knows only the comment's id.
pub fn comment_place(product: Product, id: CommentId) -> Key {
    Key::new(format!("{product}#COMMENT#{id}"), "COMMENT")
}

/// A member's vote on a post.
pub fn vote(product: Product, post: PostId, member: AccountId) -> Key {
    Key::new(discussion(product, post), format!("VOTE#{member}"))
}

/// A member's report of a post.
pub fn report(product: Product, post: PostId, member: AccountId) -> Key {
    Key::new(discussion(product, post), format!("REPORT#{member}"))
}

/// The open case of a reported post.
pub fn report_case(product: Product, post: PostId) -> Key {
    Key::new(discussion(product, post), "REPORTED")
}

/// The posts that members see.
pub fn posts(product: Product) -> String {
    format!("{product}#POSTS")
}

/// Those of a category.
pub fn posts_in(product: Product, category: Category) -> String {
    format!("{product}#POSTS#{}", category.as_str())
}

/// The posts that moderators have hidden.
pub fn hidden_posts(product: Product) -> String {
    format!("{product}#HIDDEN_POSTS")
}

/// What a member posted.
pub fn posts_of(product: Product, author: AccountId) -> String {
    format!("{product}#AUTHOR#{author}#POSTS")
}

/// What a member commented.
pub fn comments_of(product: Product, author: AccountId) -> String {
    format!("{product}#AUTHOR#{author}#COMMENTS")
}

/// What a member reported.
pub fn reports_by(product: Product, reporter: AccountId) -> String {
    format!("{product}#AUTHOR#{reporter}#REPORTS")
}

/// A report's place among those of its maker.
pub fn report_entry(product: Product, post: PostId, reporter: AccountId, created: Instant) -> Entry {
    entry(Index::Own, reports_by(product, reporter), format!("{created}#{post}"))
}

/// The posts whose reports wait for a moderator.
pub fn reported_posts(product: Product) -> String {
    format!("{product}#REPORTED_POSTS")
}

/// A post's places in the indexes. A hidden one is in no category.
pub fn post_entries(
    product: Product,
    id: PostId,
    author: AccountId,
    category: Category,
    standing: Standing,
    created: Instant,
) -> Vec<Entry> {
    let sk = format!("{created}#{id}");
    let own = entry(Index::Own, posts_of(product, author), sk.clone());
    match standing {
        Standing::Visible => {
            vec![own, entry(Index::All, posts(product), sk.clone()), entry(Index::Mentor, posts_in(product, category), sk)]
        }
        Standing::Hidden => vec![own, entry(Index::All, hidden_posts(product), sk)],
    }
}

/// A comment's place among those of its author.
pub fn comment_entry(product: Product, id: CommentId, author: AccountId, created: Instant) -> Entry {
    entry(Index::Own, comments_of(product, author), format!("{created}#{id}"))
}

/// A case's place among those that wait.
pub fn case_entry(product: Product, post: PostId, opened: Instant) -> Entry {
    entry(Index::All, reported_posts(product), format!("{opened}#{post}"))
}
