//! The answers of the main routes, one of each shape, and the errors.

use super::{Album, album};
use crate::{
    calls::Answer,
    harness::App,
    input::NOTHING,
    scenes::{PASSWORD, Person, feedback},
};
use reqwest::Method;
use serde_json::json;

impl Album {
    /// Status and body of an answer.
    pub fn answer(&mut self, name: &str, answer: Answer) -> serde_json::Value {
        assert_eq!(name.starts_with("error"), answer.status >= 400, "{name}: {} {}", answer.status, answer.body);
        self.take(name, &format!("{}\n{}", answer.status, serde_json::to_string_pretty(&answer.body).unwrap()));
        answer.body
    }
}

/// Registers and signs in.
async fn accounts(app: &App, album: &mut Album) -> Person {
    let form = |name: &str, email: &str, password: &str, role: &str| json!({ "name": name, "email": email, "password": password, "role": role, "current_role": "SDE 1", "target_role": "SDE 2" });
    let post = async |path: &str, body| app.post_public(path, body).await;
    let good = form("Vera One", "vera@example.com", PASSWORD, "mentor");
    album.answer("register", post("/api/auth/register", good.clone()).await);
    album.answer("error-email-taken", post("/api/auth/register", good).await);
    album.answer("error-admin", post("/api/auth/register", form("Eve", "eve@example.com", PASSWORD, "admin")).await);
    album.answer("error-field", post("/api/auth/register", form("Eve", "eve@example.com", "short", "mentee")).await);
    album.answer("error-missing-field", post("/api/auth/register", json!({ "name": "Eve" })).await);
    album.answer("error-no-object", post("/api/auth/login", json!([])).await);
    let free = form("Fay Free", "fay@example.com", PASSWORD, "mentee");
    let free = album.answer("register-free", post("/api/auth/register-free", free).await);
    album.answer("login-mentor", app.login("vera@example.com", PASSWORD).await);
    album.answer("error-credentials", app.login("vera@example.com", "wrong").await);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let person =
        Person { token: text(&free["access_token"]), id: text(&free["user"]["id"]), email: "fay@example.com".to_owned() };
    album.answer("me-free", app.get("/api/auth/me", &person.token).await);
    album.answer("forgot-password", post("/api/auth/forgot-password", json!({ "email": "nobody@example.com" })).await);
    album.answer("error-link", post("/api/auth/set-password", json!({ "token": "sp_x.y", "password": PASSWORD })).await);
    album.answer("error-no-token", app.get_public("/api/auth/me").await);
    album.answer("error-token", app.get("/api/auth/me", "garbage").await);
    album.answer("error-role", app.get("/api/admin/users", &person.token).await);
    person
}

/// Orders and pays a plan.
async fn payments(app: &App, album: &mut Album, fay: &Person) {
    album.answer("plans", app.get_public("/api/pricing-plans").await);
    album.answer("payment-config", app.get_public("/api/payment/config").await);
    let order = app.post("/api/payment/create-order", &fay.token, json!({ "plan_id": "growth" })).await;
    let order = album.answer("create-order", order);
    album.answer("error-plan", app.post("/api/payment/create-order", &fay.token, json!({ "plan_id": "platinum" })).await);
    let payment = app.pay(order["razorpay_order_id"].as_str().unwrap());
    let mut word = serde_json::to_value(app.local.provider.checkout_answer(&payment)).unwrap();
    album.answer("verify", app.verify(Some(&fay.token), &payment).await);
    word["razorpay_signature"] = "forged".into();
    album.answer("error-signature", app.post_public("/api/payment/verify", word).await);
    album.answer("webhook", app.send_webhook(&app.local.provider.webhook("order.paid", &payment)).await);
    let forged = local::standins::razorpay::Webhook { signature: String::new(), ..app.local.provider.signed(String::new()) };
    album.answer("error-webhook", app.send_webhook(&forged).await);
}

/// What admins keep: one of each.
async fn catalog(app: &App, album: &mut Album, admin: &str) {
    album.answer("companies", app.get_public("/api/companies?limit=1").await);
    album.answer("admin-plans", app.get("/api/admin/pricing-plans", admin).await);
    album.answer("admin-meet-links", app.get("/api/admin/meet-links?limit=1", admin).await);
    album.answer("error-limit", app.get_public("/api/companies?limit=0").await);
    let link = json!({ "link": "https://meet.google.com/uvw-xyza-bcd" });
    album.answer("error-link-exists", app.post("/api/admin/meet-links", admin, link).await);
    album.answer("admin-mentors", app.get("/api/admin/mentors", admin).await);
    album.answer("error-not-found", app.delete(&format!("/api/admin/companies/{NOTHING}"), admin).await);
    album.answer("error-path", app.get_public("/api/nothing").await);
    album.answer("error-method", app.call(Method::PATCH, "/api/companies", None, None).await);
    album.answer("health", app.get_public("/api/health").await);
}

