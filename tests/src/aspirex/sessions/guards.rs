//! Who may what, and when.

use crate::harness::flow;
use serde_json::json;

#[tokio::test]
async fn what_is_others_does_not_exist() {
    flow(async |app| {
        let (mentor, student) = (app.paid_mentor("guide", 80).await, app.student("maya").await);
        let (rival, stranger, admin) =
            (app.paid_mentor("rival", 80).await, app.student("stranger").await, app.sessions_admin().await);
        let (session, order) = app.hold(&student, &mentor, 3, "10:00").await;
        let payment = app.pay(&order);
        // Not even a true word of a stranger opens anything.
        app.verify_session(&stranger, &payment).await.refused(404, "NOT_FOUND");
        let mut forged = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        forged["razorpay_signature"] = "0".repeat(64).into();
        app.tell("/student/verify-payment/", &student, forged).await.refused(400, "PAYMENT_VERIFICATION_FAILED");
        app.tell("/mentor/create-order/", &stranger, json!({ "session_id": session })).await.refused(404, "NOT_FOUND");
        app.verify_session(&student, &payment).await.ok();
        let none = json!({});
        app.tell(&format!("/student/sessions/{session}/cancel/"), &stranger, none.clone()).await.refused(404, "NOT_FOUND");
        app.tell(&format!("/mentor/sessions/{session}/cancel/"), &rival, none.clone()).await.refused(404, "NOT_FOUND");
        app.tell(&format!("/mentor/sessions/{session}/settle/"), &rival, json!({ "accepted": true }))
            .await
            .refused(404, "NOT_FOUND");
        let later = json!({ "new_time": format!("{}T10:00", app.day(5)) });
        app.tell(&format!("/mentor/meeting/{session}/reschedule/"), &rival, later).await.refused(404, "NOT_FOUND");
        let link = json!({ "meeting_link": "https://zoom.us/j/1" });
        app.tell(&format!("/mentor/meeting/{session}/link/"), &rival, link).await.refused(404, "NOT_FOUND");
        app.ask(&format!("/mentor/meeting/attendance/?meeting_id={session}"), &stranger).await.refused(404, "NOT_FOUND");
        app.attend(&stranger, "student", &session, "AAAAAAAA").await.refused(404, "NOT_FOUND");
        app.ask(&format!("/student/feedback/check/{session}/"), &stranger).await.refused(404, "NOT_FOUND");
        let rate = json!({ "meeting_id": session, "rating": 1, "feedback_text": "" });
        app.tell("/student/feedback/", &stranger, rate.clone()).await.refused(404, "NOT_FOUND");
        app.tell("/student/feedback/", &student, rate).await.refused(409, "BOOKING_NOT_COMPLETED");
        assert!(app.meeting("/student/sessions/", &stranger, &session).await.is_null());
        // A student's key is neither the mentor's nor an admin's to see.
        assert!(app.meeting("/admin/sessions/", &admin, &session).await["attendance_key"].is_null());
        let own = app.own_key("/student/sessions/", &student, &session).await;
        assert_ne!(app.own_key("/mentor/sessions/", &mentor, &session).await, own);
        app.tell("/student/book-session/", &mentor, json!({})).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        app.withdraw(&student, 50.0).await.refused(403, "INSUFFICIENT_PERMISSIONS");
        app.ask("/admin/withdrawals/", &mentor).await.refused(403, "INSUFFICIENT_PERMISSIONS");
    })
    .await;
}

#[tokio::test]
async fn attendance_needs_the_other_sides_key_and_few_tries() {
    flow(async |app| {
        let (mentor, student) = (app.paid_mentor("guide", 80).await, app.student("maya").await);
        let session = app.agreed(&student, &mentor, 2, "23:00").await;
        let of_mentor = app.own_key("/mentor/sessions/", &mentor, &session).await;
        let of_student = app.own_key("/student/sessions/", &student, &session).await;
        app.attend(&student, "student", &session, &of_mentor).await.refused(409, "SESSION_NOT_STARTED");
        // To a minute after the start.
        let starts: domain::Instant = domain::Instant::parse(
            app.meeting("/student/sessions/", &student, &session).await["scheduled_time"].as_str().unwrap(),
        )
        .unwrap();
        let until = starts.since(app::Clock::now(&*app.local.clock)) + jiff::SignedDuration::from_mins(1);
        app.local.clock.advance(until).unwrap();
        app.attend(&student, "student", &session, &of_student).await.refused(403, "WRONG_ATTENDANCE_KEY");
        app.attend(&student, "mentor", &session, &of_mentor).await.refused(403, "NOT_YOUR_PART");
        app.attend(&student, "student", &session, &of_mentor.to_lowercase()).await.ok();
        let path = format!("/mentor/meeting/attendance/?meeting_id={session}");
        assert_eq!(app.ask(&path, &mentor).await.ok()["attended_roles"], json!(["student"]));
        for _ in 0..5 {
            app.attend(&mentor, "mentor", &session, "22222222").await;
        }
        app.attend(&mentor, "mentor", &session, &of_student).await.refused(429, "RATE_LIMITED");
        app.local.clock.advance(jiff::SignedDuration::from_mins(1)).unwrap();
        app.attend(&mentor, "mentor", &session, &of_student).await.ok();
        assert_eq!(app.meeting("/mentor/sessions/", &mentor, &session).await["status"], "completed");
        assert_eq!(app.stats(&mentor).await["availableBalance"], 80);
        app.drain().await;
        assert_eq!(app.published("MentorshipCompleted"), 1);
        app.tell(&format!("/student/sessions/{session}/cancel/"), &student, json!({})).await.refused(409, "BOOKING_NOT_OPEN");
    })
    .await;
}

