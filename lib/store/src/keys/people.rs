//! Notes, the newsletter, the state of a product's site, a sign-in with Google that is under way.

use super::{Entry, Index, Key, entry};
use domain::{AccountId, Instant, NoteId, Product, account::Role, newsletter::NewsletterLink, text::Email};

/// A person's notes in a role.
pub fn notes(product: Product, account: AccountId, role: Role) -> String {
    format!("{product}#NOTES#{account}#{}", role.as_str())
}

/// One of them; ids begin with their time.
pub fn note(product: Product, account: AccountId, role: Role, id: NoteId) -> Key {
    Key::new(notes(product, account, role), id.to_string())
}

/// How a product's site stands.
pub fn site(product: Product) -> Key {
    Key::new(format!("{product}#SITE"), "SITE")
}

/// Somebody who gets the newsletter.
pub fn subscriber(product: Product, email: &Email) -> Key {
    Key::new(format!("{product}#NEWSLETTER#{email}"), "SUBSCRIBER")
}

/// All of them, the first one first.
pub fn subscribers(product: Product) -> String {
    format!("{product}#SUBSCRIBERS")
}

/// A subscriber's place in the index.
pub fn subscriber_entries(product: Product, email: &Email, at: Instant) -> Vec<Entry> {
    vec![entry(Index::All, subscribers(product), format!("{at}#{email}"))]
}

/// A mailed link about the newsletter, under its secret's hash.
pub fn newsletter_link(product: Product, email: &Email, link: NewsletterLink, secret_hash: &str) -> Key {
    Key::new(format!("{product}#NEWSLETTER#{email}"), format!("{}#{secret_hash}", link.as_str()))
}

/// A sign-in with Google that a browser began, under its state's hash.
pub fn google_sign_in(product: Product, state_hash: &str) -> Key {
    Key::new(format!("{product}#GOOGLE#{state_hash}"), "SIGN_IN")
}
