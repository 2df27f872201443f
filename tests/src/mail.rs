//! Mails as their readers see them.

use crate::harness::flow;
use serde_json::json;

#[tokio::test]
async fn both_sides_get_the_link_and_the_same_invitation() {
    flow(async |app| {
        let (mentee, booking, _) = app.confirmed_session("reader").await;
        app.drain().await;
        let mut invitations = Vec::new();
        for (reader, other) in [(mentee.email.as_str(), "John Mentor"), ("mentor@codementee.com", "Mentee reader")] {
            let mails = app.local.inbox.mails(Some(reader), Some("Confirmed"));
            assert_eq!(mails.len(), 1, "{reader}");
            let mail = &mails[0];
            assert_eq!((mail.from.as_str(), mail.bcc.len()), ("support@codementee.io", 0), "no copies unless set");
            for body in [&mail.text, &mail.html] {
                assert!(body.contains("https://meet.google.com/") && body.contains(other), "{body}");
                assert!(body.contains("10:00 to 11:00 (Asia/Kolkata)"), "{body}");
            }
            let kinds: Vec<_> = mail.attachments.iter().map(|attachment| attachment.content_type.as_str()).collect();
            assert!(kinds.contains(&"text/calendar; method=REQUEST"), "{kinds:?}");
            invitations.push(mail.attachments.iter().find(|attachment| attachment.name == "invite.ics").unwrap().content.clone());
        }
        assert_eq!(invitations[0], invitations[1], "one session, one invitation");
        let ics = invitations[0].replace("\r\n ", "");
        for line in [&format!("UID:{booking}@codementee"), "SEQUENCE:0", "METHOD:REQUEST", "BEGIN:VTIMEZONE"] {
            assert!(ics.lines().any(|found| found == line), "{line}");
        }
        assert!(ics.contains("DTSTART;TZID=Asia/Kolkata:") && ics.contains("mailto:support@codementee.io"));
    })
    .await;
}

#[tokio::test]
async fn a_request_is_told_to_the_assigned_mentor_or_else_to_the_admins() {
    flow(async |app| {
        let admin = app.admin().await;
        let slot = app.add_slot(&admin, 20, 600, 60).await;
        let company = app.company().await;
        let unassigned = app.paid_mentee("unassigned", "growth").await;
        app.book(&unassigned, &company, &[&slot]).await;
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some("admin@codementee.com"), Some("waits for a mentor")).len(), 1);
        assert_eq!(app.local.inbox.mails(Some("mentor@codementee.com"), None).len(), 0);

        let mentor = app.mentor_id(&admin).await;
        app.post("/api/admin/assign-mentor", &admin, json!({ "mentee_id": unassigned.id, "mentor_id": mentor })).await.ok();
        app.book(&unassigned, &company, &[&slot]).await;
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some("mentor@codementee.com"), Some("New booking request")).len(), 1);
        assert_eq!(app.local.inbox.mails(Some("admin@codementee.com"), Some("waits for a mentor")).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_people_typed_is_text_in_a_mail_and_nothing_else() {
    flow(async |app| {
        let linked = json!({ "name": "https://evil.example", "email": "e@example.com", "password": "correct-horse" });
        app.post_public("/api/auth/register-free", linked).await.refused(422, "VALIDATION_FAILED");
        let body = json!({ "name": "<b>Eve</b> \"X\"", "email": "eve@example.com", "password": "correct-horse" });
        app.post_public("/api/auth/register-free", body).await.ok();
        app.drain().await;
        let mail = app.local.inbox.mails(Some("eve@example.com"), None).remove(0);
        assert!(mail.html.contains("&#60;b&#62;Eve") && !mail.html.contains("<b>Eve"), "{}", mail.html);
        assert!(mail.text.contains("<b>Eve</b>"));
    })
    .await;
}

#[tokio::test]
async fn the_inbox_waits_and_its_page_shows_the_mail() {
    flow(async |app| {
        let wait = async |query: &str| app.get_public(&format!("/_local/inbox.json?{query}")).await.ok();
        let (mails, _) = futures::join!(wait("to=slow@example.com&wait=10s"), app.free_mentee("slow"));
        assert_eq!((&mails[0]["subject"], mails.as_array().unwrap().len()), (&json!("Welcome to Codementee"), 1));
        assert_eq!(wait("to=nobody@example.com&wait=10ms").await, json!([]));
        for path in ["/", "/_local/inbox", "/_local/events", "/_local/clock"] {
            let page = app.http.get(format!("{}{path}", app.local.url)).header("accept", "text/html").send().await.unwrap();
            assert!(page.status().is_success() && page.text().await.unwrap().contains("<h1>"), "{path}");
        }
    })
    .await;
}
