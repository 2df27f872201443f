//! Uses of the AI tools: taken from a plan before a model is asked, and given back when nothing came of it.

use crate::{
    DueTask, DueWork, Record, Store, StoreError, Stored, TxError,
    change::Change,
    item::{item, until},
    keys,
    members::membership_change,
    table::take,
    transaction::{Transaction, done},
};
use domain::{
    AccountId, AiRunId, Instant, Product,
    account::{MemberState, Membership},
    ai::{AiRun, KeptAnalysis},
};
use jiff::SignedDuration;

/// The plan no longer covers it: paused, ended, or used up meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunRefused;

/// Why a use was not given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiveBackRefused {
    /// It came to its end, or was given back before.
    Gone,
    /// The plan is another one than was read; read again.
    PlanMoved,
}

/// Due work gives a run back long before the table would drop it.
const RUNS_STAY: SignedDuration = SignedDuration::from_hours(30 * 24);

fn due_of(run: &AiRun) -> [DueWork; 1] {
    let task = DueTask::GiveBackAiRun { product: run.product, account_id: run.account_id, run_id: run.id };
    [DueWork { at: run.lease_until, task }]
}

fn left_of(run: &AiRun) -> String {
    format!("plan.left.{}", run.quota.as_str())
}

impl<E: Clone> Transaction<E> {
    /// Ends a run, and with it what would have given it back.
    fn end_run(&mut self, store: &Store, run: &AiRun, gone: E) {
        let there = Change::default().when_exists();
        self.delete(store, &keys::ai_run(run.product, run.account_id, run.id), &there, Some(gone));
        self.drop_due(store, &due_of(run));
    }
}

impl Store {
    /// Takes a use from a member's plan, if one is left. Should its run never end, due work gives it back.
    pub async fn begin_ai_run(&self, run: &AiRun, now: Instant) -> Result<(), TxError<RunRefused>> {
        let left = left_of(run);
        let taken = membership_change(now).when("state", &MemberState::Active).compare("plan.expires_at", ">", &now);
        let taken = taken.add(&left, -1).compare(&left, ">=", &1);
        let kept = item(&keys::ai_run(run.product, run.account_id, run.id), &[], run)?;
        let mut tx = Transaction::new();
        tx.update(self, &keys::membership(run.account_id, run.product), &taken, RunRefused);
        tx.put(self, until(kept, run.lease_until.plus(RUNS_STAY)));
        tx.add_due(self, &due_of(run))?;
        tx.commit(self).await
    }

    /// Settles what a tool answered: the use is spent, and an analysis becomes the member's latest. False when the use
    /// was given back meanwhile.
    pub async fn finish_ai_run(
        &self,
        run: Option<&AiRun>,
        analysis: Option<&KeptAnalysis>,
        record: &Record,
    ) -> Result<bool, StoreError> {
        let mut tx = Transaction::new();
        if let Some(run) = run {
            tx.end_run(self, run, ());
        }
        if let Some(kept) = analysis {
            tx.put(self, item(&keys::resume_analysis(kept.product, kept.account_id), &[], kept)?);
        }
        tx.leave(self, record)?;
        done(tx.commit(self).await)
    }

    /// A run that has not come to its end, and the membership that it was taken from, in one read.
    pub async fn open_ai_run(
        &self,
        product: Product,
        account: AccountId,
        run: AiRunId,
    ) -> Result<(Option<AiRun>, Option<Membership>), StoreError> {
        let (run, membership) = (keys::ai_run(product, account, run), keys::membership(account, product));
        let mut found = self.batch_get(&[run.clone(), membership.clone()]).await?;
        let membership = take::<Stored<Membership>>(&mut found, &membership)?;
        Ok((take(&mut found, &run)?, membership.map(|membership| membership.value)))
    }

    /// Ends a run without an answer. The use goes back to the plan that ends then, if one is named; every purchase moves
    /// that end, so that no other plan can gain.
    pub async fn give_back_ai_run(
        &self,
        run: &AiRun,
        plan_expires_at: Option<Instant>,
        now: Instant,
    ) -> Result<(), TxError<GiveBackRefused>> {
        let mut tx = Transaction::new();
        tx.end_run(self, run, GiveBackRefused::Gone);
        if let Some(end) = plan_expires_at {
            let given = membership_change(now).add(&left_of(run), 1).when("plan.expires_at", &end);
            tx.update(self, &keys::membership(run.account_id, run.product), &given, GiveBackRefused::PlanMoved);
        }
        tx.commit(self).await
    }

    /// The latest analysis of a member's resume.
    pub async fn resume_analysis(&self, product: Product, account: AccountId) -> Result<Option<KeptAnalysis>, StoreError> {
        self.get(&keys::resume_analysis(product, account)).await
    }
}
