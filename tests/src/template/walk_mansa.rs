//! Mansa's part of the walk: everything that its function does, and the workers behind it.

use super::{
    rights::Stack,
    walk::{DAY, keyed_in_vain},
};
use crate::{
    calls::{Answer, read},
    harness::App,
    mansa::{ADMIN, Insider, MENTEE, MENTOR, V1, id},
};
use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

const MEMBERS: &str = "/mansa/api/v1/members";
const USERS: &str = "/mansa/api/users";

/// Asks everything of the face.
pub async fn mansa(stack: &Stack) {
    let app = &stack.app;
    stack.work().await;
    let admin = enter(stack, ADMIN).await;
    directory(app, &admin.token).await;
    let mentor = applicants(stack, &admin.token).await;
    photo(app, &mentor).await;
    time(app, &mentor).await;
    events(app, &mentor).await;
    let mentee = enter(stack, MENTEE).await;
    looking_around(app, &mentee.token, &mentor).await;
    let session = sessions(stack, &mentee, &mentor).await;
    let (admin, mentor, mentee) = later(stack, &session).await;
    figures(app, &admin.token, &mentor.token, &mentee.token).await;
    leaving(stack, &admin, &mentor, &mentee).await;
}

/// Has a code mailed by the workers, and enters it.
async fn enter(stack: &Stack, email: &str) -> Insider {
    let app = &stack.app;
    app.local.clock.advance(SignedDuration::from_mins(6)).unwrap();
    let path = format!("{USERS}/email-login");
    let asked = app.post_public(&path, json!({ "email": email })).await;
    assert_eq!(asked.status, 202, "{}", asked.body);
    stack.work().await;
    let code = app.mailed_code(email).unwrap();
    app.enter_code(email, "000000").await.refused(400, "INVALID_CODE");
    app.local.clock.advance(SignedDuration::from_secs(2)).unwrap();
    Insider::of(&app.post_public(&path, json!({ "email": email, "code": code })).await.ok())
}

#[track_caller]
fn made(answer: Answer) -> Value {
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body
}

/// A photo and another one in its place, which the scheduler removes the first for.
async fn photo(app: &App, mentor: &Insider) {
    let path = format!("{V1}/mentors/{}/upload_photo", mentor.id);
    for content in [b"GIF89a".as_slice(), b"\xff\xd8\xff\xe0 one", b"\xff\xd8\xff\xe0 another"] {
        let answer = app.upload(&path, &mentor.token, &[("photo", Some("me.jpg"), content)]).await;
        assert_eq!(answer.status, if content.starts_with(b"GIF") { 400 } else { 200 }, "{}", answer.body);
        if let Some(link) = answer.body["photo_url"].as_str() {
            assert_eq!(app.http.get(link).send().await.unwrap().status(), 200);
        }
    }
}

/// Who is a member, by himself and by an admin.
async fn directory(app: &App, admin: &str) {
    let new = json!({ "email": "walked-new@example.com", "name": "New Person", "phone": "+1 555", "gender": "female", "membershiptype": "mentee" });
    made(app.post_public("/mansa/api/platform/members", new).await);
    app.get_public("/mansa/api/platform/members?page=1").await.ok();
    let kinds = [("hopeful", ""), ("refused", ""), ("mentor", "mentor"), ("student", "student"), ("colleague", "admin")];
    for (name, kind) in kinds {
        let member = json!({ "email": format!("walked-{name}@example.com"), "name": "Walked Person", "membershiptype": kind });
        app.post(MEMBERS, admin, member).await.ok();
    }
    let imported =
        json!({ "members": [{ "email": "walked-imported@example.com", "name": "Ida Import", "membershiptype": "student" }] });
    app.post(&format!("{MEMBERS}/import"), admin, imported).await.ok();
    let listed = app.get(&format!("{MEMBERS}?limit=1"), admin).await.ok();
    app.patch(&format!("{MEMBERS}/{}", id(&listed[0])), admin, json!({ "city": "Accra" })).await.ok();
}

