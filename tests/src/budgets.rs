//! What the main calls cost, counted by the table's meter: exact requests, and units for the record.

use crate::{
    harness::{App, flow_with},
    scenes::feedback,
};
use app::{Clock, Context, codes::Codes};
use domain::{Product, account::CodePurpose, event::Actor, text::Email};
use jiff::SignedDuration;
use local::Options;
use serde_json::json;
use store::Rate;

const PREP: &str = "/api/ai-tools/interview-prep";

/// Requests that a call makes, and the units they consume; prints them for the record.
pub async fn cost<T>(app: &App, what: &str, call: impl Future<Output = T>) -> (usize, T) {
    app.meter().take();
    let answer = call.await;
    let requests = app.meter().take();
    let operations: Vec<_> = requests.iter().map(|request| request.operation.as_str()).collect();
    let reads: f64 = requests.iter().map(|request| request.read_units).sum();
    let writes: f64 = requests.iter().map(|request| request.write_units).sum();
    println!("{what:<34} {:>2} requests  {reads:>5.1} RRU  {writes:>5.1} WRU  {}", requests.len(), operations.join(" "));
    (requests.len(), answer)
}

#[tokio::test]
async fn the_main_calls_keep_to_their_requests() {
    // Nothing runs beside the calls, so that only they are counted.
    let options = Options { metered: true, background: false, ..Options::in_memory() };
    flow_with(options, async |app| {
        let admin = app.admin().await;
        app.add_links(&admin, 40).await;
        let (n, mentee) = cost(app, "register free", app.free_mentee("counted")).await;
        assert_eq!(n, 2);
        let (n, _) = cost(app, "sign in", app.login(&mentee.email, crate::scenes::PASSWORD)).await;
        assert_eq!(n, 4);
        let (n, _) = cost(app, "who am I", app.get("/api/auth/me", &mentee.token)).await;
        assert_eq!(n, 1);
        let (n, order) = cost(app, "create order", app.order(Some(&mentee.token), json!({ "plan_id": "growth" }))).await;
        assert_eq!(n, 3);
        let payment = app.pay(&order);
        let (n, _) = cost(app, "webhook", app.send_webhook(&app.local.provider.webhook("payment.captured", &payment))).await;
        assert_eq!(n, 1);
        let (n, _) = cost(app, "verify an upgrade", app.verify(Some(&mentee.token), &payment)).await;
        assert_eq!(n, 4);
        let body =
            json!({ "name": "Counted Too", "email": "counted2@example.com", "password": "correct-horse", "plan_id": "growth" });
        let payment = app.pay(&app.order(None, body).await);
        let (n, _) = cost(app, "verify, with a new account", app.verify(None, &payment)).await;
        assert_eq!(n, 4);

        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let company = app.company().await;
        let (n, booking) = cost(app, "create booking", app.book(&mentee, &company, &[&slot])).await;
        assert_eq!(n, 3);
        let mentor = app.mentor_id(&admin).await;
        let (n, _) = cost(app, "confirm (1 h)", app.confirm(&admin, &booking, &mentor, &slot)).await;
        assert_eq!(n, 4);
        for path in ["/api/mentee/booking-requests?limit=50", "/api/mocks?limit=50", "/api/notifications?limit=50"] {
            let (n, _) = cost(app, path, app.get(path, &mentee.token)).await;
            assert_eq!(n, 2);
        }
        for path in ["/api/admin/booking-requests?limit=50", "/api/admin/meet-links?limit=50", "/api/admin/mentees?limit=50"] {
            let (n, _) = cost(app, path, app.get(path, &admin)).await;
            assert_eq!(n, 2);
        }
        let (n, _) = cost(app, "open slots", app.get_public("/api/available-slots?limit=50")).await;
        assert_eq!(n, 1);
        let about = json!({ "interview_type": "coding" });
        let (n, _) = cost(app, "AI tool, of a plan without limit", app.post(PREP, &mentee.token, about.clone())).await;
        assert_eq!(n, 3, "who asks, how often, and what came of it");
        let counted = app.paid_mentee("counted3", "foundation").await;
        let (n, _) = cost(app, "AI tool, of a plan that counts", app.post(PREP, &counted.token, about)).await;
        assert_eq!(n, 4, "one more to take it");
        let mock = &app.get("/api/mocks", &mentee.token).await.ok()[0];
        let token = app.mentor().await;
        let (n, _) = cost(app, "give feedback", app.post("/api/mentor/feedback", &token, feedback(mock))).await;
        assert_eq!(n, 4);
        let (n, ()) = cost(app, "sweep of an outbox with much in it", app.drain()).await;
        assert!(n > 16);
    })
    .await;
}

