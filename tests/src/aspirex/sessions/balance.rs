//! Random sequences of earning and taking out: the balance is what came in less what went out, at every step.

use crate::harness::flow;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::json;

#[tokio::test]
async fn the_balance_is_always_what_came_in_less_what_went_out() {
    let seed: u64 = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(rand::random);
    println!("seed: SEED={seed}");
    let mut rng = StdRng::seed_from_u64(seed);
    flow(async |app| {
        let (mentor, admin) = (app.paid_mentor("guide", 120).await, app.sessions_admin().await);
        let (mut earned, mut out) = (0_u64, 0_u64);
        let mut open: Vec<(String, u64)> = Vec::new();
        for step in 0..40 {
            match rng.random_range(0..10) {
                // A session that takes place, or is called off.
                0..4 => {
                    let student = app.student(&format!("s{step}")).await;
                    let hour = format!("{:02}:{:02}", step % 20, if rng.random_bool(0.5) { 0 } else { 15 });
                    let answer = app.try_session(&student, &mentor, 3 + step / 20, &hour).await;
                    if answer.status != 201 {
                        answer.refused(409, "MENTOR_BUSY");
                        continue;
                    }
                    let session = answer.body["session"]["meeting_id"].as_str().unwrap().to_owned();
                    app.verify_session(&student, &app.pay(answer.body["order"]["order_id"].as_str().unwrap())).await.ok();
                    if rng.random_bool(0.3) {
                        app.tell(&format!("/student/sessions/{session}/cancel/"), &student, json!({})).await.ok();
                    } else if rng.random_bool(0.8) {
                        // Completed as an admin would, after its beginning: by moving it into the past.
                        app.complete_now(&session).await;
                        earned += 120;
                    }
                }
                4..7 => {
                    let amount = rng.random_range(50..200);
                    let answer = app.withdraw(&mentor, amount).await;
                    if earned - out >= amount {
                        assert_eq!(answer.status, 201, "seed {seed}, step {step}: {}", answer.body);
                        out += amount;
                        open.push((answer.body["withdrawal"]["id"].as_str().unwrap().to_owned(), amount));
                    } else {
                        answer.refused(400, "INSUFFICIENT_BALANCE");
                    }
                }
                _ if open.is_empty() => {}
                choice => {
                    let (id, amount) = open.swap_remove(rng.random_range(0..open.len()));
                    let what = if choice == 7 { "settle" } else { "refuse" };
                    let path = format!("/admin/withdrawals/{id}/{what}/");
                    app.tell(&path, &admin, json!({ "transaction_id": "T" })).await.ok();
                    app.tell(&path, &admin, json!({ "transaction_id": "T" })).await.refused(409, "WITHDRAWAL_DECIDED");
                    if what == "refuse" {
                        out -= amount;
                    }
                }
            }
            let stats = app.stats(&mentor).await;
            let expected = (json!(earned - out), json!(earned), json!(out));
            let found = (stats["availableBalance"].clone(), stats["totalEarnings"].clone(), stats["withdrawn"].clone());
            assert_eq!(found, expected, "seed {seed}, step {step}");
        }
    })
    .await;
}

impl crate::harness::App {
    /// Lets a session take place, without waiting for its day: the store's own move, as the scheduler makes it.
    pub async fn complete_now(&self, session: &str) {
        use domain::{Product, mentorship::SessionMove};
        let store = &self.local.platform.store;
        let before = store.session_booking(Product::AspireX, session.parse().unwrap()).await.unwrap().unwrap();
        let after = before.moved(&SessionMove::Complete, before.time.ends_at).unwrap();
        assert!(store.move_session(&before, &after, &[], &store::Record::default()).await.unwrap());
    }
}
