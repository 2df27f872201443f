//! Buying: browser and webhook in any order, who may, what is not for sale.

use super::PHONE;
use crate::harness::flow;
use jiff::SignedDuration;
use local::standins::razorpay::PayOptions;
use serde_json::json;

#[tokio::test]
async fn browser_and_webhook_come_in_any_order_twice_or_alone() {
    flow(async |app| {
        let (mentor, event) = (app.demo_mentor().await, app.demo_event().await);
        for (n, order_of_words) in ["bw", "wb", "w", "b", "wwbb", "bbww"].iter().enumerate() {
            let lead = app.verified_lead(&format!("sold{n}"), &event).await;
            let payment = app.pay(&app.order_lead(&mentor, &lead).await);
            for word in order_of_words.chars() {
                if word == 'b' {
                    app.verify_lead_payment(&mentor, &payment).await.ok();
                } else {
                    let webhook = app.local.provider.webhook("payment.captured", &payment);
                    app.send_webhook(&webhook).await.ok();
                    app.drain().await;
                }
            }
            let seen = app.lead_in("/mentor/leads", &mentor.token, &lead).await;
            assert_eq!((&seen["status"], &seen["phone"]), (&json!("PURCHASED"), &json!(PHONE)), "{order_of_words}");
            app.try_to_order(&mentor, &lead).await.refused(409, "LEAD_PURCHASED");
            app.decide_lead(&lead, "REJECTED").await.refused(409, "LEAD_PURCHASED");
        }
        app.drain().await;
        assert_eq!(app.published("LeadPurchased"), 6);
    })
    .await;
}

