//! A walk through every operation of the API, as people of all roles take it, with the workers behind.

use super::rights::Stack;
use crate::{
    calls::{Answer, read},
    harness::App,
    input::NOTHING,
    scenes::{PASSWORD, Person, feedback},
};
use jiff::SignedDuration;
use local::standins::{bedrock::Trouble, razorpay::PayOptions};
use reqwest::Method;
use serde_json::{Value, json};

pub const DAY: SignedDuration = SignedDuration::from_hours(24);

/// All of it. Each part has its place on the heap: together they would not fit on a stack.
pub async fn walk(stack: &Stack) {
    let app = &stack.app;
    let cookies = Cookies::get(stack).await;
    Box::pin(people(stack)).await;
    Box::pin(things(app)).await;
    Box::pin(bookings(stack)).await;
    Box::pin(payments(stack)).await;
    Box::pin(mocks(stack)).await;
    Box::pin(community(stack)).await;
    Box::pin(ai_tools(app)).await;
    // A session in a cookie is written again when it was not for a day, whichever function is asked.
    app.local.clock.advance(DAY * 2).unwrap();
    stack.scheduler.run().await.unwrap();
    stack.work().await;
    cookies.use_everywhere(app).await;
    app.local.clock.advance(DAY).unwrap();
    Box::pin(later(stack)).await;
    Box::pin(mentors(stack)).await;
    Box::pin(care(stack)).await;
    Box::pin(other_faces(stack)).await;
    Box::pin(super::leadbridge::leadbridge(stack)).await;
    Box::pin(super::walk_mansa::mansa(stack)).await;
    Box::pin(super::walk_people::people(stack)).await;
    Box::pin(super::walk_sessions::sessions(stack)).await;
    Box::pin(super::walk_chat::chat(stack)).await;
}

/// The other products' faces.
async fn other_faces(stack: &Stack) {
    let app = &stack.app;
    for face in ["/leadbridge", "/mansa", "/aspirex"] {
        for path in ["/api", "/api/health", "/health"] {
            app.get_public(&format!("{face}{path}")).await.ok();
        }
        let visitor = json!({ "plan_id": "growth", "name": "Web Hook", "email": format!("{}@example.com", &face[1..]) });
        let payment = app.pay(&app.order(None, visitor).await);
        app.send_webhook_to(face, &app.local.provider.webhook("payment.captured", &payment)).await.ok();
    }
}

/// Asks with a key, twice; returns what the first was answered.
pub async fn keyed(app: &App, path: &str, token: Option<&str>, body: &Value) -> Value {
    let ask = async || {
        let request = app.http.post(format!("{}{path}", app.local.url)).header("idempotency-key", path).json(body);
        read(token.into_iter().fold(request, reqwest::RequestBuilder::bearer_auth)).await
    };
    let first = ask().await.ok();
    let again = ask().await;
    assert!(again.headers.contains_key("idempotency-replayed"), "{path}: {}", again.body);
    assert_eq!(again.ok(), first, "{path}");
    first
}

/// Asks with a key for what is refused, so that the key may be used again.
pub async fn keyed_in_vain(app: &App, path: &str, token: Option<&str>, body: &Value) {
    let request = app.http.post(format!("{}{path}", app.local.url)).header("idempotency-key", "in vain").json(body);
    let answer = read(token.into_iter().fold(request, reqwest::RequestBuilder::bearer_auth)).await;
    assert!([400, 404, 409, 422].contains(&answer.status), "{path}: {} {}", answer.status, answer.body);
}

#[track_caller]
fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap()
}

/// The sessions of three people who keep theirs in cookies.
struct Cookies {
    mentee: String,
    mentor: String,
    admin: String,
}

const ORIGIN: &str = "https://codementee.io";

async fn with_cookie(app: &App, method: Method, path: &str, cookie: &str, body: Value) -> Answer {
    let request = app.http.request(method, format!("{}{path}", app.local.url)).header("origin", ORIGIN);
    read(request.header("cookie", cookie).json(&body)).await
}

