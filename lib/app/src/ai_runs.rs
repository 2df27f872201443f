//! Giving uses of AI tools back from which nothing came. It needs no model, so the scheduler can do it too.

use domain::{AccountId, AiRunId, Instant, Product, ai::AiRun};
use store::{GiveBackRefused, Store, StoreError, TxError};

/// Gives a use back unless it came to its end or was given back before: doing it twice changes nothing.
pub async fn give_back(
    store: &Store,
    product: Product,
    account: AccountId,
    run: AiRunId,
    now: Instant,
) -> Result<(), StoreError> {
    const ROUNDS: u32 = 4;
    for _ in 0..ROUNDS {
        let (Some(run), membership) = store.open_ai_run(product, account, run).await? else { return Ok(()) };
        let plan = membership.and_then(|membership| membership.plan).filter(|plan| run.gives_back_to(plan, now));
        match store.give_back_ai_run(&run, plan.map(|plan| plan.expires_at), now).await {
            Ok(()) | Err(TxError::Refused(GiveBackRefused::Gone)) => return Ok(()),
            Err(TxError::Refused(GiveBackRefused::PlanMoved)) => {}
            Err(TxError::Store(error)) => return Err(error),
        }
    }
    Err(StoreError::Busy("a plan kept changing while a use was given back".to_owned()))
}

/// The same for a run at hand.
pub async fn give_back_run(store: &Store, run: &AiRun, now: Instant) -> Result<(), StoreError> {
    give_back(store, run.product, run.account_id, run.id, now).await
}
