//! What a use takes from a plan, and when it goes back.

use super::{PREP, PRODUCT, interview, left, mentee_with, now, open_runs};
use crate::{
    harness::{App, flow_with},
    scenes::Person,
};
use app::new_id;
use domain::{
    AccountId,
    account::Allowance,
    ai::{AiRun, Quota},
};
use futures::future::join_all;
use jiff::SignedDuration;
use local::{Options, standins::bedrock::Trouble};
use serde_json::json;
use store::{DueTask, RunRefused, TxError};

#[tokio::test(flavor = "multi_thread")]
async fn uses_at_once_take_no_more_than_there_are() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let mentee = mentee_with(app, "rivals", 3, 2).await;
        let answers = join_all((0..8).map(|_| app.post(PREP, &mentee.token, interview()))).await;
        let served = answers.iter().filter(|answer| answer.status == 200).count();
        let refused = answers.iter().filter(|answer| answer.body["code"] == "QUOTA_EXCEEDED").count();
        assert_eq!((served, refused, left(app, &mentee).await.ai_tools), (3, 5, Allowance::Count(0)));
        assert_eq!((app.local.services.model.requests().len(), open_runs(app).await), (3, (0, 0)));

        // All fail at once, and all go back.
        let mentee = mentee_with(app, "unlucky", 6, 0).await;
        for _ in 0..6 {
            app.local.services.model.trouble_next(Trouble::Fails(400, "ValidationException"));
        }
        for answer in join_all((0..6).map(|_| app.post(PREP, &mentee.token, interview()))).await {
            answer.refused(503, "AI_UNAVAILABLE");
        }
        assert_eq!((left(app, &mentee).await.ai_tools, open_runs(app).await), (Allowance::Count(6), (0, 0)));
    })
    .await;
}

/// A run whose function died before it came to an end.
async fn dead_run(app: &App, person: &Person) -> Result<AiRun, TxError<RunRefused>> {
    let account_id: AccountId = person.id.parse().unwrap();
    let store = &app.local.platform.store;
    let plan = store.membership(PRODUCT, account_id).await.unwrap().unwrap().value.plan.unwrap();
    let run = AiRun {
        id: new_id(now(app)),
        product: PRODUCT,
        account_id,
        quota: Quota::AiTools,
        plan_expires_at: plan.expires_at,
        lease_until: now(app).plus(SignedDuration::from_mins(2)),
    };
    store.begin_ai_run(&run, now(app)).await.map(|()| run)
}

#[tokio::test]
async fn a_use_whose_run_died_goes_back_once_when_its_lease_ends() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let mentee = mentee_with(app, "dies", 1, 0).await;
        let run = dead_run(app, &mentee).await.unwrap();
        assert_eq!((left(app, &mentee).await.ai_tools, open_runs(app).await), (Allowance::Count(0), (1, 1)));
        assert!(matches!(dead_run(app, &mentee).await, Err(TxError::Refused(RunRefused))), "none is left");
        app.post(PREP, &mentee.token, interview()).await.refused(403, "QUOTA_EXCEEDED");
        app.local.clock.advance(SignedDuration::from_secs(119)).unwrap();
        app.local.pump.run_due().await;
        assert_eq!(open_runs(app).await, (1, 1), "its lease has not ended");
        app.local.clock.advance(SignedDuration::from_secs(2)).unwrap();
        for _ in 0..2 {
            app.local.pump.run_due().await;
            let again = app::ai_runs::give_back(&app.local.platform.store, PRODUCT, run.account_id, run.id, now(app));
            again.await.unwrap();
            assert_eq!((left(app, &mentee).await.ai_tools, open_runs(app).await), (Allowance::Count(1), (0, 0)));
        }
        // An answer that comes later spends nothing, so it is none.
        let store = &app.local.platform.store;
        assert!(!store.finish_ai_run(Some(&run), None, &store::Record::default()).await.unwrap());
        app.post(PREP, &mentee.token, interview()).await.ok();
        assert_eq!(left(app, &mentee).await.ai_tools, Allowance::Count(0));
    })
    .await;
}