impl Cookies {
    async fn get(stack: &Stack) -> Self {
        let app = &stack.app;
        let person = app.free_mentee("cookie").await;
        let sign_in = async |email: &str, password: &str| {
            app.local.clock.advance(SignedDuration::from_secs(2)).unwrap();
            let body = json!({ "email": email, "password": password });
            let answer = with_cookie(app, Method::POST, "/api/auth/login?session=cookie", "", body).await;
            let cookie = answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
            answer.ok();
            cookie
        };
        let demo = &app.local.demo_password;
        Self {
            mentee: sign_in(&person.email, PASSWORD).await,
            mentor: sign_in("mentor@codementee.com", demo).await,
            admin: sign_in("admin@codementee.com", demo).await,
        }
    }

    /// One session for each function would be needed to have each write it, so time passes in between.
    async fn use_everywhere(&self, app: &App) {
        let order = json!({ "plan_id": "growth" });
        for (method, path, cookie, body) in [
            (Method::GET, "/api/mentee/mocks", &self.mentee, json!({})),
            (Method::GET, "/api/mentor/mocks", &self.mentor, json!({})),
            (Method::GET, "/api/admin/mocks", &self.admin, json!({})),
            (Method::GET, "/api/mocks", &self.mentee, json!({})),
            (Method::GET, "/api/community/my-posts", &self.mentee, json!({})),
            (Method::GET, "/api/ai-tools/resume-analysis", &self.admin, json!({})),
            (Method::POST, "/api/payment/create-order", &self.mentee, order),
            (Method::GET, "/api/auth/me", &self.mentee, json!({})),
        ] {
            with_cookie(app, method, path, cookie, body).await.ok();
            app.local.clock.advance(DAY + SignedDuration::from_hours(1)).unwrap();
        }
        with_cookie(app, Method::POST, "/api/auth/logout", &self.mentee, json!({})).await.ok();
    }
}

/// Registering, passwords, and what admins make of people.
async fn people(stack: &Stack) {
    let app = &stack.app;
    let (admin, mentor) = (app.admin().await, app.mentor().await);
    let person = app.free_mentee("forgetful").await;
    app.post_public("/api/auth/forgot-password", json!({ "email": person.email })).await.ok();
    stack.work().await;
    let mails = app.local.inbox.mails(Some(&person.email), None);
    let token = mails.iter().find_map(|mail| mail.text.split("/api/auth/set-password?token=").nth(1)).unwrap();
    let token = token.split_whitespace().next().unwrap();
    app.get_public(&format!("/api/auth/set-password?token={token}")).await;
    app.post_public("/api/auth/set-password", json!({ "token": token, "password": "another-one" })).await.ok();

    for path in ["mentee", "mentees"] {
        for status in ["paused", "active"] {
            let path = format!("/api/admin/{path}/{}/status", person.id);
            app.put(&path, &admin, json!({ "status": status })).await.ok();
        }
    }
    for path in ["mentees", "mentors", "users", "stats", "revenue-stats", "analytics", "orders", "audit-log"] {
        app.get(&format!("/api/admin/{path}"), &admin).await.ok();
    }
    app.get("/api/mentor/mentees", &mentor).await.ok();
    let mentor_id = app.mentor_id(&admin).await;
    app.get(&format!("/api/admin/mentees?mentor_id={mentor_id}&status=active"), &admin).await.ok();
    app.put(&format!("/api/admin/mentors/{mentor_id}/status"), &admin, json!({ "status": "active" })).await.ok();
    app.get("/api/mentor/dashboard", &mentor).await.ok();
    let out = app.free_mentee("bounce-it").await;
    app.get("/api/mentee/dashboard", &out.token).await.ok();
    app.get("/api/auth/me", &out.token).await.ok();
    app.post("/api/auth/logout", &out.token, json!({})).await.ok();
}