/// Nothing of ours asks how somebody pays: the order is open to every method, and each is settled alike.
#[tokio::test]
async fn a_lead_is_bought_by_every_method_that_razorpay_has() {
    flow(async |app| {
        let (mentor, event) = (app.demo_mentor().await, app.demo_event().await);
        for method in ["upi", "card", "netbanking", "wallet"] {
            for by_webhook in [true, false] {
                let lead = app.verified_lead(&format!("{method}-{by_webhook}"), &event).await;
                let order = app.try_to_order(&mentor, &lead).await.ok();
                assert!(order["key"].as_str().unwrap().starts_with("rzp_test_") && order["method"].is_null(), "{order}");
                let paid = PayOptions { method: Some(method.to_owned()), ..PayOptions::default() };
                let payment = app.local.provider.pay(order["order_id"].as_str().unwrap(), &paid).unwrap();
                let webhook = app.local.provider.webhook("payment.captured", &payment);
                assert!(webhook.body.contains(&format!(r#""method":"{method}""#)), "{}", webhook.body);
                if by_webhook {
                    app.send_webhook(&webhook).await.ok();
                    app.drain().await;
                } else {
                    app.verify_lead_payment(&mentor, &payment).await.ok();
                }
                assert_eq!(app.lead_in("/mentor/leads", &mentor.token, &lead).await["status"], "PURCHASED", "{method}");
                // Registering is limited.
                app.local.clock.advance(SignedDuration::from_secs(7)).unwrap();
            }
        }
    })
    .await;
}

#[tokio::test]
async fn only_the_approved_mentor_of_the_event_buys() {
    flow(async |app| {
        let mentor = app.bridge_mentor("owner").await;
        let event = app.offer_event(&mentor, 5).await;
        let lead = app.verified_lead("prize", &event).await;
        let other = app.demo_mentor().await;
        app.try_to_order(&other, &lead).await.refused(404, "NOT_FOUND");
        let order = app.order_lead(&mentor, &lead).await;
        let payment = app.pay(&order);
        // A stranger's word opens nothing, not even a true one.
        app.verify_lead_payment(&other, &payment).await.refused(404, "NOT_FOUND");
        let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        let elsewhere = app.verified_lead("bystander", &event).await;
        let path = |lead: &str| format!("/mentor/leads/{lead}/verify-payment");
        app.bridge_post(&path(&elsewhere), &mentor.token, word.clone()).await.refused(404, "NOT_FOUND");
        let mut forged = word.clone();
        forged["razorpay_signature"] = "0".repeat(64).into();
        app.bridge_post("/mentor/payment-verify", &mentor.token, forged).await.refused(400, "PAYMENT_VERIFICATION_FAILED");
        app.bridge_post(&path(&lead), &mentor.token, word).await.ok();

        app.verify_bridge_mentor(&mentor, "REJECTED").await;
        app.try_to_order(&mentor, &elsewhere).await.refused(403, "MENTOR_NOT_APPROVED");
        let seen = app.lead_in("/mentor/leads", &mentor.token, &lead).await;
        assert_eq!(seen["name"], "Zelda Quillfeather", "what is bought stays bought");
    })
    .await;
}

#[tokio::test]
async fn the_price_is_fixed_when_the_order_is_made() {
    flow(async |app| {
        let mentor = app.bridge_mentor("pricey").await;
        let event = app.offer_event(&mentor, 5).await;
        let lead = app.verified_lead("dear", &event).await;
        let order = app.order_lead(&mentor, &lead).await;
        app.bridge_put(&format!("/mentor/events/{event}"), &mentor.token, json!({ "price_per_lead": 900 })).await.ok();
        let again = app.try_to_order(&mentor, &lead).await.ok();
        assert_eq!((&again["order_id"], &again["amount"]), (&json!(order), &json!(50_000)));
        let short = PayOptions { amount: Some(100), ..PayOptions::default() };
        let payment = app.local.provider.pay(&order, &short).unwrap();
        app.verify_lead_payment(&mentor, &payment).await.refused(409, "PAYMENT_MISMATCH");
        assert_eq!(app.lead_in("/mentor/leads", &mentor.token, &lead).await["status"], "VERIFIED");
        let next = app.verified_lead("dearer", &event).await;
        assert_eq!(app.try_to_order(&mentor, &next).await.ok()["amount"], 90_000);
    })
    .await;
}

#[tokio::test]
async fn a_failed_payment_leaves_the_lead_as_it_was() {
    flow(async |app| {
        let mentor = app.demo_mentor().await;
        let lead = app.verified_lead("unlucky", &app.demo_event().await).await;
        let order = app.order_lead(&mentor, &lead).await;
        let failed = app.local.provider.fail(&order).unwrap();
        app.send_webhook(&app.local.provider.webhook("payment.failed", &failed)).await.ok();
        app.drain().await;
        assert_eq!(app.lead_in("/mentor/leads", &mentor.token, &lead).await["status"], "VERIFIED");
        let path = "/admin/payments?status=FAILED";
        assert_eq!(app.bridge_get(path, &app.bridge_admin().await).await.ok()[0]["razorpay_order_id"], order.as_str());
        // The same order may still be paid.
        assert_eq!(app.order_lead(&mentor, &lead).await, order);
        app.verify_lead_payment(&mentor, &app.pay(&order)).await.ok();
        assert_eq!(app.lead_in("/mentor/leads", &mentor.token, &lead).await["status"], "PURCHASED");
    })
    .await;
}

#[tokio::test]
async fn of_two_payments_for_a_lead_the_second_goes_back() {
    flow(async |app| {
        let mentor = app.demo_mentor().await;
        let lead = app.verified_lead("twice", &app.demo_event().await).await;
        let order = app.order_lead(&mentor, &lead).await;
        let (first, second) = (app.pay(&order), app.pay(&order));
        app.verify_lead_payment(&mentor, &first).await.ok();
        for _ in 0..2 {
            app.send_webhook(&app.local.provider.webhook("payment.captured", &second)).await.ok();
            app.drain().await;
        }
        app.verify_lead_payment(&mentor, &second).await.refused(409, "PAYMENT_MISMATCH");
        // State first, money after: by due work, a moment later.
        app.local.clock.advance(SignedDuration::from_mins(1)).unwrap();
        app.local.pump.run_due().await;
        app.drain().await;
        assert_eq!((app.local.provider.refunds_of(&second.id).len(), app.local.provider.refunds_of(&first.id).len()), (1, 0));
        assert_eq!((app.published("MisfitRefunded"), app.published("LeadPurchased")), (1, 1));
        assert_eq!(app.lead_in("/mentor/leads", &mentor.token, &lead).await["status"], "PURCHASED");
    })
    .await;
}
