//! Another address: asked for, proven by a mailed link, changed everywhere at once.

use super::{Care, CareError, ROUNDS, busy};
use crate::{
    Context,
    limits::{MAILED_SECRET, MAILED_SECRETS_OF_SOURCE, REDEEMING},
    tokens::{OpaqueKind, OpaqueToken},
};
use domain::{
    account::{Member, TokenPurpose},
    event::{Actor, Detail},
    text::Email,
};
use store::{ChangeEmailRefused, EmailChange, Everywhere, Record, TxError};

impl Care {
    /// Has a link mailed to a new address. The work and the answer are the same whether or not that address has an
    /// account (hole 30): the consumer of the event looks.
    pub async fn ask_for_email(&self, cx: &Context, by: &Member, new: Email, password: &str) -> Result<(), CareError> {
        let account = &by.account;
        if account.email == new {
            return Err(CareError::SameAddress);
        }
        self.check_password(cx, account, password).await?;
        self.limits.take_from_source(cx, MAILED_SECRETS_OF_SOURCE).await?;
        self.limits.take(cx, MAILED_SECRET, &format!("account:{}", account.id)).await?;
        self.limits.take(cx, MAILED_SECRET, &format!("address:{new}")).await?;
        let (account_id, name, email) = (account.id, account.name.clone(), account.email.clone());
        let event = cx.event(Detail::EmailChangeRequested { account_id, name, email, new_email: new });
        Ok(self.store.publish(&event).await?)
    }

    /// Changes the address by the mailed token: guard, account and every membership at once. Every session from before
    /// ends, and every other mailed token is worth nothing.
    pub async fn confirm_email(&self, cx: &Context, token: &str) -> Result<(), CareError> {
        self.limits.take_from_source(cx, REDEEMING).await?;
        let token = OpaqueToken::parse(OpaqueKind::ChangeEmail, token).ok_or(CareError::UsedToken)?;
        let (id, hash) = (token.account_id, token.hash());
        for _ in 0..ROUNDS {
            let mailed = self.store.token(id, TokenPurpose::ChangeEmail, &hash).await?.ok_or(CareError::UsedToken)?;
            let to = mailed.new_email.ok_or(CareError::UsedToken)?;
            // Whoever followed the same link first has changed the address already.
            let of = self.store.everywhere(id).await?.filter(|of| of.account.email == mailed.email);
            let of = of.ok_or(CareError::UsedToken)?;
            let record = email_changed(cx, &of, &to);
            match self
                .store
                .change_email(&EmailChange { of: &of, to, token: &hash, asked_at: mailed.asked_at }, cx.now, &record)
                .await
            {
                Ok(()) => return Ok(self.store.sign_out_everywhere(id).await?),
                Err(TxError::Refused(ChangeEmailRefused::UsedToken)) => return Err(CareError::UsedToken),
                Err(TxError::Refused(ChangeEmailRefused::Taken)) => return Err(CareError::EmailTaken),
                Err(TxError::Refused(ChangeEmailRefused::Moved)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(busy())
    }
}

fn email_changed(cx: &Context, of: &Everywhere, to: &Email) -> Record {
    let account = &of.account;
    // Whoever has the link is the account's owner.
    let cx = Context { actor: Actor::Account(account.id), ..cx.clone() };
    let (account_id, name, old_email) = (account.id, account.name.clone(), account.email.clone());
    let audit = cx.audit("account.email_changed", format!("account:{account_id}"), Some(&old_email), Some(to));
    let event = cx.event(Detail::EmailChanged { account_id, name, old_email, email: to.clone() });
    Record::event(event).audited(audit)
}