/// What admins keep, and everybody sees.
async fn things(app: &App) {
    let admin = app.admin().await;
    app.add_links(&admin, 2).await;
    let link = json!({ "link": "https://meet.google.com/xxx-gone-yyy", "name": "" });
    let plan = json!({
        "plan_id": "sprint", "name": "Sprint", "price": 99900, "duration_months": 1, "features": ["One"],
        "limits": { "mock_interviews": 1 }, "is_active": true, "is_public": false, "display_order": 9,
    });
    app.post("/api/admin/pricing-plans", &admin, plan.clone()).await.ok();
    app.put("/api/admin/pricing-plans/sprint", &admin, plan).await.ok();
    app.delete("/api/admin/pricing-plans/sprint", &admin).await.ok();
    for (path, body) in [("companies", json!({ "name": "Initech" })), ("meet-links", link)] {
        let made = app.post(&format!("/api/admin/{path}"), &admin, body).await.ok();
        app.put(&format!("/api/admin/{path}/{}", id(&made)), &admin, json!({ "name": "Renamed" })).await.ok();
        app.delete(&format!("/api/admin/{path}/{}", id(&made)), &admin).await.ok();
    }
    let slot = app.add_slot(&admin, 30, 600, 60).await;
    for status in ["blocked", "available"] {
        app.put(&format!("/api/admin/time-slots/{slot}"), &admin, json!({ "status": status })).await.ok();
    }
    app.delete(&format!("/api/admin/time-slots/{slot}"), &admin).await.ok();
    for path in ["meet-links", "time-slots", "companies", "pricing-plans"] {
        app.get(&format!("/api/admin/{path}"), &admin).await.ok();
    }
    for path in ["", "/available-slots", "/companies", "/pricing-plans", "/health"] {
        app.get_public(&format!("/api{path}")).await.ok();
    }
    for path in ["/api/public/companies", "/api/public/pricing-plans", "/api/public/health", "/health"] {
        app.get_public(path).await.ok();
    }
}

/// Moving a session as long as it holds its link, and once more when that was taken from it.
async fn reschedule(app: &App, role: &str, token: &str, booking: &str, day: i64) {
    let admin = app.admin().await;
    let path = format!("/api/{role}/booking-requests/{booking}/reschedule");
    let (first, second) = (app.add_slot(&admin, day, 600, 60).await, app.add_slot(&admin, day + 1, 600, 60).await);
    keyed(app, &path, Some(token), &json!({ "slot_id": first })).await;
    let links = app.get("/api/admin/meet-links", &admin).await.ok();
    let held = links.as_array().unwrap().iter().find(|link| link["current_booking_id"] == booking).unwrap();
    app.post(&format!("/api/admin/meet-links/{}/release", id(held)), &admin, json!({})).await.ok();
    app.post(&path, token, json!({ "slot_id": second })).await.ok();
    keyed_in_vain(app, &path, Some(token), &json!({ "slot_id": NOTHING })).await;
}