#[tokio::test]
async fn the_community_keeps_to_its_requests() {
    let options = Options { metered: true, background: false, ..Options::in_memory() };
    flow_with(options, async |app| {
        let (mentee, mentor, admin) = (app.paid_mentee("talks", "growth").await, app.mentor().await, app.admin().await);
        let words = json!({ "title": "Graphs", "content": "x".repeat(600), "category": "technical", "tags": ["sde2"] });
        let (n, post) = cost(app, "write a post", app.post("/api/community/posts", &mentee.token, words)).await;
        assert_eq!(n, 3, "who asks, how often, and the post");
        let path = format!("/api/community/posts/{}", post.ok()["id"].as_str().unwrap());
        let vote = async |vote: &str| app.post(&format!("{path}/vote"), &mentor, json!({ "vote": vote })).await;
        let (n, _) = cost(app, "vote", vote("up")).await;
        assert_eq!(n, 4);
        let (n, _) = cost(app, "vote the same again", vote("up")).await;
        assert_eq!(n, 4, "the counter of a bucket that is not full is asked twice, and nothing is written");
        let comment = async || app.post(&format!("{path}/comments"), &mentor, json!({ "content": "x".repeat(300) })).await;
        let (n, first) = cost(app, "comment", comment()).await;
        assert_eq!(n, 4);
        for _ in 0..8 {
            comment().await.ok();
        }
        for (what, path, requests) in [
            ("posts", "/api/community/posts?limit=50".to_owned(), 2),
            ("posts of a category", "/api/community/posts?category=technical&limit=50".to_owned(), 2),
            ("a post with its comments", path.clone(), 2),
            ("comments", format!("{path}/comments?limit=50"), 2),
        ] {
            let (n, _) = cost(app, what, app.get(&path, &mentee.token)).await;
            assert_eq!(n, requests, "{what}");
        }
        let report = async || app.post(&format!("{path}/report"), &mentor, json!({ "reason": "Off topic" })).await;
        let (n, _) = cost(app, "report", report()).await;
        assert_eq!(n, 4);
        let comment = format!("/api/community/comments/{}", first.ok()["id"].as_str().unwrap());
        let hide = async |what: &str| {
            let path = format!("{}/moderate", what.replace("/api/", "/api/admin/"));
            app.post(&path, &admin, json!({ "action": "hide", "reason": "Off topic" })).await.ok()
        };
        let (n, _) = cost(app, "hide a comment", hide(&comment)).await;
        assert_eq!(n, 4);
        let (n, _) = cost(app, "hide a post", hide(&path)).await;
        assert_eq!(n, 3);
    })
    .await;
}