#[tokio::test]
async fn a_mentor_gives_a_session_another_time_and_both_calendars_follow() {
    flow(async |app| {
        let (mentor, student, other) = (app.paid_mentor("guide", 80).await, app.student("maya").await, app.student("alex").await);
        let session = app.agreed(&student, &mentor, 3, "04:30").await;
        let taken = app.agreed(&other, &mentor, 4, "04:30").await;
        let path = format!("/mentor/meeting/{session}/reschedule/");
        let to = |time: String| json!({ "new_time": time });
        // 10:00 in Kolkata is 04:30 by UTC.
        app.tell(&path, &mentor, to(format!("{}T10:15", app.day(4)))).await.refused(409, "MENTOR_BUSY");
        let moved = app.tell(&path, &mentor, to(format!("{}T10:30", app.day(3)))).await.ok();
        assert_eq!((&moved["success"], &moved["timezone"]), (&json!(true), &json!("Asia/Kolkata")));
        assert!(moved["new_time"].as_str().unwrap().ends_with("T05:00:00.000Z"), "{moved}");
        assert_eq!(app.quarters().await, 16);
        app.tell(&path, &mentor, to(format!("{}T10:30", app.day(-1)))).await.refused(400, "TOO_SOON");
        app.tell(&path, &mentor, to(format!("{}T10:30", app.day(182)))).await.refused(400, "VALIDATION_FAILED");
        assert_eq!(app.tell(&path, &mentor, to("tomorrow".to_owned())).await.status, 400);
        assert_eq!(app.tell(&path, &mentor, to(format!("{}T10:30:00Z", app.day(5)))).await.status, 400);
        app.drain().await;
        let mails = app.local.inbox.mails(Some(&student.email), Some("Moved"));
        assert!(mails.len() == 1 && mails[0].attachments.iter().any(|file| file.name == "invite.ics"));
        app.later(24 * 6);
        app.run_later(0).await;
        let admin = app.sessions_admin().await;
        for session in [&session, &taken] {
            app.tell(&format!("/admin/sessions/{session}/complete/"), &admin, json!({})).await.ok();
            assert_eq!(app.meeting("/mentor/sessions/", &mentor, session).await["status"], "completed");
        }
        app.tell(&path, &mentor, to(format!("{}T10:30", app.day(2)))).await.refused(409, "BOOKING_NOT_CONFIRMED");
    })
    .await;
}

#[tokio::test]
async fn only_listed_mentors_with_a_price_are_booked_and_nobody_by_himself() {
    flow(async |app| {
        let (free, student) = (app.paid_mentor("free", 0).await, app.student("maya").await);
        let waiting = app.waiting_mentor("waiting").await;
        app.try_session(&student, &free, 3, "10:00").await.refused(409, "NO_HOURLY_RATE");
        app.try_session(&student, &waiting, 3, "10:00").await.refused(404, "NOT_FOUND");
        app.try_session(&student, &student, 3, "10:00").await.refused(400, "OWN_SESSION");
        let mentor = app.paid_mentor("guide", 80).await;
        app.try_session(&student, &mentor, -1, "10:00").await.refused(400, "VALIDATION_FAILED");
        app.try_session(&student, &mentor, 300, "10:00").await.refused(400, "VALIDATION_FAILED");
        let body = |minutes: i64| json!({ "mentor_id": mentor.number, "scheduled_at": format!("{}T10:00", app.day(3)), "duration_minutes": minutes });
        for minutes in [0, 7, 255, -60] {
            assert_eq!(app.tell("/student/book-session/", &student, body(minutes)).await.status, 400, "{minutes}");
        }
        let answer = app.tell("/student/book-session/", &student, body(90)).await;
        assert_eq!((answer.status, &answer.body["order"]["amount"]), (201, &json!(12_000)));
    })
    .await;
}