/// Asking for sessions, confirming and cancelling them, by everybody who may.
async fn bookings(stack: &Stack) {
    let app = &stack.app;
    let (admin, mentor) = (app.admin().await, app.mentor().await);
    let (mentor_id, company) = (app.mentor_id(&admin).await, app.company().await);
    let (_, cancelled, _) = app.confirmed_session("cancels").await;
    stack.work().await;
    reschedule(app, "admin", &admin, &cancelled, 40).await;
    app.post(&format!("/api/admin/booking-requests/{cancelled}/cancel"), &admin, json!({})).await.ok();
    let (_, cancelled, _) = app.confirmed_session("mentor-cancels").await;
    reschedule(app, "mentor", &mentor, &cancelled, 42).await;
    app.post(&format!("/api/mentor/booking-requests/{cancelled}/cancel"), &mentor, json!({})).await.ok();

    let (mentee, cancelled, _) = app.confirmed_session("mentee-cancels").await;
    reschedule(app, "mentee", &mentee.token, &cancelled, 44).await;
    app.post(&format!("/api/mentee/booking-requests/{cancelled}/cancel"), &mentee.token, json!({})).await.ok();

    let mentee = app.paid_mentee("walker", "growth").await;
    app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": mentor_id })).await.ok();
    let slot = app.add_slot(&admin, 21, 600, 60).await;
    let body = json!({ "company_id": company, "slot_ids": [slot] });
    let booking = keyed(app, "/api/mentee/booking-request", Some(&mentee.token), &body).await;
    let body = json!({ "company_id": NOTHING, "slot_ids": [slot] });
    keyed_in_vain(app, "/api/mentee/booking-request", Some(&mentee.token), &body).await;
    let body = json!({ "booking_request_id": booking["id"], "confirmed_slot_id": slot });
    keyed(app, "/api/mentor/confirm-booking", Some(&mentor), &body).await;
    let body = json!({ "booking_request_id": NOTHING, "confirmed_slot_id": slot });
    keyed_in_vain(app, "/api/mentor/confirm-booking", Some(&mentor), &body).await;

    let other = app.add_slot(&admin, 22, 600, 60).await;
    let late = app.book(&mentee, &company, &[&other]).await;
    app.post(&format!("/api/mentee/booking-requests/{late}/cancel"), &mentee.token, json!({})).await.ok();
    let booking = app.book(&app.paid_mentee("second", "growth").await, &company, &[&other]).await;
    let body = json!({ "booking_request_id": booking, "mentor_id": mentor_id, "confirmed_slot_id": other });
    keyed(app, "/api/admin/confirm-booking", Some(&admin), &body).await;
    app.get("/api/admin/booking-requests", &admin).await.ok();
    app.get("/api/mentor/booking-requests", &mentor).await.ok();
    app.get("/api/mentee/booking-requests", &mentee.token).await.ok();
    stack.work().await;

    let mock = app.get("/api/mentee/mocks", &mentee.token).await.ok()[0].clone();
    app.post("/api/mentor/feedback", &mentor, feedback(&mock)).await.ok();
    let given = app.get("/api/mentee/feedbacks", &mentee.token).await.ok()[0].clone();
    app.get(&format!("/api/feedbacks/{}", id(&given)), &mentee.token).await.ok();
    for path in ["feedbacks", "mentor/feedback"] {
        app.put(&format!("/api/{path}/{}", id(&given)), &mentor, feedback(&mock)).await.ok();
    }
    let links = app.get("/api/admin/meet-links", &admin).await.ok();
    let held = links.as_array().unwrap().iter().find(|link| link["status"] != "available").unwrap();
    app.post(&format!("/api/admin/meet-links/{}/release", id(held)), &admin, json!({})).await.ok();
}

/// Paying, by the browser's word and by webhook; for accounts that are there and some that are not.
async fn payments(stack: &Stack) {
    let app = &stack.app;
    app.get_public("/api/payment/config").await.ok();
    let visitor = |name: &str| json!({ "name": "Visitor", "email": format!("{name}@example.com"), "password": PASSWORD, "plan_id": "growth" });
    let order = keyed(app, "/api/payment/create-order", None, &visitor("keyed")).await;
    keyed_in_vain(app, "/api/payment/create-order", None, &json!({ "plan_id": "none", "name": "V", "email": "v@example.com" }))
        .await;
    let payment = app.pay(order["razorpay_order_id"].as_str().unwrap());
    let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
    keyed(app, "/api/payment/verify", None, &word).await;
    keyed(app, "/api/payment/verify-payment", None, &word).await;
    // Paid by the webhook alone, by somebody who has no account; and by a wrong amount.
    let payment = app.pay(&app.order(None, visitor("visitor")).await);
    app.send_webhook(&app.local.provider.webhook("payment.captured", &payment)).await.ok();
    let mentee = app.free_mentee("pays-wrongly").await;
    let order = app.order(Some(&mentee.token), json!({ "plan_id": "growth" })).await;
    let wrong = app.local.provider.pay(&order, &PayOptions { amount: Some(100), ..Default::default() }).unwrap();
    app.send_webhook(&app.local.provider.webhook("payment.captured", &wrong)).await.ok();
    let wrong = app.verify(Some(&mentee.token), &wrong).await;
    assert_eq!(wrong.status, 409, "{}", wrong.body);
    let order = app.order(Some(&mentee.token), json!({ "plan_id": "growth" })).await;
    let failed = app.local.provider.fail(&order).unwrap();
    app.send_webhook(&app.local.provider.webhook("payment.failed", &failed)).await.ok();
    stack.work().await;
}

