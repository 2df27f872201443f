//! LeadBridge's part of the walk: everything that its functions do.

use super::{
    rights::Stack,
    walk::{DAY, keyed, keyed_in_vain},
};
use crate::{
    calls::{Answer, read},
    harness::App,
    leadbridge::{Member, PHONE},
    scenes::PASSWORD,
};
use local::standins::broker::Broker;
use reqwest::Method;
use serde_json::json;

/// Asks everything of the face.
pub async fn leadbridge(stack: &Stack) {
    let app = &stack.app;
    let admin = app.bridge_admin().await;
    let (mentor, user) = (app.bridge_mentor("walked-mentor").await, app.bridge_user("walked-user").await);
    let browsing = app.bridge_user("walked-browser").await;
    people(app, &admin).await;
    trade(stack, &admin, &mentor, &user).await;
    // A session is written again when it was not for a day, whichever function is asked.
    app.local.clock.advance(DAY).unwrap();
    for (path, token) in [
        ("/mentor/stats", &mentor.token),
        ("/user/bookings", &user.token),
        ("/admin/payments", &admin),
        ("/auth/me", &browsing.token),
    ] {
        by_cookie(app, Method::GET, path, token).await.ok();
    }
    by_cookie(app, Method::POST, "/auth/logout", &browsing.token).await.ok();
    leaving(stack, &mentor, &user).await;
}

/// As the client's page asks: its cookie, from its own origin.
async fn by_cookie(app: &App, method: Method, path: &str, token: &str) -> Answer {
    let request = app.http.request(method, format!("{}/leadbridge/api{path}", app.local.url));
    let request = request.header("origin", "https://leadbridge.example").header("cookie", format!("session_token={token}"));
    read(request.json(&json!({}))).await
}

async fn people(app: &App, admin: &str) {
    for path in ["/admin/analytics", "/admin/users", "/admin/users?role=user", "/admin/mentors"] {
        app.bridge_get(path, admin).await.ok();
    }
    let managed = app.bridge_user("walked-managed").await;
    let change = json!({ "name": "Another Name", "role": "MENTOR", "status": "paused" });
    app.bridge_put(&format!("/admin/users/user_{}", managed.id), admin, change).await.ok();
    // A new person, one with a password that proved nothing, and one of another product.
    let mentee = app.free_mentee("walked-elsewhere").await;
    for email in ["walked-google@example.com", &app.bridge_user("walked-squatted").await.email, &mentee.email] {
        let session = json!({ "session_id": Broker::session_of(email) });
        app.post_public("/leadbridge/api/auth/session", session).await.ok();
    }
    let leaver = app.bridge_user("walked-leaver").await;
    let body = Some(json!({ "password": PASSWORD }));
    app.call(Method::DELETE, "/leadbridge/api/auth/me", Some(&leaver.token), body).await.ok();
    let out = app.bridge_user("walked-out").await;
    app.bridge_get("/auth/me", &out.token).await.ok();
    app.bridge_post("/auth/logout", &out.token, json!({})).await.ok();
}

async fn trade(stack: &Stack, admin: &str, mentor: &Member, user: &Member) {
    let app = &stack.app;
    app.bridge_get("/mentor/profile", &mentor.token).await.ok();
    app.bridge_put("/mentor/profile", &mentor.token, json!({ "bio": "Walks a lot" })).await.ok();
    app.verify_bridge_mentor(mentor, "REJECTED").await;
    app.bridge_put("/mentor/profile", &mentor.token, json!({ "bio": "Walks more" })).await.ok();
    app.verify_bridge_mentor(mentor, "APPROVED").await;
    let event = app.offer_event(mentor, 5).await;
    let empty = app.offer_event(mentor, 5).await;
    app.offer_event(mentor, 5).await;
    app.bridge_get("/mentor/events", &mentor.token).await.ok();
    app.bridge_put(&format!("/mentor/events/{empty}"), &mentor.token, json!({ "duration": 30 })).await.ok();
    app.delete(&format!("/leadbridge/api/mentor/events/{empty}"), &mentor.token).await.ok();
    app.get_public("/leadbridge/api/events?search=databases").await.ok();
    app.get_public(&format!("/leadbridge/api/events/{event}")).await.ok();

    let book = format!("/leadbridge/api/events/{event}/book");
    let contact = App::contact(user, PHONE);
    keyed_in_vain(app, &book, Some(&user.token), &json!({ "name": "x" })).await;
    let lead = keyed(app, &book, Some(&user.token), &contact).await["lead_id"].as_str().unwrap().to_owned();
    let others = ["walked-second", "walked-third"].map(async |name| app.verified_lead(name, &event).await);
    let [second, third] = others;
    let (second, third) = (second.await, third.await);
    let doubtful = app.book_event(&app.bridge_user("walked-doubtful").await, &event, "no number").await;
    app.decide_lead(&doubtful, "REJECTED").await.ok();
    app.bridge_get("/user/bookings", &user.token).await.ok();
    for (lead, verify) in [
        (&lead, "/leadbridge/api/mentor/payment-verify".to_owned()),
        (&second, format!("/leadbridge/api/mentor/leads/{second}/verify-payment")),
    ] {
        let order = keyed(app, &format!("/leadbridge/api/mentor/leads/{lead}/purchase"), Some(&mentor.token), &json!({})).await;
        let payment = app.pay(order["order_id"].as_str().unwrap());
        let word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
        keyed_in_vain(app, &verify, Some(&mentor.token), &json!({})).await;
        keyed(app, &verify, Some(&mentor.token), &word).await;
    }
    let order = app.order_lead(mentor, &third).await;
    // The second of the two goes back.
    for payment in [app.pay(&order), app.pay(&order)] {
        app.send_webhook_to("/leadbridge", &app.local.provider.webhook("payment.captured", &payment)).await.ok();
    }
    stack.work().await;
    app.bridge_get("/mentor/leads", &mentor.token).await.ok();
    app.bridge_get("/mentor/stats", &mentor.token).await.ok();
    for path in ["/admin/leads", "/admin/payments", "/admin/verification-logs"] {
        app.bridge_get(path, admin).await.ok();
    }
    app.bridge_get(&format!("/admin/verification-logs?lead_id={doubtful}"), admin).await.ok();
}

/// Both sides of an open lead leave; Razorpay alone knows that one more is paid.
async fn leaving(stack: &Stack, mentor: &Member, user: &Member) {
    let app = &stack.app;
    let event = app.offer_event(mentor, 5).await;
    let paid = app.verified_lead("walked-paid", &event).await;
    app.pay(&app.order_lead(mentor, &paid).await);
    app.local.clock.advance(DAY).unwrap();
    stack.scheduler.run().await.unwrap();
    app.verified_lead("walked-open", &event).await;
    app.book_event(user, &event, PHONE).await;
    app.bridge_get("/auth/export", &user.token).await.ok();
    app.bridge_get("/auth/export", &mentor.token).await.ok();
    for member in [user, mentor] {
        app.bridge_post("/auth/delete-account", &member.token, json!({ "password": PASSWORD })).await.ok();
    }
    for _ in 0..3 {
        stack.scheduler.run().await.unwrap();
        app.local.clock.advance(DAY).unwrap();
    }
    stack.work().await;
}
