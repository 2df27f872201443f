//! What mentors earn by sessions, and being paid out.

use crate::{Context, context::NOTHING};
use domain::{
    AccountId, Invalid, InvalidField, Paise, Span, WithdrawalId,
    account::Member,
    booking::Party,
    earnings::{Earning, LEAST_WITHDRAWAL, Purse, Withdrawal, WithdrawalStatus},
    event::Detail,
    text::{Line, Prose},
};
use jiff::SignedDuration;
use store::{Page, PageRequest, Store, StoreError};

/// So many lines a page of a statement has.
pub const PAGE: u32 = 10;
/// And so many pages there are at most.
pub const PAGES: u32 = DEEPEST / PAGE;
/// Only so many lines are looked at for a page; what lies further back is in the export.
const DEEPEST: u32 = 1000;

/// Why a mentor was not paid out.
#[derive(Debug, thiserror::Error)]
pub enum EarnError {
    #[error("the member is paused")]
    Paused,
    #[error("there is not so much: {0:?}")]
    NotEnough(Paise),
    #[error("there is no such withdrawal")]
    NotFound,
    #[error("it was decided before")]
    Decided,
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Since when lines of a statement are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Since {
    #[default]
    Ever,
    Week,
    Month,
    Quarter,
}

impl Since {
    fn span(self, cx: &Context) -> Span {
        let days = |days: i64| Some(cx.now.plus(-SignedDuration::from_hours(24 * days)));
        let from = match self {
            Self::Ever => None,
            Self::Week => days(7),
            Self::Month => days(30),
            Self::Quarter => Some(cx.now.minus_months(3)),
        };
        Span { from, until: None }
    }
}

/// A page of what a mentor earned, with his sums.
#[derive(Debug)]
pub struct Statement {
    pub purse: Purse,
    pub lines: Vec<Earning>,
    /// How many lines there are in all pages.
    pub count: u64,
    pub page: u32,
}

/// What an admin decides about a withdrawal.
#[derive(Debug, Clone)]
pub enum Decision {
    PaidOut { transaction_id: Line<64>, notes: Prose<1000> },
    Refused { notes: Prose<1000> },
}

/// The use cases of earnings and withdrawals.
#[derive(Debug, Clone)]
pub struct Earnings {
    store: Store,
}

impl Earnings {
    /// Earnings in a store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// A page of a mentor's statement, the latest first. The sums are of all time.
    pub async fn statement(&self, cx: &Context, mentor: AccountId, since: Since, page: u32) -> Result<Statement, EarnError> {
        let first = u64::from(page.saturating_sub(1)) * u64::from(PAGE);
        if page == 0 || first >= DEEPEST.into() {
            return Err(Invalid::new("page is a whole number from 1 to 100").at("page").into());
        }
        let purse = self.store.purse(cx.product, mentor).await?;
        // Only up to the page's end, unless how many there are is to be found out too.
        let most = if since == Since::Ever { u32::try_from(first).unwrap_or(DEEPEST).saturating_add(PAGE) } else { DEEPEST };
        let found = self.store.earnings(cx.product, mentor, since.span(cx), PageRequest::first(most)).await?;
        let count = if since == Since::Ever { purse.earnings } else { found.items.len() as u64 };
        let skip = usize::try_from(first).unwrap_or(usize::MAX);
        let lines = found.items.into_iter().skip(skip).take(PAGE as usize).collect();
        Ok(Statement { purse, lines, count, page })
    }

    /// The latest thousand lines, for whoever keeps books.
    pub async fn export(&self, cx: &Context, mentor: AccountId, since: Since) -> Result<Vec<Earning>, EarnError> {
        Ok(self.store.earnings(cx.product, mentor, since.span(cx), PageRequest::first(DEEPEST)).await?.items)
    }

    /// A mentor's sums.
    pub async fn purse(&self, cx: &Context, mentor: AccountId) -> Result<Purse, EarnError> {
        Ok(self.store.purse(cx.product, mentor).await?)
    }

    /// A mentor asks to be paid out. The amount leaves his balance now, or not at all.
    pub async fn withdraw(
        &self,
        cx: &Context,
        mentor: &Member,
        amount: Paise,
        (payment_method, bank_details): (Line<40>, Prose<1000>),
    ) -> Result<Withdrawal, EarnError> {
        mentor.must_be_active().map_err(|_| EarnError::Paused)?;
        // Less only when it is all: whoever leaves takes out what he has.
        let least = LEAST_WITHDRAWAL.min(self.store.purse(cx.product, mentor.id()).await?.balance);
        if amount < LEAST_WITHDRAWAL && (amount < least || amount.get() == 0) {
            return Err(Invalid::new("Minimum withdrawal amount is 50.00").at("amount").into());
        }
        let withdrawal = Withdrawal {
            id: cx.id(),
            product: cx.product,
            mentor: Party::from(&mentor.membership),
            mentor_number: mentor.membership.mentor_number,
            amount,
            status: WithdrawalStatus::Pending,
            payment_method,
            bank_details,
            admin_notes: Prose::default(),
            transaction_id: Line::default(),
            requested_at: cx.now,
            processed_at: None,
        };
        let detail = Detail::WithdrawalRequested { withdrawal_id: withdrawal.id, mentor: withdrawal.mentor.clone(), amount };
        let audit = cx.audit("withdrawal.requested", format!("withdrawal:{}", withdrawal.id), NOTHING, Some(&amount));
        if self.store.withdraw(&withdrawal, &cx.record(cx.event(detail)).audited(audit)).await? {
            return Ok(withdrawal);
        }
        Err(EarnError::NotEnough(self.store.purse(cx.product, mentor.id()).await?.balance))
    }

    /// Withdrawals, of all or of one mentor, newest first.
    pub async fn withdrawals(
        &self,
        cx: &Context,
        mentor: Option<AccountId>,
        status: Option<WithdrawalStatus>,
        page: PageRequest,
    ) -> Result<Page<Withdrawal>, EarnError> {
        Ok(self.store.withdrawals(cx.product, mentor, status, page).await?)
    }

    /// An admin says that a mentor was paid out, or refuses to: then the amount is in his balance again, once.
    pub async fn decide(&self, cx: &Context, id: WithdrawalId, decision: Decision) -> Result<Withdrawal, EarnError> {
        let before = self.store.withdrawal(cx.product, id).await?.ok_or(EarnError::NotFound)?;
        let (status, transaction_id, notes) = match decision {
            Decision::PaidOut { transaction_id, notes } => (WithdrawalStatus::Completed, transaction_id, notes),
            Decision::Refused { notes } => (WithdrawalStatus::Rejected, Line::default(), notes),
        };
        let after = before.decided(status, transaction_id, notes, cx.now).ok_or(EarnError::Decided)?;
        let (mentor, amount) = (after.mentor.clone(), after.amount);
        let event = cx.event(Detail::WithdrawalDecided { withdrawal_id: id, mentor, amount, status });
        let decided = serde_json::json!({ "status": status, "amount": amount, "transaction_id": after.transaction_id });
        let audit = cx.audit("withdrawal.decided", format!("withdrawal:{id}"), Some(&before.status), Some(&decided));
        let kept = self.store.decide_withdrawal(&after, &cx.record(event).audited(audit)).await?;
        kept.then_some(after).ok_or(EarnError::Decided)
    }
}