#[tokio::test]
async fn the_shared_mechanics_keep_to_their_requests() {
    let options = Options { metered: true, background: false, ..Options::in_memory() };
    flow_with(options, async |app| {
        let (store, clock) = (&app.local.platform.store, &app.local.clock);
        let admin = app.admin().await;
        let mentee = app.paid_mentee("keyed", "growth").await;
        let body = json!({ "company_id": app.company().await, "slot_ids": [app.add_slot(&admin, 20, 600, 60).await] });
        let keyed = async || {
            let url = format!("{}/api/mentee/booking-request", app.local.url);
            let request = app.http.post(url).header("Idempotency-Key", "one").bearer_auth(&mentee.token).json(&body);
            crate::calls::read(request).await.ok()
        };
        let (n, _) = cost(app, "create booking under a key", keyed()).await;
        assert_eq!(n, 3 + 2);
        let (n, _) = cost(app, "the same again", keyed()).await;
        assert_eq!(n, 2, "who asks, and what he was told");

        let rate = Rate::Bucket { interval: SignedDuration::from_secs(1), burst: 2 };
        for (what, requests) in [("rate: of a full bucket", 1), ("rate: of a used one", 2), ("rate: of an empty one", 2)] {
            let (n, _) = cost(app, what, store.take(Product::Codementee, "test", "x", rate, clock.now())).await;
            assert_eq!(n, requests, "{what}");
        }

        let codes = Codes::from_settings(store.clone(), &app.local.platform.settings).unwrap();
        let (purpose, email) = (CodePurpose::SignIn, Email::parse("coded@example.com").unwrap());
        let cx = Context::new(Product::Mansa, clock.now(), Actor::Visitor);
        let (n, code) = cost(app, "code: make", codes.make(Product::Mansa, purpose, &email, clock.now())).await;
        assert_eq!(n, 1);
        let code = code.unwrap();
        let wrong = if code.reveal() == "000000" { "111111" } else { "000000" };
        let (n, answer) = cost(app, "code: a wrong try", codes.redeem(&cx, purpose, &email, wrong)).await;
        assert!(n == 3 && answer.is_err(), "one of them counts: {n}");
        let (n, answer) = cost(app, "code: redeem", codes.redeem(&cx, purpose, &email, code.reveal())).await;
        assert!(n == 4 && answer.is_ok(), "two of them count: {n}");

        app.drain().await;
        let (n, ()) = cost(app, "sweep of an empty outbox", app.drain()).await;
        assert_eq!(n, 16, "one for each shard");
        let (n, ()) = cost(app, "look for due work, none", app.local.pump.run_due()).await;
        assert_eq!(n, 28, "one for each shard of each of the three lanes, and of the outbox");
    })
    .await;
}

/// What was counted, against what is said; all of it at once, so that a change shows whole.
fn keeps(counted: &[(&str, usize)], said: &[(&str, usize)]) {
    assert_eq!(counted, said);
}

#[tokio::test]
async fn leadbridge_keeps_to_its_requests() {
    let options = Options { metered: true, background: false, ..Options::in_memory() };
    flow_with(options, async |app| {
        let (mentor, user, admin) =
            (app.bridge_mentor("counts").await, app.bridge_user("counted").await, app.bridge_admin().await);
        let event = app.offer_event(&mentor, 5).await;
        let mut counted = Vec::new();
        let (n, _) = cost(app, "who am I", app.bridge_get("/auth/me", &user.token)).await;
        counted.push(("who am I", n));
        let (n, lead) = cost(app, "book an event", app.book_event(&user, &event, "+91 12345 67890")).await;
        counted.push(("book an event", n));
        let (n, order) = cost(app, "order a lead", app.order_lead(&mentor, &lead)).await;
        counted.push(("order a lead", n));
        let payment = app.pay(&order);
        let webhook = app.local.provider.webhook("payment.captured", &payment);
        let (n, _) = cost(app, "webhook", app.send_webhook_to("/leadbridge", &webhook)).await;
        counted.push(("webhook", n));
        let (n, _) = cost(app, "verify a payment", app.verify_lead_payment(&mentor, &payment)).await;
        counted.push(("verify a payment", n));
        for (path, token) in [
            ("/events?limit=50", &user.token),
            ("/user/bookings?limit=50", &user.token),
            ("/mentor/events?limit=50", &mentor.token),
            ("/mentor/leads?limit=50", &mentor.token),
            ("/admin/users?limit=50", &admin),
            ("/admin/payments?limit=50", &admin),
        ] {
            let (n, list) = cost(app, path, app.bridge_get(path, token)).await;
            list.ok();
            counted.push((path, n));
        }
        let said = [
            ("who am I", 1),
            ("book an event", 3),
            ("order a lead", 4),
            ("webhook", 1),
            ("verify a payment", 4),
            ("/events?limit=50", 2),
            ("/user/bookings?limit=50", 2),
            ("/mentor/events?limit=50", 2),
            ("/mentor/leads?limit=50", 3),
            ("/admin/users?limit=50", 2),
            ("/admin/payments?limit=50", 2),
        ];
        keeps(&counted, &said);
    })
    .await;
}

