//! Payments: told by browser and webhook, in every order, twice, alone, and wrongly.

use crate::{
    calls::Answer,
    harness::{App, flow},
    input::unchanged,
    scenes::PASSWORD,
};
use futures::future::join_all;
use jiff::SignedDuration;
use local::standins::razorpay::{PayOptions, RazorpayPayment, Webhook};
use serde_json::{Value, json};

fn visitor(name: &str) -> Value {
    json!({
        "name": format!("Visitor {name}"), "email": format!("{name}@example.com"), "password": PASSWORD, "plan_id": "growth",
        "current_role": "SDE 1", "target_role": "SDE 2", "timeline": "3 months", "struggle": "system design",
    })
}

/// What exactly one payment of a growth plan by a visitor leaves behind.
async fn check_paid_once(app: &App, name: &str) {
    let email = format!("{name}@example.com");
    let login = app.login(&email, PASSWORD).await.ok();
    assert_eq!((&login["user"]["status"], &login["user"]["plan_id"]), (&json!("Active"), &json!("growth")));
    let id = login["user"]["id"].as_str().unwrap();
    let member =
        app.items(&format!("ACCOUNT#{id}")).await.into_iter().find(|item| item["sk"].as_s().unwrap().starts_with("MEMBER#"));
    let plan = member.unwrap()["plan"].as_m().unwrap().clone();
    assert_eq!(plan["left"].as_m().unwrap()["mock_interviews"].as_n().unwrap(), "3", "the plan was applied once");
    let mails = app.local.inbox.mails(Some(&email), Some("your plan is active"));
    assert_eq!(mails.len(), 1, "one welcome");
}

#[derive(Clone, Copy, Debug)]
enum Word {
    Verify,
    Captured,
    Paid,
    Failed,
}

async fn tell(app: &App, word: Word, payment: &RazorpayPayment) {
    let provider = &app.local.provider;
    match word {
        Word::Verify => drop(app.verify(None, payment).await.ok()),
        Word::Captured => drop(app.send_webhook(&provider.webhook("payment.captured", payment)).await.ok()),
        Word::Paid => drop(app.send_webhook(&provider.webhook("order.paid", payment)).await.ok()),
        // An earlier attempt of the same order that failed, told late.
        Word::Failed => {
            let failed = RazorpayPayment { id: format!("{}x", payment.id), status: "failed".to_owned(), ..payment.clone() };
            drop(app.send_webhook(&provider.webhook("payment.failed", &failed)).await.ok());
        }
    }
    app.drain().await;
}

