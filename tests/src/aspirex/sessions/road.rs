use crate::harness::flow;
use serde_json::json;

#[tokio::test]
async fn from_the_order_to_the_money() {
    flow(async |app| {
        let (mentor, student, admin) =
            (app.paid_mentor("guide", 80).await, app.student("maya").await, app.sessions_admin().await);
        let (session, order) = app.hold(&student, &mentor, 3, "10:00").await;
        let held = app.meeting("/student/sessions/", &student, &session).await;
        assert_eq!((&held["status"], &held["price"], &held["is_paid"]), (&json!("pending"), &json!("80.00"), &json!(false)));
        assert!(held["attendance_key"].is_null());
        app.verify_session(&student, &app.pay(&order)).await.ok();
        app.drain().await;
        let seen = app.meeting("/mentor/sessions/", &mentor, &session).await;
        let who = (&seen["status"], &seen["student"], &seen["duration"], &seen["title"]);
        assert_eq!(
            who,
            (&json!("scheduled"), &json!(format!("{} - Person maya", student.number)), &json!(60), &json!("Careers"))
        );
        // Each is invited, and knows his own key alone.
        for (one, other, path) in [(&mentor, &student, "/mentor/sessions/"), (&student, &mentor, "/student/sessions/")] {
            let key = app.own_key(path, one, &session).await;
            let mails = app.local.inbox.mails(Some(&one.email), Some("Confirmed"));
            assert!(mails.len() == 1 && mails[0].text.contains(&key), "{mails:?}");
            assert!(mails[0].attachments.iter().any(|file| file.name == "invite.ics"));
            let others = app.local.inbox.mails(Some(&other.email), Some("Confirmed"));
            assert!(!others[0].text.contains(&key));
        }
        assert_eq!(app.local.inbox.mails(Some(&student.email), Some("Payment received")).len(), 1);
        let link = json!({ "meeting_link": "https://meet.google.com/abc-defg-hij" });
        app.tell(&format!("/mentor/meeting/{session}/link/"), &mentor, link).await.ok();
        let stats = app.stats(&mentor).await;
        assert_eq!((&stats["pendingEarnings"], &stats["availableBalance"]), (&json!(80), &json!(0)));

        // The student alone shows that they met, by the mentor's key.
        app.to_the_start(&student, &session).await;
        let now_on = app.meeting("/student/sessions/", &student, &session).await["meeting_link"].clone();
        assert_eq!(now_on, "https://meet.google.com/abc-defg-hij");
        let key = app.own_key("/mentor/sessions/", &mentor, &session).await;
        app.attend(&student, "student", &session, &key).await.ok();
        let check = format!("/student/feedback/check/{session}/");
        assert_eq!(app.ask(&check, &student).await.ok()["exists"], false);
        for (minutes, status) in [(61, "scheduled"), (23 * 60 + 58, "scheduled"), (1, "completed")] {
            app.run_later(minutes).await;
            let seen = app.meeting("/mentor/sessions/", &mentor, &session).await;
            assert_eq!(seen["status"], status, "{minutes} minutes later: it counts a day after its end");
        }
        let body = json!({ "mentor_id": mentor.number, "meeting_id": session, "rating": 4, "feedback_text": "Clear" });
        let given = app.tell("/student/feedback/", &student, body.clone()).await;
        assert_eq!((given.status, &given.body["rating"], &given.body["is_approved"]), (201, &json!(4), &json!(true)));
        app.tell("/student/feedback/", &student, body).await.refused(409, "ALREADY_RATED");
        let checked = app.ask(&check, &student).await.ok();
        assert_eq!((&checked["exists"], &checked["feedback"]["feedback_text"]), (&json!(true), &json!("Clear")));
        let list = app.ask("/mentor/feedback/", &mentor).await.ok();
        assert_eq!((&list[0]["student_name"], &list[0]["student_id"]), (&json!("Person maya"), &json!(student.number)));
        let sums = app.ask("/mentor/feedback/stats/", &mentor).await.ok();
        assert_eq!((&sums["total_feedback"], &sums["average_rating"]), (&json!(1), &json!(4.0)));
        assert_eq!(sums["rating_distribution"][1], json!({ "rating": 4, "count": 1 }));
        let students = app.ask("/mentor/students/", &mentor).await.ok();
        assert_eq!((&students[0]["student_id"], &students[0]["total_sessions"]), (&json!(student.number), &json!(1)));

        let statement = app.ask("/mentor/earnings/?time_filter=7days&page=1", &mentor).await.ok();
        assert_eq!(statement["pagination"]["count"], 1);
        assert_eq!((&statement["earnings"][0]["amount"], &statement["earnings"][0]["status"]), (&json!(80), &json!("completed")));
        assert_eq!(statement["stats"]["availableBalance"], 80);
        app.withdraw(&mentor, 80.01).await.refused(400, "INSUFFICIENT_BALANCE");
        app.withdraw(&mentor, 49.0).await.refused(400, "VALIDATION_FAILED");
        let asked = app.withdraw(&mentor, 60.0).await;
        assert_eq!((asked.status, app.stats(&mentor).await["availableBalance"].clone()), (201, json!(20)));
        let id = asked.body["withdrawal"]["id"].as_str().unwrap().to_owned();
        let waiting = app.ask("/admin/withdrawals/?status=pending", &admin).await.ok();
        assert_eq!(waiting[0]["id"], id.as_str());
        app.tell(&format!("/admin/withdrawals/{id}/refuse/"), &admin, json!({ "admin_notes": "No bank" })).await.ok();
        app.tell(&format!("/admin/withdrawals/{id}/refuse/"), &admin, json!({})).await.refused(409, "WITHDRAWAL_DECIDED");
        assert_eq!(app.stats(&mentor).await["availableBalance"], 80, "once");
        let asked = app.withdraw(&mentor, 80.0).await.body;
        let path = format!("/admin/withdrawals/{}/settle/", asked["withdrawal"]["id"].as_str().unwrap());
        app.tell(&path, &admin, json!({ "transaction_id": "UTR-7" })).await.ok();
        let own = app.ask("/mentor/withdrawals/", &mentor).await.ok();
        assert_eq!((&own[0]["status"], &own[0]["transaction_id"]), (&json!("completed"), &json!("UTR-7")));
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some(&mentor.email), Some("You were paid out")).len(), 1);
        assert_eq!(app.local.inbox.mails(Some(&admin.email), Some("Withdrawal of")).len(), 2);
    })
    .await;
}