#[tokio::test]
async fn mansa_keeps_to_its_requests() {
    let options = Options { metered: true, background: false, ..Options::in_memory() };
    flow_with(options, async |app| {
        let admin = app.mansa_token(crate::mansa::ADMIN).await;
        let (mentor, mentee) = (app.open_mentor(&admin, "guide", "UTC").await, app.insider(&admin, "counted", "student").await);
        let (day, mut counted) = (app.day(4), Vec::new());
        let asked = app.ask_session(&mentee.token, &mentor.id, &day, "10:00", "11:00");
        let (n, session) = cost(app, "ask for a session", asked).await;
        counted.push(("ask for a session", n));
        let session = crate::mansa::id(&session.body);
        let (n, _) = cost(app, "agree to it", app.move_session(&mentor.token, &session, "confirmed")).await;
        counted.push(("agree to it", n));
        for (path, token) in [
            ("/mansa/api/users/me/", &mentee.token),
            ("/mansa/api/v1/mentorship/mentors/me/", &mentor.token),
            ("/mansa/api/v1/mentorship/bookings/?role=mentee", &mentee.token),
            ("/mansa/api/v1/mentorship/mentors/", &mentee.token),
            ("/mansa/api/v1/mentorship/admin/mentors/?limit=50", &admin),
            ("/mansa/api/v1/members/?limit=50", &admin),
        ] {
            let (n, answer) = cost(app, path, app.get(path, token)).await;
            answer.ok();
            counted.push((path, n));
        }
        let said = [
            ("ask for a session", 3),
            ("agree to it", 3),
            ("/mansa/api/users/me/", 2),
            ("/mansa/api/v1/mentorship/mentors/me/", 2),
            ("/mansa/api/v1/mentorship/bookings/?role=mentee", 2),
            ("/mansa/api/v1/mentorship/mentors/", 2),
            ("/mansa/api/v1/mentorship/admin/mentors/?limit=50", 2),
            ("/mansa/api/v1/members/?limit=50", 2),
        ];
        keeps(&counted, &said);
    })
    .await;
}

#[tokio::test]
async fn aspirex_keeps_to_its_requests() {
    let options = Options { metered: true, background: false, ..Options::in_memory() };
    flow_with(options, async |app| {
        let (mentor, student, admin) =
            (app.paid_mentor("guide", 80).await, app.student("counted").await, app.sessions_admin().await);
        let mut counted = Vec::new();
        let (n, (_, order)) = cost(app, "ask for a session", app.hold(&student, &mentor, 2, "10:00")).await;
        counted.push(("ask for a session", n));
        let payment = app.pay(&order);
        let (n, _) = cost(app, "verify its payment", app.verify_session(&student, &payment)).await;
        counted.push(("verify its payment", n));
        let webhook = app.local.provider.webhook("payment.captured", &payment);
        let (n, _) = cost(app, "webhook", app.send_webhook_to("/aspirex", &webhook)).await;
        counted.push(("webhook", n));
        for (path, by) in [
            ("/chat/get-user-info/", &student),
            ("/notifications/", &student),
            ("/notifications/unread-count/", &student),
            ("/student/sessions/", &student),
            ("/mentor/earnings/", &mentor),
            ("/mentor/withdrawals/", &mentor),
            ("/community/posts/", &student),
            ("/student/notes/", &student),
            ("/admin/users/", &admin),
            ("/admin/sessions/", &admin),
        ] {
            let (n, answer) = cost(app, path, app.ask(path, by)).await;
            answer.ok();
            counted.push((path, n));
        }
        let said = [
            ("ask for a session", 3),
            ("verify its payment", 4),
            ("webhook", 1),
            ("/chat/get-user-info/", 1),
            ("/notifications/", 2),
            ("/notifications/unread-count/", 2),
            ("/student/sessions/", 2),
            ("/mentor/earnings/", 2),
            ("/mentor/withdrawals/", 2),
            ("/community/posts/", 2),
            ("/student/notes/", 2),
            ("/admin/users/", 2),
            ("/admin/sessions/", 2),
        ];
        keeps(&counted, &said);
    })
    .await;
}
