//! What people are told in the product alone, and the answers to what they asked.

use super::{NoticeError, Notifier, content::Notice, page::Page};
use domain::{
    AccountId, Instant, Product,
    booking::Party,
    event::{Detail, Event},
    notice::{InAppNotice, NoticeType, kind_of},
};
use store::{Standing, StoreError};

/// Something that is worth no mail.
pub(super) struct Shown {
    pub to: AccountId,
    title: String,
    message: String,
    link: &'static str,
}

impl Shown {
    /// The notice of an event.
    pub fn of(self, product: Product, event: &Event) -> InAppNotice {
        InAppNotice {
            id: event.id,
            product,
            account_id: self.to,
            kind: kind_of(event),
            notice_type: NoticeType::of(&event.detail),
            title: self.title,
            message: self.message,
            link: Some(self.link.to_owned()),
            created_at: event.occurred_at,
            read_at: None,
        }
    }
}

impl Notifier {
    /// Shows a member something in the product alone.
    pub(super) async fn show(&self, product: Product, event: &Event, shown: Shown, now: Instant) -> Result<(), NoticeError> {
        let standings = self.store.standings(product, &[shown.to]).await?;
        if !matches!(standings.get(&shown.to), Some(Standing::Member(_))) {
            return Ok(());
        }
        let (to, holds) = (shown.to, self.still_holds(product, event).await?);
        if holds {
            self.keep(product, event, &shown.of(product, event), now).await?;
        }
        // Also by what need not be told any more: the next notice takes that one's place alone.
        if let Detail::MessageArrived { replaces: Some(before), .. } = &event.detail {
            self.store.drop_notice(product, to, *before).await?;
        }
        // Whoever read meanwhile found no notice to mark.
        if holds && !self.still_holds(product, event).await? {
            self.store.drop_notice(product, to, event.id).await?;
        }
        Ok(())
    }

    /// Whether there is still something to tell: messages may have been read, and told of anew, since an event happened.
    async fn still_holds(&self, product: Product, event: &Event) -> Result<bool, StoreError> {
        let Detail::MessageArrived { conversation_id, recipient_id, .. } = &event.detail else { return Ok(true) };
        let Some(now) = self.store.conversation(product, *conversation_id).await? else { return Ok(false) };
        Ok(now.side_of(*recipient_id).is_some_and(|side| now.unread(side) > 0 && now.progress(side).notice == Some(event.id)))
    }
}

/// Who is shown what of an event, in a product that tells of such things.
pub(super) fn shown(product: Product, detail: &Detail) -> Option<Shown> {
    if product != Product::AspireX {
        return None;
    }
    let to = |to: &AccountId, title: &str, message: String, link: &'static str| {
        Some(Shown { to: *to, title: title.to_owned(), message, link })
    };
    match detail {
        Detail::MessageArrived { sender_name, recipient_id, .. } => {
            to(recipient_id, "New message", format!("{sender_name} wrote to you."), "/messages")
        }
        Detail::CommentAdded { author_id, author_name, post_author_id, .. } if author_id != post_author_id => {
            to(post_author_id, "New comment", format!("{author_name} commented on your post."), "/community")
        }
        Detail::PostLiked { post_author_id, member_name, .. } => {
            to(post_author_id, "Your post is liked", format!("{member_name} likes your post."), "/community")
        }
        Detail::PublicEventTakenDown { organizer_id, title, .. } => {
            to(organizer_id, "Event removed", format!("An admin removed your event {title}."), "/events")
        }
        _ => None,
    }
}

/// The answer to what a member asked.
pub(super) fn support_answered(to: Party, subject: &str, answer: &str) -> Notice {
    let page = Page {
        title: "We have answered you".to_owned(),
        paragraphs: vec![format!("You asked us about: {subject}"), answer.to_owned()],
        ..Page::default()
    };
    Notice::new(to, format!("Our answer: {subject}"), page)
}