/// From the request to the feedback.
async fn interviews(app: &App, album: &mut Album, admin: &str, fay: &Person) {
    let mentor = app.mentor().await;
    let mentor_id = app.get("/api/auth/me", &mentor).await.ok()["id"].as_str().unwrap().to_owned();
    let (first, second) = (app.add_slot(admin, 4, 600, 60).await, app.add_slot(admin, 5, 600, 90).await);
    album.answer("slots", app.get_public("/api/available-slots").await);
    let assign = json!({ "mentee_id": fay.id, "mentor_id": mentor_id });
    album.answer("assign-mentor", app.post("/api/admin/assign-mentor", admin, assign).await);
    album.answer("admin-mentees", app.get("/api/admin/mentees?limit=1", admin).await);
    let company = app.company().await;
    let request = json!({
        "company_id": company, "slot_ids": [first, second], "interview_type": "coding", "experience_level": "mid",
        "interview_track": "sde2", "specific_topics": ["Graphs"], "additional_notes": "My first",
    });
    let booking = app.post("/api/mentee/booking-request", &fay.token, request.clone()).await;
    let booking = album.answer("booking-requested", booking)["id"].as_str().unwrap().to_owned();
    let confirm = json!({ "booking_request_id": booking, "confirmed_slot_id": second });
    album.answer("confirmed-by-mentor", app.post("/api/mentor/confirm-booking", &mentor, confirm.clone()).await);
    album.answer("error-not-pending", app.post("/api/mentor/confirm-booking", &mentor, confirm).await);
    album.answer("admin-bookings", app.get("/api/admin/booking-requests", admin).await);
    album.answer("error-slot", app.post("/api/mentee/booking-request", &fay.token, request).await);
    let mocks = album.answer("mocks", app.get("/api/mentee/mocks", &fay.token).await);
    let mut about = feedback(&mocks[0]);
    about["mentee_id"] = json!(fay.id);
    album.answer("feedback-given", app.post("/api/mentor/feedback", &mentor, about).await);
    album.answer("feedbacks", app.get("/api/mentee/feedbacks", &fay.token).await);
    let plain = app.book(fay, &company, &[&first]).await;
    let confirmed = app.confirm(admin, &plain, &mentor_id, &first).await;
    album.answer("confirmed-by-admin", confirmed);
    let cancel = format!("/api/mentee/booking-requests/{plain}/cancel");
    album.answer("cancelled", app.call(Method::POST, &cancel, Some(&fay.token), None).await);
    album.answer("logout", app.call(Method::POST, "/api/auth/logout", Some(&mentor), None).await);
}

/// A post, what is said of it, and what a moderator sees.
async fn community(app: &App, album: &mut Album, admin: &str, fay: &Person) {
    let words = json!({ "title": "Graphs", "content": "Where to start?", "category": "technical", "tags": ["#SDE 2"] });
    let post = album.answer("community-post", app.post("/api/community/posts", &fay.token, words).await);
    let path = format!("/api/community/posts/{}", post["id"].as_str().unwrap());
    let comment = app.post(&format!("{path}/comments"), admin, json!({ "content": "With trees" })).await;
    album.answer("community-comment", comment);
    album.answer("community-vote", app.post(&format!("{path}/vote"), admin, json!({ "vote": "up" })).await);
    album.answer("community-discussion", app.get(&path, &fay.token).await);
    album.answer("community-posts", app.get("/api/community/posts?category=technical", &fay.token).await);
    let report = json!({ "reason": "Off topic" });
    album.answer("community-report", app.post(&format!("{path}/report"), &fay.token, report.clone()).await);
    album.answer("error-already-reported", app.post(&format!("{path}/report"), &fay.token, report).await);
    album.answer("admin-community-reports", app.get("/api/admin/community/reports", admin).await);
    let admins = path.replace("/api/", "/api/admin/");
    album.answer("admin-community-post", app.get(&admins, admin).await);
    album.answer("error-not-the-author", app.delete(&path, admin).await);
    let hide = json!({ "action": "hide", "reason": "Off topic" });
    album.answer("admin-community-moderate", app.post(&format!("{admins}/moderate"), admin, hide).await);
    album.answer("community-my-posts", app.get("/api/community/my-posts", &fay.token).await);
}

/// What people do about their own accounts.
async fn care(app: &App, album: &mut Album, fay: &Person) {
    app.drain().await;
    album.answer("notices", app.get("/api/notifications?limit=2", &fay.token).await);
    let profile = json!({ "name": "Fay Frei", "target_role": "Staff" });
    album.answer("profile", app.put("/api/auth/me", &fay.token, profile).await);
    album.answer("export", app.get("/api/auth/export", &fay.token).await);
    let change = |password: &str| json!({ "new_email": "fay.new@example.com", "password": password });
    let ask = async |password: &str| app.post("/api/auth/change-email", &fay.token, change(password)).await;
    album.answer("change-email", ask(PASSWORD).await);
    album.answer("error-password", ask("wrong").await);
    let admin = app.fresh_admin().await;
    let leave = json!({ "password": app.local.demo_password });
    album.answer("error-last-admin", app.post("/api/auth/delete-account", &admin, leave).await);
}

#[tokio::test]
async fn answers_are_as_they_were() {
    album("answer", async |app, album| {
        let fay = accounts(app, album).await;
        let admin = app.admin().await;
        let company = app.company().await;
        let body = json!({ "company_id": company, "slot_ids": [NOTHING] });
        album.answer("error-tier", app.post("/api/mentee/booking-request", &fay.token, body).await);
        payments(app, album, &fay).await;
        album.answer("admin-orders", app.get("/api/admin/orders", &admin).await);
        catalog(app, album, &admin).await;
        interviews(app, album, &admin, &fay).await;
        community(app, album, &admin, &fay).await;
        care(app, album, &fay).await;
        app.local.clock.advance(jiff::SignedDuration::from_hours(24)).unwrap();
        album.answer("error-expired", app.get("/api/auth/me", &fay.token).await);
    })
    .await;
}
