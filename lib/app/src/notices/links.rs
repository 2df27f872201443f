//! Links with tokens, made when their mail is sent.

use super::{
    Notifier,
    content::{MailedLink, Notice},
    settings::Places,
};
use crate::tokens::{MailToken, OpaqueKind, OpaqueToken};
use domain::{Instant, Product, account::TokenPurpose, newsletter::NewsletterLink, text::Email};
use jiff::SignedDuration;
use store::{MailedToken, StoreError};

/// A mailed set-password link works so long …
const SET_PASSWORD_LASTS: SignedDuration = SignedDuration::from_hours(72);
/// … and one that proves a new address so long.
const CHANGE_EMAIL_LASTS: SignedDuration = SignedDuration::from_hours(24);
/// One that confirms the newsletter works so long; one that ends it, whenever.
const CONFIRM_NEWSLETTER_LASTS: SignedDuration = SignedDuration::from_hours(72);

impl Notifier {
    /// A fresh token in a link: the label and address of its button.
    pub(super) async fn mailed_link(
        &self,
        places: &Places,
        notice: &Notice,
        link: MailedLink,
        asked_at: Instant,
        now: Instant,
    ) -> Result<(String, String), StoreError> {
        let (id, to) = (notice.to.id, notice.to.email.clone());
        let (kind, purpose, lasts, token) = match link {
            MailedLink::SetPassword => (OpaqueKind::SetPassword, TokenPurpose::SetPassword, SET_PASSWORD_LASTS, (to, None)),
            MailedLink::ConfirmEmail { old } => {
                (OpaqueKind::ChangeEmail, TokenPurpose::ChangeEmail, CHANGE_EMAIL_LASTS, (old, Some(to)))
            }
            MailedLink::SignInCode | MailedLink::Newsletter(_) => {
                return Err(StoreError::Failed("it is no link of an account".to_owned()));
            }
        };
        let secret = OpaqueToken::new(kind, id);
        let (email, new_email) = token;
        let kept = MailedToken { expires_at: now.plus(lasts), email, new_email, asked_at };
        self.store.put_token(id, purpose, &secret.hash(), &kept).await?;
        let (label, page) = match purpose {
            TokenPurpose::SetPassword => ("Set your password", places.set_password_url()),
            TokenPurpose::ChangeEmail => ("Confirm this address", places.confirm_email_url()),
        };
        Ok((label.to_owned(), format!("{page}?token={}", secret.reveal())))
    }

    /// The same for an address without an account.
    pub(super) async fn newsletter_link(
        &self,
        product: Product,
        places: &Places,
        email: &Email,
        link: NewsletterLink,
        now: Instant,
    ) -> Result<(String, String), StoreError> {
        let token = MailToken::new(email.clone());
        let (label, path, expires_at) = match link {
            NewsletterLink::Confirm => ("Confirm this address", "confirm", Some(now.plus(CONFIRM_NEWSLETTER_LASTS))),
            NewsletterLink::Unsubscribe => ("Unsubscribe", "unsubscribe", None),
        };
        self.store.put_newsletter_link((product, email), link, &token.hash(), expires_at).await?;
        Ok((label.to_owned(), format!("{}/api/newsletter/{path}?token={}", places.api_url, token.reveal())))
    }
}
