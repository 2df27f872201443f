use crate::harness::flow;
use futures::future::join_all;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn of_many_wishes_for_one_time_one_is_granted() {
    flow(async |app| {
        let mentor = app.paid_mentor("guide", 80).await;
        let mut students = Vec::new();
        for n in 0..12 {
            students.push(app.student(&format!("racer{n}")).await);
        }
        let hours = ["10:00", "10:30", "10:45"];
        let wishes = (0..36).map(|n| app.try_session(&students[n % 12], &mentor, 3, hours[n % hours.len()]));
        let answers = join_all(wishes).await;
        let granted = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(granted, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            assert!([409, 503].contains(&answer.status), "{}", answer.body);
        }
        assert_eq!(app.quarters().await, 8);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn browser_and_webhook_at_once_settle_once() {
    flow(async |app| {
        let (mentor, student) = (app.paid_mentor("guide", 80).await, app.student("maya").await);
        let (session, order) = app.hold(&student, &mentor, 3, "10:00").await;
        let payment = app.pay(&order);
        let words = join_all((0..10).map(|_| app.verify_session(&student, &payment)));
        let webhooks = join_all((0..10).map(async |_| {
            app.send_webhook_to("/aspirex", &app.local.provider.webhook("payment.captured", &payment)).await.ok();
            app.drain().await;
        }));
        let (words, _) = futures::future::join(words, webhooks).await;
        assert!(words.iter().all(|word| [200, 503].contains(&word.status)), "{words:?}");
        app.drain().await;
        assert_eq!(app.meeting("/student/sessions/", &student, &session).await["status"], "scheduled");
        assert_eq!((app.published("MentorshipPaid"), app.published("PaymentMismatched")), (1, 0));
        assert_eq!(app.stats(&mentor).await["pendingEarnings"], 80);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_withdrawals_at_once_take_no_more_than_there_is() {
    flow(async |app| {
        let (mentor, student, admin) =
            (app.paid_mentor("guide", 525).await, app.student("maya").await, app.sessions_admin().await);
        let session = app.agreed(&student, &mentor, 2, "10:00").await;
        app.complete_now(&session).await;
        assert_eq!(app.stats(&mentor).await["availableBalance"], 525);
        let mut granted = Vec::new();
        // What meets others too often is busy and may be asked again.
        for _ in 0..5 {
            let answers = join_all((0..50).map(|_| app.withdraw(&mentor, 50.0))).await;
            for answer in answers {
                match answer.status {
                    201 => granted.push(answer.body["withdrawal"]["id"].as_str().unwrap().to_owned()),
                    503 => {}
                    _ => _ = answer.refused(400, "INSUFFICIENT_BALANCE"),
                }
            }
        }
        assert_eq!(granted.len(), 10);
        assert_eq!(app.stats(&mentor).await["availableBalance"], 25);
        // Each is decided once, whatever is decided at once.
        for id in &granted[..3] {
            let refuse = || app.tell(format!("/admin/withdrawals/{id}/refuse/").leak(), &admin, json!({}));
            let settle = || app.tell(format!("/admin/withdrawals/{id}/settle/").leak(), &admin, json!({ "transaction_id": "T" }));
            let (a, b, c) = futures::future::join3(refuse(), settle(), refuse()).await;
            let done = [a, b, c].iter().filter(|answer| answer.status == 200).count();
            assert_eq!(done, 1);
        }
        let listed = app.ask("/mentor/withdrawals/", &mentor).await.ok();
        let of = |status: &str| listed.as_array().unwrap().iter().filter(|one| one["status"] == status).count() as u64;
        let stats = app.stats(&mentor).await;
        assert_eq!(stats["availableBalance"], json!(25 + 50 * of("rejected")));
        assert_eq!(stats["withdrawn"], json!(50 * (of("completed") + of("pending"))));
    })
    .await;
}
