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
        for path in ["/api/mentee/booking-requests?limit=50", "/api/mocks?limit=50"] {
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
            ("comments", format!("{path}/comments?limit=50"), 3),
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
