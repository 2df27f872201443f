//! Leaving a product. What is left of a person is removed afterwards by [`crate::erasure`].

use super::{Care, CareError, ROUNDS, busy};
use crate::{Context, context::NOTHING, people::other_admin, tokens::TokenError};
use domain::{
    AccountId, Product,
    account::{Member, Role},
    event::Detail,
};
use store::{Departure, DueTask, DueWork, Everywhere, LeaveRefused, Leaving, Record, TxError};

impl Care {
    /// Ends the caller's membership, and with his last one the account: from then on nobody signs in with it, and its
    /// address may be registered anew. An admin leaves only when another one stays; whoever has money here takes it out first.
    pub async fn leave(&self, cx: &Context, by: &Member, password: &str) -> Result<(), CareError> {
        self.check_password(cx, &by.account, password).await?;
        for _ in 0..ROUNDS {
            let who = self.everywhere(by).await?;
            if who.account.password_hash != by.account.password_hash {
                return Err(CareError::WrongPassword);
            }
            let remaining_admin = self.remaining_admin(cx, by).await?;
            let departure = Departure { account_id: by.id(), product: cx.product, started_at: cx.now, running: true };
            let task = DueTask::EraseMember { product: cx.product, account_id: by.id() };
            let due = DueWork { at: cx.now, task };
            let record = left(cx, &who)?;
            // Mansa alone has a member directory.
            let in_directory =
                cx.product == Product::Mansa && self.store.directory_entry(cx.product, &who.account.email).await?.is_some();
            // AspireX's mentors alone earn here.
            let earns = cx.product == Product::AspireX;
            let leaving = Leaving { who: &who, product: cx.product, remaining_admin, in_directory, earns };
            match self.store.leave_product(&leaving, &departure, &due, &record).await {
                Ok(()) => return Ok(()),
                Err(TxError::Refused(LeaveRefused::MoneyLeft)) => return Err(CareError::BalanceLeft),
                Err(TxError::Refused(LeaveRefused::Moved | LeaveRefused::AdminGone)) => {}
                Err(TxError::Store(error)) => return Err(error.into()),
            }
        }
        Err(busy())
    }

    /// For an admin, another one; that he stays is a condition of leaving.
    async fn remaining_admin(&self, cx: &Context, by: &Member) -> Result<Option<AccountId>, CareError> {
        if !by.membership.is(Role::Admin) {
            return Ok(None);
        }
        let other = other_admin(&self.store, cx.product, by.id()).await?;
        other.map(Some).ok_or(CareError::LastAdmin)
    }
}

fn left(cx: &Context, who: &Everywhere) -> Result<Record, CareError> {
    let membership = &who.member(cx.product).ok_or(TokenError::Invalid)?.value;
    let account_id = who.account.id;
    let role = membership.primary_role();
    let audit = cx.audit("account.deleted", format!("account:{account_id}"), Some(&role), NOTHING);
    let event = cx.event(Detail::AccountDeleted {
        account_id,
        name: who.account.name.clone(),
        email: who.account.email.clone(),
        role,
        state: membership.state,
        verification: membership.verification,
        had_plan: membership.plan.is_some(),
        mentor_id: membership.mentor_id,
        roles: Some(membership.roles.clone()),
    });
    Ok(Record::event(event).audited(audit))
}