/// Mocks that an admin arranges, and what is told about those that took place.
async fn mocks(stack: &Stack) {
    let app = &stack.app;
    let (admin, mentor) = (app.admin().await, app.mentor().await);
    let mentor_id = app.mentor_id(&admin).await;
    let mentee = app.paid_mentee("arranged", "growth").await;
    let at = |days: i64| app::Clock::now(&*app.local.clock).plus(DAY * i32::try_from(days).unwrap());
    let mock = |days: i64| json!({ "mentee_id": mentee.id, "mentor_id": mentor_id, "scheduled_at": at(days) });
    let first = keyed(app, "/api/mocks", Some(&admin), &mock(40)).await;
    let nobodys = json!({ "mentee_id": NOTHING, "mentor_id": mentor_id, "scheduled_at": at(41) });
    keyed_in_vain(app, "/api/mocks", Some(&admin), &nobodys).await;
    app.put(&format!("/api/mocks/{}/status", id(&first)), &admin, json!({ "status": "cancelled" })).await.ok();
    let second = app.post("/api/mocks", &admin, mock(42)).await.ok();
    app.put(&format!("/api/mocks/{}/status", id(&second)), &mentor, json!({ "status": "completed" })).await.ok();
    // Its people are reminded when two days have passed.
    app.post("/api/mocks", &admin, mock(3)).await.ok();
    app.post("/api/feedbacks", &mentor, feedback(&second)).await.ok();
    let third = app.post("/api/mocks", &admin, mock(43)).await.ok();
    app.put(&format!("/api/admin/mock/{}/complete", id(&third)), &admin, json!({})).await.ok();
    // One that came from a booking goes back with its slot and link.
    let (booked, _, _) = app.confirmed_session("booked").await;
    let mock = app.get("/api/mocks", &booked.token).await.ok()[0].clone();
    app.put(&format!("/api/mocks/{}/status", id(&mock)), &mentor, json!({ "status": "cancelled" })).await.ok();
    for token in [&admin, &mentor, &mentee.token] {
        app.get("/api/mocks", token).await.ok();
        app.get("/api/feedbacks", token).await.ok();
    }
    for (path, token) in [("/api/admin", &admin), ("/api/mentor", &mentor), ("/api/mentee", &mentee.token)] {
        app.get(&format!("{path}/mocks"), token).await.ok();
        app.get(&format!("{path}/feedbacks"), token).await.ok();
    }
    stack.work().await;
}

/// What members say to each other, and what moderators do about it.
async fn community(stack: &Stack) {
    let app = &stack.app;
    let (admin, mentor) = (app.admin().await, app.mentor().await);
    let mentee = app.paid_mentee("talks", "growth").await;
    let words = json!({ "title": "Graphs", "content": "Where to start?", "category": "technical", "tags": ["sde2"] });
    let post = app.post("/api/community/posts", &mentee.token, words.clone()).await.ok();
    let other = app.post("/api/community/forum-posts", &mentor, words.clone()).await.ok();
    let (path, admins) = (format!("/api/community/posts/{}", id(&post)), format!("/api/admin/community/posts/{}", id(&post)));
    app.put(&path, &mentee.token, words).await.ok();
    for place in ["categories", "posts", "posts?category=technical", "forum-posts", "my-posts"] {
        app.get(&format!("/api/community/{place}"), &mentee.token).await.ok();
    }
    for vote in ["up", "down", "none"] {
        app.post(&format!("{path}/vote"), &mentor, json!({ "vote": vote })).await.ok();
    }
    let first = app.post(&format!("{path}/comments"), &mentor, json!({ "content": "With trees" })).await.ok();
    let body = json!({ "post_id": post["id"], "content": "Thanks" });
    let second = app.post("/api/community/comments", &mentee.token, body).await.ok();
    let own = format!("/api/community/comments/{}", id(&first));
    app.put(&own, &mentor, json!({ "content": "With paths" })).await.ok();
    for place in [path.clone(), format!("/api/community/forum-posts/{}", id(&post)), format!("{path}/comments")] {
        app.get(&place, &mentee.token).await.ok();
    }
    app.get("/api/community/my-comments", &mentor).await.ok();
    app.delete(&own, &mentor).await.ok();

    let report = json!({ "reason": "Advertising" });
    let moderate = async |path: &str, action: &str| {
        let body = json!({ "action": action, "reason": "As the rules say" });
        app.post(&format!("{path}/moderate"), &admin, body).await.ok();
    };
    for closed_by in ["dismiss_reports", "hide"] {
        app.post(&format!("{path}/report"), &mentor, report.clone()).await.ok();
        app.post(&format!("{path}/report"), &mentee.token, report.clone()).await.ok();
        app.get("/api/admin/community/reports", &admin).await.ok();
        app.get(&admins, &admin).await.ok();
        moderate(&admins, closed_by).await;
    }
    app.get("/api/admin/community/hidden-posts", &admin).await.ok();
    for action in ["unhide", "lock", "unlock"] {
        moderate(&admins, action).await;
    }
    let comment = format!("/api/admin/community/comments/{}", id(&second));
    for action in ["hide", "unhide", "delete"] {
        moderate(&comment, action).await;
    }
    moderate(&format!("/api/admin/community/posts/{}", id(&other)), "delete").await;
    app.delete(&path, &mentee.token).await.ok();
    stack.work().await;
}