/// Two who want to be mentors, and one whom the directory makes one.
async fn applicants(stack: &Stack, admin: &str) -> Insider {
    let app = &stack.app;
    let wish = json!({ "bio": "b".repeat(60), "expertise": ["Web Development"], "timezone": "UTC" });
    for (name, path) in [("hopeful", "mentors"), ("refused", "mentors/create_profile")] {
        let person = enter(stack, &format!("walked-{name}@example.com")).await;
        made(app.post(&format!("{V1}/{path}"), &person.token, wish.clone()).await);
        stack.work().await;
        let decision = format!("{V1}/admin/mentors/{}", person.id);
        app.post(&format!("{decision}/reject"), admin, json!({ "reason": "Say more" })).await.ok();
        app.patch(&format!("{V1}/mentors/me"), &person.token, json!({ "company": "Acme" })).await.ok();
        if name == "hopeful" {
            app.post(&format!("{decision}/approve"), admin, json!({})).await.ok();
        }
    }
    let mentor = enter(stack, "walked-mentor@example.com").await;
    app.patch(&format!("{V1}/mentors/{}/update_profile", mentor.id), &mentor.token, wish).await.ok();
    app.patch(&format!("{V1}/mentors/{}/approve", mentor.id), admin, json!({ "is_approved": true })).await.ok();
    app.patch(&format!("{V1}/mentors/me"), &mentor.token, json!({ "company": "Acme", "expertise": ["Rust"] })).await.ok();
    for path in ["me", "my_profile"] {
        app.get(&format!("{V1}/mentors/{path}"), &mentor.token).await.ok();
    }
    app.get(&format!("{V1}/admin/mentors"), admin).await.ok();
    stack.work().await;
    mentor
}

/// What a mentor offers.
async fn time(app: &App, mentor: &Insider) {
    let week: Vec<_> = (0..7).map(|day| json!({ "day_of_week": day, "start_time": "00:00", "end_time": "24:00" })).collect();
    made(app.post(&format!("{V1}/availability/me"), &mentor.token, json!({ "slots": week })).await);
    let once = json!({ "specific_date": "2090-01-01", "start_time": "10:00", "end_time": "11:00", "is_recurring": false });
    let rule = id(&made(app.post(&format!("{V1}/availability"), &mentor.token, once.clone()).await));
    let rule = format!("{V1}/availability/{rule}");
    app.patch(&rule, &mentor.token, once).await.ok();
    app.delete(&rule, &mentor.token).await.ok();
    app.get(&format!("{V1}/availability/me"), &mentor.token).await.ok();
}

/// What a mentor announces: one that stays, one that does not.
async fn events(app: &App, mentor: &Insider) {
    let path = "/mansa/api/events";
    let event = json!({
        "title": "Open Evening", "category": "Meetup", "date": app.day(40), "start_time": "18:00", "end_time": "20:00",
        "location": "Accra",
    });
    for title in ["Open Evening", "Called Off"] {
        let made = made(
            app.post(
                path,
                &mentor.token,
                json!({ "title": title, "category": "Meetup", "date": app.day(40), "start_time": "18:00", "end_time": "20:00" }),
            )
            .await,
        );
        let one = format!("{path}/{}", id(&made));
        app.put(&one, &mentor.token, event.clone()).await.ok();
        app.get_public(&one).await.ok();
        if title == "Called Off" {
            app.delete(&one, &mentor.token).await.ok();
        }
    }
    for status in ["", "&status=upcoming", "&status=past"] {
        app.get_public(&format!("{path}?published=true{status}")).await.ok();
    }
}

/// What anybody sees, and what a mentee remembers.
async fn looking_around(app: &App, mentee: &str, mentor: &Insider) {
    for query in ["", "?page=2&page_size=4", "?search=walked", "?expertise=rust", "?expertise=rust&search=walked%20acme"] {
        app.get_public(&format!("{V1}/mentors{query}")).await.ok();
    }
    for path in [format!("mentors/{}", mentor.id), format!("mentors/{}/availability", mentor.id), "expertise".to_owned()] {
        app.get_public(&format!("{V1}/{path}")).await.ok();
    }
    let favourite = json!({ "mentor_id": mentor.id });
    app.post(&format!("{V1}/favorites"), mentee, favourite.clone()).await.ok();
    app.delete(&format!("{V1}/favorites/{}", mentor.id), mentee).await.ok();
    app.post(&format!("{V1}/favorites"), mentee, favourite).await.ok();
    app.get(&format!("{V1}/favorites"), mentee).await.ok();
}

/// One that is to be, one that the mentor turns down and one that the mentee calls off; which is to be.
async fn sessions(stack: &Stack, mentee: &Insider, mentor: &Insider) -> String {
    let app = &stack.app;
    let (path, day) = (format!("{V1}/bookings"), app.day(4));
    keyed_in_vain(app, &path, Some(&mentee.token), &json!({})).await;
    let wish =
        json!({ "mentor_id": mentor.id, "session_date": day, "start_time": "10:00", "end_time": "11:00", "topic": "Rust" });
    let ask = async || {
        let request = app.http.post(format!("{}{path}", app.local.url)).header("idempotency-key", &path).json(&wish);
        read(request.bearer_auth(&mentee.token)).await
    };
    let session = id(&made(ask().await));
    let again = ask().await;
    assert!(again.headers.contains_key("idempotency-replayed"), "{}", again.body);
    assert_eq!(id(&made(again)), session);
    let refused = id(&made(app.ask_session(&mentee.token, &mentor.id, &day, "12:00", "13:00").await));
    app.move_session(&mentor.token, &refused, "rejected").await.ok();
    let called_off = id(&made(app.ask_session(&mentee.token, &mentor.id, &day, "14:00", "15:00").await));
    for confirmed in [&session, &called_off] {
        app.move_session(&mentor.token, confirmed, "confirmed").await.ok();
    }
    app.move_session(&mentee.token, &called_off, "cancelled").await.ok();
    let link = json!({ "meeting_link": "https://zoom.us/j/1234567890" });
    app.patch(&format!("{path}/{session}/add_meeting_link"), &mentor.token, link).await.ok();
    app.get(&format!("{path}/{session}"), &mentee.token).await.ok();
    stack.work().await;
    session
}

