//! Mansa's answers that its client reads, one of each shape.

use super::{Album, album};
use crate::{
    harness::App,
    mansa::{ADMIN, MENTEE, V1, id},
};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// Signs in: the two steps of the client's page. Who it is, and his token.
async fn enter(app: &App, album: &mut Album, name: &str, email: &str) -> (String, String) {
    const LOGIN: &str = "/mansa/api/users/email-login/";
    let asked = app.post_public(LOGIN, json!({ "email": email })).await;
    if name == "admin" {
        album.answer("code-sent", asked);
        album.answer("error-code", app.post_public(LOGIN, json!({ "email": email, "code": "000000" })).await);
    }
    app.drain().await;
    let code = app.mailed_code(email).unwrap();
    // Using codes is limited to one a second.
    app.local.clock.advance(SignedDuration::from_secs(2)).unwrap();
    let entered = album.answer(&format!("entered-{name}"), app.post_public(LOGIN, json!({ "email": email, "code": code })).await);
    let text = |pointer: &str| entered.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    (text("/user/account_id"), text("/access"))
}

/// Who is a member, and what anybody sees.
async fn visitors(app: &App, album: &mut Album) {
    let member = json!({ "name": "Max Mentor", "email": "max@example.com", "phone": "+233 555 0100", "country": "Ghana", "membershiptype": "mentor", "gender": "male" });
    album.answer("member-signed-up", app.post_public("/mansa/api/platform/members/", member.clone()).await);
    album.answer("error-member-exists", app.post_public("/mansa/api/platform/members/", member).await);
    album.answer("expertise", app.get_public(&format!("{V1}/expertise/")).await);
    album.answer("mentors", app.get_public(&format!("{V1}/mentors/?search=sarah")).await);
    album.answer("error-mentor", app.get_public(&format!("{V1}/mentors/nobody/")).await);
    album.answer("error-page", app.get_public(&format!("{V1}/mentors/?page=51")).await);
}

/// A profile from its first sight to its approval, and the time that it offers.
async fn mentor(app: &App, album: &mut Album, (id, token): (&str, &str), admin: &str) {
    let profile = json!({ "bio": "b".repeat(60), "expertise": ["Web Development"], "job_title": "Engineer", "timezone": "UTC", "version": 1 });
    let path = format!("{V1}/mentors/{id}/update_profile/");
    album.answer("profile", app.patch(&path, token, profile.clone()).await);
    album.answer("error-stale", app.patch(&path, token, profile).await);
    album.answer("error-bio", app.patch(&path, token, json!({ "bio": "short" })).await);
    album.answer("admin-mentors", app.get(&format!("{V1}/admin/mentors/?limit=1"), admin).await);
    album.answer("approved", app.post(&format!("{V1}/admin/mentors/{id}/approve/"), admin, json!({})).await);
    let once = json!({ "specific_date": "2050-01-06", "start_time": "09:00", "end_time": "12:00", "is_recurring": false });
    album.answer("rule", app.post(&format!("{V1}/availability/"), token, once).await);
    album.answer("rules", app.get(&format!("{V1}/availability/me/"), token).await);
    let days = "start_date=2050-01-06&end_date=2050-01-06";
    album.answer("free", app.get_public(&format!("{V1}/mentors/{id}/availability/?{days}")).await);
    let event = json!({ "title": "Open Evening", "category": "Meetup", "date": "2050-02-01", "start_time": "18:00", "end_time": "20:00",
        "location": "Accra", "flyer": "https://example.com/flyer.png", "images": [{ "image": "https://example.com/hall.jpg" }] });
    album.answer("event", app.post("/mansa/api/events/", token, event).await);
    album.answer("events", app.get_public("/mansa/api/events/?published=true").await);
}

/// A session from the wish to the link.
async fn session(app: &App, album: &mut Album, mentor: (&str, &str), mentee: &str) {
    let ask = async |start: &str| app.ask_session(mentee, mentor.0, "2050-01-06", start, "11:00").await;
    let asked: Value = album.answer("session-asked", ask("10:00").await);
    album.answer("error-busy", ask("10:30").await);
    album.answer("error-not-offered", ask("08:00").await);
    let session = id(&asked);
    album.answer("session-confirmed", app.move_session(mentor.1, &session, "confirmed").await);
    album.answer("error-not-pending", app.move_session(mentor.1, &session, "confirmed").await);
    album.answer("error-part", app.move_session(mentee, &session, "completed").await);
    let link = json!({ "meeting_link": "https://zoom.us/j/1234567890" });
    album.answer("session-linked", app.patch(&format!("{V1}/bookings/{session}/add_meeting_link/"), mentor.1, link).await);
    album.answer("sessions-of-mentee", app.get(&format!("{V1}/bookings/?role=mentee"), mentee).await);
    let feedback = json!({ "rating": 5, "feedback": "Thank you" });
    album.answer("error-not-completed", app.post(&format!("{V1}/bookings/{session}/add_feedback/"), mentee, feedback).await);
}

#[tokio::test]
async fn mansa_s_answers_are_as_they_were() {
    album("mansa", async |app, album| {
        visitors(app, album).await;
        let (_, admin) = enter(app, album, "admin", ADMIN).await;
        let (max, token) = enter(app, album, "mentor", "max@example.com").await;
        let (_, mentee) = enter(app, album, "mentee", MENTEE).await;
        mentor(app, album, (&max, &token), &admin).await;
        session(app, album, (&max, &token), &mentee).await;
        app.drain().await;
        album.answer("mentor-stats", app.get(&format!("{V1}/mentors/stats/"), &token).await);
        album.answer("admin-stats", app.get(&format!("{V1}/admin/stats/"), &admin).await);
        album.answer("admin-activity", app.get(&format!("{V1}/admin/activity/?limit=2"), &admin).await);
        album.answer("admin-sessions", app.get(&format!("{V1}/admin/bookings/"), &admin).await);
        album.answer("notices", app.get("/mansa/api/notifications/", &token).await);
        album.answer("export", app.get("/mansa/api/users/export/", &token).await);
        album.answer("error-admins-only", app.get(&format!("{V1}/admin/stats/"), &mentee).await);
        album.answer("error-no-token", app.get_public(&format!("{V1}/bookings/")).await);
    })
    .await;
}