/// What a model is asked, by somebody whose plan counts it: answered, and not.
async fn ai_tools(app: &App) {
    let mentee = app.paid_mentee("asks-a-model", "foundation").await;
    app.local.services.model.trouble_next(Trouble::Fails(400, "ValidationException"));
    let resume = json!({ "resume_text": "Ten years of graphs" });
    app.post("/api/ai-tools/resume-analysis", &mentee.token, resume.clone()).await.refused(503, "AI_UNAVAILABLE");
    let admin = app.admin().await;
    for token in [&mentee.token, &admin] {
        app.post("/api/ai-tools/resume-analysis", token, resume.clone()).await.ok();
        app.get("/api/ai-tools/resume-analysis", token).await.ok();
    }
    let interview = json!({ "company_id": app.company().await, "interview_type": "coding" });
    app.post("/api/ai-tools/interview-prep", &mentee.token, interview.clone()).await.ok();
    app.post("/api/ai-tools/question-generator", &admin, interview).await.ok();
    app.get("/api/ai-tools/interview-questions?company=Amazon&role=SDE&interview_type=coding", &admin).await.ok();
}

/// More mentors. Until they come, the demo's is the one whom everything is for.
async fn mentors(stack: &Stack) {
    let app = &stack.app;
    let admin = app.admin().await;
    let body = json!({ "name": "Self Made", "email": "self@example.com", "password": PASSWORD, "role": "mentor" });
    app.post_public("/api/auth/register", body).await.ok();
    let mentors = app.get("/api/admin/mentors", &admin).await.ok();
    let made = mentors.as_array().unwrap().iter().find(|mentor| mentor["email"] == "self@example.com").unwrap();
    let verification = format!("/api/admin/mentors/{}/verification", id(made));
    app.put(&verification, &admin, json!({ "status": "APPROVED" })).await.ok();
    app.post("/api/admin/mentors", &admin, json!({ "name": "Max Mentor", "email": "max@example.com" })).await.ok();
    // A mail that is sent at the second try only, and an event that comes again when it was sent.
    app.local.inbox.fail_next(1);
    stack.work().await;
    stack.replay("AccountRegistered").await;
}

/// A link that goes back by itself, and orders that only Razorpay knows to be paid.
async fn later(stack: &Stack) {
    let app = &stack.app;
    let Person { token, .. } = app.free_mentee("forgets-to-tell").await;
    let order = app.order(Some(&token), json!({ "plan_id": "growth" })).await;
    app.pay(&order);
    let visitor = json!({ "name": "Visitor", "email": "closes-the-page@example.com", "plan_id": "growth" });
    app.pay(&app.order(None, visitor).await);
    app.confirmed_session("forgets").await;
    // One order by our id, and one by Razorpay's.
    let admin = app.admin().await;
    for name in ["regrets", "regrets-too"] {
        let mentee = app.free_mentee(name).await;
        let order = app.order(Some(&mentee.token), json!({ "plan_id": "growth" })).await;
        app.verify(Some(&mentee.token), &app.pay(&order)).await.ok();
        let ours = app.get("/api/admin/orders?limit=1", &admin).await.ok()[0]["id"].as_str().unwrap().to_owned();
        let named = if name == "regrets" { ours } else { order };
        app.post(&format!("/api/admin/orders/{named}/refund"), &admin, Value::Null).await.ok();
    }
    app.local.clock.advance(DAY * 40).unwrap();
    stack.scheduler.run().await.unwrap();
    stack.work().await;
}