#[tokio::test]
async fn a_plan_bought_meanwhile_keeps_what_it_has_and_gains_nothing() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let buy = async |person: &Person, plan: &str| {
            let token = app.login_later(&person.email, crate::scenes::PASSWORD).await.ok()["access_token"].clone();
            let token = token.as_str().unwrap();
            let payment = app.pay(&app.order(Some(token), json!({ "plan_id": plan })).await);
            app.verify(Some(token), &payment).await.ok();
        };
        let end_of = async |person: &Person| {
            let id: AccountId = person.id.parse().unwrap();
            app.local.platform.store.membership(PRODUCT, id).await.unwrap().unwrap().value.plan.unwrap().expires_at
        };
        let wait = |time: SignedDuration| app.local.clock.advance(time).unwrap();
        // Extended while it ran: the use comes back on top.
        let extends = mentee_with(app, "extends", 2, 0).await;
        dead_run(app, &extends).await.unwrap();
        buy(&extends, "extends").await;
        assert_eq!(left(app, &extends).await.ai_tools, Allowance::Count(3));
        wait(SignedDuration::from_mins(3));
        app.local.pump.run_due().await;
        assert_eq!(left(app, &extends).await.ai_tools, Allowance::Count(4));
        // Without limit there is nothing to count.
        let unlimited = mentee_with(app, "to-growth", 2, 0).await;
        dead_run(app, &unlimited).await.unwrap();
        buy(&unlimited, "growth").await;
        wait(SignedDuration::from_mins(3));
        app.local.pump.run_due().await;
        assert_eq!((left(app, &unlimited).await.ai_tools, open_runs(app).await), (Allowance::Unlimited, (0, 0)));
        // Begun anew: what the old one had is gone.
        let anew = mentee_with(app, "anew", 2, 0).await;
        let a_minute_before = end_of(&anew).await.since(now(app)) - SignedDuration::from_mins(1);
        wait(a_minute_before);
        dead_run(app, &anew).await.unwrap();
        wait(SignedDuration::from_secs(61));
        assert!(matches!(dead_run(app, &anew).await, Err(TxError::Refused(RunRefused))), "the plan has ended");
        buy(&anew, "anew").await;
        assert_eq!(left(app, &anew).await.ai_tools, Allowance::Count(2));
        wait(SignedDuration::from_mins(3));
        app.local.pump.run_due().await;
        assert_eq!((left(app, &anew).await.ai_tools, open_runs(app).await), (Allowance::Count(2), (0, 0)));
    })
    .await;
}

#[tokio::test]
async fn the_condition_of_each_write_holds_by_itself() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let store = &app.local.platform.store;
        let mentee = mentee_with(app, "moves", 1, 0).await;
        let run = dead_run(app, &mentee).await.unwrap();
        // The plan that was read is another one by now.
        let other = run.plan_expires_at.plus(SignedDuration::from_secs(1));
        let moved = store.give_back_ai_run(&run, Some(other), now(app)).await;
        assert_eq!(moved, Err(TxError::Refused(store::GiveBackRefused::PlanMoved)));
        assert_eq!((left(app, &mentee).await.ai_tools, open_runs(app).await), (Allowance::Count(0), (1, 1)));
        store.give_back_ai_run(&run, Some(run.plan_expires_at), now(app)).await.unwrap();
        let gone = store.give_back_ai_run(&run, Some(run.plan_expires_at), now(app)).await;
        assert_eq!(gone, Err(TxError::Refused(store::GiveBackRefused::Gone)));
        assert_eq!((left(app, &mentee).await.ai_tools, open_runs(app).await), (Allowance::Count(1), (0, 0)));
        // A member who was paused since he was let in.
        let admin = app.admin().await;
        app.put(&format!("/api/admin/mentees/{}/status", mentee.id), &admin, json!({ "status": "paused" })).await.ok();
        assert!(matches!(dead_run(app, &mentee).await, Err(TxError::Refused(RunRefused))));
        assert!(matches!(run.lease_until, at if at > now(app)), "{run:?}");
        let task = DueTask::GiveBackAiRun { product: PRODUCT, account_id: run.account_id, run_id: run.id };
        assert!(store.due(store::Lane::Table, run.lease_until).await.unwrap().iter().all(|due| due.task != task));
    })
    .await;
}