fn orders_of(words: &[Word]) -> Vec<Vec<Word>> {
    if words.is_empty() {
        return vec![vec![]];
    }
    (0..words.len())
        .flat_map(|first| {
            let rest: Vec<Word> = words.iter().enumerate().filter(|(n, _)| *n != first).map(|(_, word)| *word).collect();
            orders_of(&rest).into_iter().map(move |order| [vec![words[first]], order].concat())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_order_of_being_told_ends_the_same() {
    flow(async |app| {
        let orders = orders_of(&[Word::Verify, Word::Captured, Word::Paid, Word::Failed]);
        assert_eq!(orders.len(), 24);
        for (n, words) in orders.into_iter().enumerate() {
            let name = format!("order{n}");
            let payment = app.pay(&app.order(None, visitor(&name)).await);
            for word in &words {
                tell(app, *word, &payment).await;
            }
            check_paid_once(app, &name).await;
        }
        assert_eq!(app.published("PlanPurchased"), 24);
        assert_eq!(app.published("PaymentMismatched"), 0);
    })
    .await;
}

#[tokio::test]
async fn the_webhook_alone_is_enough_and_so_is_the_browser() {
    flow(async |app| {
        for (name, word) in [("hook", Word::Captured), ("paidhook", Word::Paid), ("browser", Word::Verify)] {
            let payment = app.pay(&app.order(None, visitor(name)).await);
            tell(app, word, &payment).await;
            tell(app, word, &payment).await;
            check_paid_once(app, name).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_told_at_once_is_paid_once() {
    flow(async |app| {
        let payment = app.pay(&app.order(None, visitor("rush")).await);
        let webhooks: Vec<Webhook> = (0..8).flat_map(|_| app.local.provider.webhooks_of(&payment)).collect();
        let verify = (0..8).map(|_| app.verify(None, &payment));
        let (verified, hooked) =
            futures::join!(join_all(verify), join_all(webhooks.iter().map(|webhook| app.send_webhook(webhook))));
        for answer in verified.into_iter().chain(hooked) {
            answer.ok();
        }
        app.drain().await;
        check_paid_once(app, "rush").await;
        assert_eq!(app.published("PlanPurchased"), 1);
        assert_eq!(app.items("EMAIL#rush@").await.len(), 1);
        assert!(
            app.items("ORDER#").await.iter().all(|item| item["sk"].as_s().unwrap() != "PASSWORD"),
            "the chosen password has moved"
        );
    })
    .await;
}

#[tokio::test]
async fn a_wrong_amount_or_currency_changes_nothing() {
    flow(async |app| {
        let wrong = [
            PayOptions { amount: Some(100), ..PayOptions::default() },
            PayOptions { amount: Some(499_901), ..PayOptions::default() },
            PayOptions { currency: Some("USD".to_owned()), ..PayOptions::default() },
        ];
        for (n, options) in wrong.iter().enumerate() {
            let name = format!("wrong{n}");
            let order = app.order(None, visitor(&name)).await;
            let payment = app.local.provider.pay(&order, options).unwrap();
            app.verify(None, &payment).await.refused(409, "PAYMENT_MISMATCH");
            for webhook in app.local.provider.webhooks_of(&payment) {
                app.send_webhook(&webhook).await.ok();
            }
            app.drain().await;
            app.login(&format!("{name}@example.com"), PASSWORD).await.refused(401, "INVALID_CREDENTIALS");
            assert_eq!(app.published("PaymentMismatched"), n + 1, "told once");
            // The right amount still pays the order.
            tell(app, Word::Captured, &app.pay(&order)).await;
            check_paid_once(app, &name).await;
        }
        assert!(app.items("codementee#AUDIT#").await.iter().any(|item| item["action"].as_s().unwrap() == "payment.mismatched"));
    })
    .await;
}

#[tokio::test]
async fn a_failed_payment_fails_the_order_until_a_later_one_pays_it() {
    flow(async |app| {
        let order = app.order(None, visitor("slow")).await;
        let failed = app.local.provider.fail(&order).unwrap();
        app.verify(None, &failed).await.refused(400, "PAYMENT_FAILED");
        app.send_webhook(&app.local.provider.webhook("payment.failed", &failed)).await.ok();
        app.drain().await;
        let admin = app.admin().await;
        assert_eq!(app.get("/api/admin/orders", &admin).await.ok()[0]["status"], "failed");
        let payment = app.pay(&order);
        tell(app, Word::Captured, &payment).await;
        tell(app, Word::Failed, &payment).await;
        let paid = &app.get("/api/admin/orders", &admin).await.ok()[0];
        assert_eq!((&paid["status"], &paid["amount"], &paid["amount_rupees"]), (&json!("paid"), &json!(499_900), &json!(4999)));
        assert!(paid.get("razorpay_signature").is_none());
    })
    .await;
}

#[tokio::test]
async fn a_second_payment_of_a_paid_order_is_told_and_changes_nothing() {
    flow(async |app| {
        let order = app.order(None, visitor("twice")).await;
        tell(app, Word::Captured, &app.pay(&order)).await;
        tell(app, Word::Captured, &app.pay(&order)).await;
        check_paid_once(app, "twice").await;
        assert_eq!(app.published("PaymentMismatched"), 1);
    })
    .await;
}

#[tokio::test]
async fn the_documents_path_of_verify_settles_too() {
    flow(async |app| {
        let payment = app.pay(&app.order(None, visitor("documented")).await);
        let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        let verified = app.post_public("/api/payment/verify-payment", word).await.ok();
        assert!(verified["access_token"].is_string(), "{verified}");
        app.drain().await;
        check_paid_once(app, "documented").await;
    })
    .await;
}

#[tokio::test]
async fn bad_signatures_are_refused_before_anything_else() {
    flow(async |app| {
        let payment = app.pay(&app.order(None, visitor("forger")).await);
        let good = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        let signature = good["razorpay_signature"].as_str().unwrap().to_owned();
        let upper = signature.to_uppercase();
        unchanged(app, async || {
            for bad in ["", "0", &signature[..63], upper.as_str(), &format!("{signature}00"), "ßßßß", "nothing\u{0}after"] {
                let mut word = good.clone();
                word["razorpay_signature"] = bad.into();
                app.post_public("/api/payment/verify", word).await.refused(400, "PAYMENT_VERIFICATION_FAILED");
            }
            for (field, other) in [("razorpay_order_id", "order_unknown"), ("razorpay_payment_id", "pay_unknown")] {
                let mut word = good.clone();
                word[field] = other.into();
                app.post_public("/api/payment/verify-payment", word).await.refused(400, "PAYMENT_VERIFICATION_FAILED");
            }
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_upgrade_is_for_oneself_and_renewing_extends() {
    flow(async |app| {
        let me = app.free_mentee("renewer").await;
        let body = |email: &str| json!({ "plan_id": "foundation", "email": email, "password": "temp-password", "name": "X" });
        let other = app.post("/api/payment/create-order", &me.token, body("free@codementee.com")).await;
        other.refused(400, "EMAIL_MISMATCH");
        let mentor = app.mentor().await;
        app.post("/api/payment/create-order", &mentor, json!({ "plan_id": "growth" }))
            .await
            .refused(403, "INSUFFICIENT_PERMISSIONS");
        for plan in ["foundation", "quarterly"] {
            let order = app.order(Some(&me.token), json!({ "plan_id": plan, "email": me.email.to_uppercase() })).await;
            let verified = app.verify(Some(&me.token), &app.pay(&order)).await.ok();
            assert_eq!((&verified["success"], &verified["user"]["plan_id"]), (&json!(true), &json!(plan)));
            let token = verified["access_token"].as_str().unwrap();
            assert_eq!(app.get("/api/auth/me", token).await.ok()["plan_id"], json!(plan));
        }
        let expires = app.get("/api/auth/me", &me.token).await.ok()["plan_expires_at"].as_str().unwrap().to_owned();
        let now = app::Clock::now(&*app.local.clock);
        let left = domain::Instant::parse(&expires).unwrap().since(now).as_hours() / 24;
        assert!((117..=124).contains(&left), "one month and three more: {left} days");
        // The plan ends; then he is free again.
        app.local.clock.advance(SignedDuration::from_hours(24 * 125)).unwrap();
        let login = app.login(&me.email, PASSWORD).await.ok();
        assert_eq!((&login["user"]["status"], &login["user"]["plan_id"]), (&json!("Free"), &json!(null)));
    })
    .await;
}

async fn token_of(answer: Answer) -> Option<String> {
    answer.ok()["access_token"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn only_whoever_paid_is_signed_in_and_only_shortly_after() {
    flow(async |app| {
        let payment = app.pay(&app.order(None, visitor("fresh")).await);
        tell(app, Word::Captured, &payment).await;
        let token = token_of(app.verify(None, &payment).await).await.unwrap();
        assert_eq!(app.get("/api/auth/me", &token).await.ok()["email"], "fresh@example.com");
        app.local.clock.advance(SignedDuration::from_mins(31)).unwrap();
        assert_eq!(token_of(app.verify(None, &payment).await).await, None, "too late");

        // Somebody orders for an address that its owner then registers: the owner gets the plan, the payer no token.
        let order = app.order(None, visitor("owner")).await;
        let owner = app.free_mentee("owner").await;
        let payment = app.pay(&order);
        assert_eq!(token_of(app.verify(None, &payment).await).await, None, "not his account");
        assert_eq!(app.get("/api/auth/me", &owner.token).await.ok()["plan_id"], "growth");
        assert!(token_of(app.verify(Some(&owner.token), &payment).await).await.is_some(), "the owner's own");
    })
    .await;
}

#[tokio::test]
async fn the_owner_of_an_address_keeps_out_whoever_paid_for_it() {
    flow(async |app| {
        let payment = app.pay(&app.order(None, visitor("claimed")).await);
        let payers = token_of(app.verify(None, &payment).await).await.unwrap();
        app.post_public("/api/auth/forgot-password", json!({ "email": "claimed@example.com" })).await.ok();
        app.drain().await;
        let mail = app.local.inbox.mails(Some("claimed@example.com"), Some("Set a new password")).remove(0);
        let token = mail.text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap();
        app.post_public("/api/auth/set-password", json!({ "token": token, "password": "the-owners-own" })).await.ok();
        app.get("/api/auth/me", &payers).await.refused(401, "INVALID_TOKEN");
        assert_eq!(token_of(app.verify(None, &payment).await).await, None, "paid, but not his account any more");
        app.login("claimed@example.com", PASSWORD).await.refused(401, "INVALID_CREDENTIALS");
        app.login("claimed@example.com", "the-owners-own").await.ok();
    })
    .await;
}

#[tokio::test]
async fn an_order_needs_a_plan_on_offer_and_an_address_that_is_free() {
    flow(async |app| {
        let post = async |body: Value| app.post_public("/api/payment/create-order", body).await;
        let with = |field: &str, value: Value| {
            let mut body = visitor("picky");
            body[field] = value;
            body
        };
        post(with("plan_id", json!("platinum"))).await.refused(400, "INVALID_PLAN");
        post(with("plan_id", json!("../x"))).await.refused(400, "INVALID_PLAN");
        let taken = post(with("email", json!("Free@Codementee.com"))).await.refused(400, "EMAIL_TAKEN");
        assert_eq!(taken["detail"], "Email already registered. Please login instead.");
        post(with("password", json!("short"))).await.refused(422, "VALIDATION_FAILED");
        post(with("email", json!(""))).await.refused(422, "VALIDATION_FAILED");
        let mut order = post(with("amount", json!(100))).await.ok();
        assert_eq!(order["amount"], 499_900, "the price is the plan's");
        for field in ["order_id", "razorpay_order_id", "razorpay_key_id", "currency", "name", "email"] {
            assert!(order[field].take().is_string(), "{field}");
        }
        let config = app.get_public("/api/payment/config").await.ok();
        assert!(config["key_id"].as_str().unwrap().starts_with("rzp_test_"));
        assert_eq!(config.as_object().unwrap().len(), 3, "nothing secret: {config}");
    })
    .await;
}

#[tokio::test]
async fn paying_without_a_password_ends_in_a_link_to_set_one() {
    flow(async |app| {
        let body = json!({ "name": "No Password", "email": "nopass@example.com", "plan_id": "foundation" });
        let payment = app.pay(&app.order(None, body).await);
        tell(app, Word::Captured, &payment).await;
        let mails = app.local.inbox.mails(Some("nopass@example.com"), None);
        assert_eq!(mails.len(), 1);
        let token = mails[0].text.split("token=").nth(1).unwrap().split_whitespace().next().unwrap();
        let body = json!({ "token": token, "password": PASSWORD });
        app.post_public("/api/auth/set-password", body.clone()).await.ok();
        app.post_public("/api/auth/set-password", body).await.refused(400, "LINK_EXPIRED");
        assert_eq!(app.login("nopass@example.com", PASSWORD).await.ok()["user"]["status"], "Active");
    })
    .await;
}