#[tokio::test]
async fn browser_and_webhook_come_in_any_order_twice_or_alone() {
    flow(async |app| {
        let mentor = app.paid_mentor("guide", 80).await;
        let orders = ["bw", "wb", "w", "b", "wwbb", "bbww"];
        for (n, order_of_words) in orders.iter().enumerate() {
            let student = app.student(&format!("payer{n}")).await;
            let (session, order) = app.hold(&student, &mentor, 3, &format!("{:02}:00", 10 + n)).await;
            let payment = app.pay(&order);
            for word in order_of_words.chars() {
                if word == 'b' {
                    app.verify_session(&student, &payment).await.ok();
                } else {
                    let webhook = app.local.provider.webhook("payment.captured", &payment);
                    app.send_webhook_to("/aspirex", &webhook).await.ok();
                    app.drain().await;
                }
            }
            let seen = app.meeting("/student/sessions/", &student, &session).await;
            assert_eq!((&seen["status"], &seen["is_paid"]), (&json!("scheduled"), &json!(true)), "{order_of_words}");
        }
        app.drain().await;
        assert_eq!((app.published("MentorshipPaid"), app.published("MentorshipConfirmed")), (6, 6));
        let stats = app.stats(&mentor).await;
        assert_eq!((&stats["pendingEarnings"], &stats["totalStudents"]), (&json!(480), &json!(6)));
    })
    .await;
}