/// Both are reminded, then it took place and is rated.
async fn later(stack: &Stack, session: &str) -> (Insider, Insider, Insider) {
    let app = &stack.app;
    for _ in 0..20 {
        app.local.clock.advance(DAY / 4).unwrap();
        stack.scheduler.run().await.unwrap();
    }
    stack.work().await;
    let (admin, mentor, mentee) =
        (enter(stack, ADMIN).await, enter(stack, "walked-mentor@example.com").await, enter(stack, MENTEE).await);
    app.move_session(&mentor.token, session, "completed").await.ok();
    let stars = json!({ "rating": 4, "feedback": "Good" });
    app.post(&format!("{V1}/bookings/{session}/add_feedback"), &mentee.token, stars).await.ok();
    stack.work().await;
    (admin, mentor, mentee)
}

/// What everybody is shown of what was.
async fn figures(app: &App, admin: &str, mentor: &str, mentee: &str) {
    for path in ["stats", "activity", "bookings", "mentors"] {
        app.get(&format!("{V1}/admin/{path}"), admin).await.ok();
    }
    for path in ["mentors/stats", "mentors/my_stats", "bookings?role=mentor"] {
        app.get(&format!("{V1}/{path}"), mentor).await.ok();
    }
    for status in ["all", "completed", "cancelled"] {
        app.get(&format!("{V1}/bookings?role=mentee&status={status}"), mentee).await.ok();
    }
    for token in [mentor, mentee] {
        app.get("/mansa/api/notifications", token).await.ok();
        app.get(&format!("{USERS}/me"), token).await.ok();
        app.get(&format!("{USERS}/export"), token).await.ok();
    }
}

/// Tokens are renewed and given up; both sides of an open session leave, an admin too.
async fn leaving(stack: &Stack, admin: &Insider, mentor: &Insider, mentee: &Insider) {
    let app = &stack.app;
    let student = enter(stack, "walked-student@example.com").await;
    for (asks, start, end) in [(mentee, "10:00", "11:00"), (&student, "12:00", "13:00")] {
        made(app.ask_session(&asks.token, &mentor.id, &app.day(4), start, end).await);
    }
    stack.work().await;
    let other = enter(stack, MENTOR).await;
    let renewed = app.post_public(&format!("{USERS}/token/refresh"), json!({ "refresh": other.refresh })).await.ok();
    app.post_public(&format!("{USERS}/token/refresh"), json!({ "refresh": other.refresh })).await.refused(401, "INVALID_TOKEN");
    app.get(&format!("{USERS}/me"), renewed["access"].as_str().unwrap()).await.refused(401, "INVALID_TOKEN");
    let other = enter(stack, MENTOR).await;
    // A token is as good in a cookie, from the client's own origin.
    let by_cookie = app.http.post(format!("{}{V1}/favorites", app.local.url)).header("origin", "https://mansa.example");
    let by_cookie = by_cookie.header("cookie", format!("session_token={}", other.token));
    read(by_cookie.json(&json!({ "mentor_id": mentor.id }))).await.ok();
    app.post(&format!("{USERS}/logout"), &other.token, json!({})).await.ok();
    let leave = async |token: &str| app.call(Method::DELETE, &format!("{USERS}/me"), Some(token), Some(json!({}))).await;
    leave(&mentee.token).await.ok();
    stack.scheduler.run().await.unwrap();
    leave(&mentor.token).await.ok();
    for _ in 0..3 {
        stack.work().await;
        app.local.clock.advance(SignedDuration::from_hours(1)).unwrap();
        assert_eq!(stack.scheduler.run().await.unwrap().failed, 0);
    }
    let own = json!({ "password": app.local.demo_password });
    let last = app.call(Method::DELETE, &format!("{USERS}/me"), Some(&admin.token), Some(own)).await;
    last.refused(409, "LAST_ADMIN");
    stack.work().await;
}
