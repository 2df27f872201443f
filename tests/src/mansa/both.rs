//! Somebody who is mentor and mentee (M-59).

use super::{ADMIN, MENTEE, V1, id};
use crate::harness::flow;
use serde_json::json;

#[tokio::test]
async fn one_member_books_as_a_mentee_and_confirms_as_a_mentor() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        // Made by his membership, approved by an admin.
        let both = app.insider(&admin, "twofold", "mentor & mentee").await;
        assert_eq!(
            (&both.user["role"], &both.user["is_mentor"], &both.user["is_mentee"]),
            (&json!("mentor_mentee"), &json!(true), &json!(true))
        );
        let profile = json!({ "bio": "b".repeat(60), "expertise": ["Rust"], "timezone": "UTC" });
        app.patch(&format!("{V1}/mentors/me/"), &both.token, profile).await.ok();
        app.post(&format!("{V1}/admin/mentors/{}/approve/", both.id), &admin, json!({})).await.ok();
        let week: Vec<_> = (0..7).map(|day| json!({ "day_of_week": day, "start_time": "09:00", "end_time": "17:00" })).collect();
        assert_eq!(app.post(&format!("{V1}/availability/me/"), &both.token, json!({ "slots": week })).await.status, 201);
        let guide = app.open_mentor(&admin, "guide", "UTC").await;
        let mentee = app.enter_mansa(MENTEE).await;
        let day = app.day(4);

        // As a mentor he has his dashboard, and manages what others ask of him.
        let asked = id(&app.ask_session(&mentee.token, &both.id, &day, "10:00", "11:00").await.body);
        app.move_session(&both.token, &asked, "confirmed").await.ok();
        let stats = app.get(&format!("{V1}/mentors/stats/"), &both.token).await.ok();
        assert_eq!(stats["next_sessions"][0]["id"], json!(asked));
        // As a mentee he looks around and books others, but not himself.
        let found = app.get_public(&format!("{V1}/mentors/?search=guide")).await.ok();
        assert_eq!(found["results"][0]["id"], json!(guide.id));
        app.ask_session(&both.token, &both.id, &day, "12:00", "13:00").await.refused(400, "OWN_SESSION");
        // His time is one, on whichever side he spends it.
        app.ask_session(&both.token, &guide.id, &day, "10:30", "11:30").await.refused(409, "MENTEE_BUSY");
        let wish = app.ask_session(&both.token, &guide.id, &day, "14:00", "15:00").await;
        assert_eq!(wish.status, 201, "{}", wish.body);
        app.ask_session(&mentee.token, &both.id, &day, "14:30", "15:00").await.refused(409, "MENTOR_BUSY");
        // What he asked for is not his to confirm.
        app.move_session(&both.token, &id(&wish.body), "confirmed").await.refused(403, "NOT_YOUR_PART");
        for (role, session) in [("mentor", &asked), ("mentee", &id(&wish.body))] {
            let listed = app.get(&format!("{V1}/bookings/?role={role}"), &both.token).await.ok();
            assert_eq!((listed.as_array().unwrap().len(), &listed[0]["id"]), (1, &json!(session)), "{role}");
        }
    })
    .await;
}
