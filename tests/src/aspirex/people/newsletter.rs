use super::flow;
use crate::{calls::Answer, harness::App};
use jiff::SignedDuration;
use serde_json::json;

impl App {
    async fn ask_for_newsletter(&self, email: &str) -> Answer {
        self.local.clock.advance(SignedDuration::from_mins(6)).unwrap();
        let answer = self.ax_say("/newsletter/", json!({ "email": email })).await;
        self.drain().await;
        answer
    }

    /// The token of the newest mail to an address about the newsletter.
    pub fn newsletter_token(&self, email: &str, page: &str) -> Option<String> {
        let mail = self.local.inbox.mails(Some(email), Some("newsletter")).into_iter().next()?;
        let address = mail.text.split_whitespace().find(|word| word.contains(&format!("/newsletter/{page}?token=")))?;
        Some(address.split("token=").nth(1)?.to_owned())
    }

    async fn use_newsletter_link(&self, page: &str, token: &str) -> Answer {
        self.local.clock.advance(SignedDuration::from_secs(1)).unwrap();
        self.ax_say(&format!("/newsletter/{page}/"), json!({ "token": token })).await
    }
}

#[tokio::test]
async fn nobody_gets_it_who_has_not_confirmed() {
    flow(async |app| {
        let asked = app.ask_for_newsletter("Reader@example.com").await.ok();
        assert_eq!(asked["success"], true);
        assert!(app.items("aspirex#NEWSLETTER#reader").await.iter().all(|item| item["sk"].as_s().unwrap() != "SUBSCRIBER"));
        let token = app.newsletter_token("reader@example.com", "confirm").unwrap();
        assert_eq!(app.use_newsletter_link("confirm", &token).await.ok()["success"], true);
        app.drain().await;
        app.use_newsletter_link("confirm", &token).await.refused(400, "LINK_EXPIRED");
        let admin = app.aspirex_admin().await;
        assert_eq!(app.ax_get("/admin/newsletter/", &admin).await.ok()[0]["email"], "reader@example.com");

        // Asking again is answered alike, and sends nothing.
        let before = app.local.inbox.mails(Some("reader@example.com"), None).len();
        assert_eq!(app.ask_for_newsletter("reader@example.com").await.ok(), asked);
        assert_eq!(app.local.inbox.mails(Some("reader@example.com"), None).len(), before);

        let out = app.newsletter_token("reader@example.com", "unsubscribe").unwrap();
        app.use_newsletter_link("confirm", &out).await.refused(400, "LINK_EXPIRED");
        app.use_newsletter_link("unsubscribe", &out).await.ok();
        app.use_newsletter_link("unsubscribe", &out).await.refused(400, "LINK_EXPIRED");
        assert_eq!(app.ax_get("/admin/newsletter/", &admin).await.ok(), json!([]));
    })
    .await;
}

#[tokio::test]
async fn late_and_made_up_links_do_nothing() {
    flow(async |app| {
        app.ask_for_newsletter("late@example.com").await.ok();
        let token = app.newsletter_token("late@example.com", "confirm").unwrap();
        app.use_newsletter_link("unsubscribe", &token).await.refused(400, "LINK_EXPIRED");
        app.local.clock.advance(SignedDuration::from_hours(72)).unwrap();
        for bad in [&token, "", "nl_x.y", "st_00000000-0000-0000-0000-000000000000.x"] {
            app.use_newsletter_link("confirm", bad).await.refused(400, "LINK_EXPIRED");
        }
        let invalid = app.ax_say("/newsletter/", json!({ "email": "no address" })).await.refused(400, "VALIDATION_FAILED");
        assert_eq!((&invalid["success"], &invalid["message"]), (&json!(false), &json!("Invalid email.")));
        for path in ["/newsletter/confirm/?token=x", "/newsletter/unsubscribe/?token=x"] {
            let page = app.http.get(format!("{}/aspirex/api{path}", app.local.url)).send().await.unwrap();
            assert_eq!(page.status(), 200);
        }
    })
    .await;
}

#[tokio::test]
async fn one_address_is_not_flooded() {
    flow(async |app| {
        let mut limited = 0;
        for _ in 0..6 {
            limited += usize::from(app.ax_say("/newsletter/", json!({ "email": "flooded@example.com" })).await.status == 429);
        }
        assert_eq!(limited, 3);
    })
    .await;
}