/// What people do about their own accounts, and what is left of those who leave.
async fn care(stack: &Stack) {
    let app = &stack.app;
    let admin = app.admin().await;
    let mentor = json!({ "name": "Leaving Mentor", "email": "leaving@example.com", "password": PASSWORD });
    let mentor = app.post("/api/admin/mentors", &admin, mentor).await.ok();
    let token = app.login_later("leaving@example.com", PASSWORD).await.ok()["access_token"].as_str().unwrap().to_owned();
    let mentor = Person { token, id: id(&mentor).to_owned(), email: "leaving@example.com".to_owned() };
    let mentee = app.paid_mentee("leaves", "accelerator").await;
    app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": mentee.id, "mentor_id": mentor.id })).await.ok();
    let own = json!({ "date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "mentor_id": mentor.id });
    app.post("/api/admin/time-slots", &admin, own).await.ok();
    let company = app.company().await;
    for (start, assessed) in [(600, true), (720, false)] {
        let slot = app.add_slot(&admin, 20, start, 60).await;
        let booking = app.book(&mentee, &company, &[&slot]).await;
        app.confirm(&admin, &booking, &mentor.id, &slot).await.ok();
        if assessed {
            let mock = app.get("/api/mentee/mocks", &mentee.token).await.ok()[0].clone();
            app.post("/api/mentor/feedback", &mentor.token, feedback(&mock)).await.ok();
        }
    }
    let at = app::Clock::now(&*app.local.clock).plus(DAY * 30);
    app.post("/api/mocks", &admin, json!({ "mentee_id": mentee.id, "mentor_id": mentor.id, "scheduled_at": at })).await.ok();
    stack.work().await;

    let words = json!({ "content": "I am about to leave" });
    let post = app.post("/api/community/posts", &mentee.token, words).await.ok();
    let comment = json!({ "post_id": post["id"], "content": "Soon" });
    app.post("/api/community/comments", &mentee.token, comment).await.ok();

    let notices = app.get("/api/notifications", &mentee.token).await.ok();
    app.put(&format!("/api/notifications/{}/read", id(&notices[0])), &mentee.token, json!({})).await.ok();
    app.put("/api/notifications/read-all", &mentee.token, json!({})).await.ok();
    app.put("/api/auth/me", &mentee.token, json!({ "name": "Another Name" })).await.ok();
    app.get("/api/auth/export", &mentee.token).await.ok();
    let change = json!({ "new_email": "elsewhere@example.com", "password": PASSWORD });
    app.post("/api/auth/change-email", &mentee.token, change).await.ok();
    stack.work().await;
    let mails = app.local.inbox.mails(Some("elsewhere@example.com"), None);
    let token = mails[0].text.split("/api/auth/confirm-email?token=").nth(1).unwrap().split_whitespace().next().unwrap();
    app.get_public(&format!("/api/auth/confirm-email?token={token}")).await;
    app.post_public("/api/auth/confirm-email", json!({ "token": token })).await.ok();

    let leave = json!({ "password": PASSWORD });
    let token = app.login_later("elsewhere@example.com", PASSWORD).await.ok()["access_token"].as_str().unwrap().to_owned();
    app.call(Method::DELETE, "/api/auth/me", Some(&token), Some(leave.clone())).await.ok();
    stack.scheduler.run().await.unwrap();
    app.post("/api/auth/delete-account", &mentor.token, leave.clone()).await.ok();
    let colleague = app.another_admin("colleague").await;
    app.post("/api/auth/delete-account", &colleague.token, leave).await.ok();
    for _ in 0..3 {
        stack.work().await;
        app.local.clock.advance(SignedDuration::from_hours(1)).unwrap();
        assert_eq!(stack.scheduler.run().await.unwrap().failed, 0);
    }
    stack.work().await;
}
