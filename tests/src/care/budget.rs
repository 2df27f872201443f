//! What account care costs, in requests to the table.

use crate::{budgets::cost, harness::flow_with, scenes::PASSWORD};
use local::Options;
use serde_json::json;

#[tokio::test]
async fn account_care_keeps_to_its_requests() {
    let options = Options { metered: true, background: false, ..Options::in_memory() };
    flow_with(options, async |app| {
        let mentee = app.paid_mentee("frugal", "growth").await;
        let (n, ()) = cost(app, "tell two things, by mail and notice", app.drain()).await;
        println!("{n}");
        let (n, list) = cost(app, "notices", app.get("/api/notifications?limit=50", &mentee.token)).await;
        assert_eq!(n, 2, "who asks, and a page with all of them, which are counted in it");
        let id = list.ok()[0]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/notifications/{id}/read");
        let (n, _) = cost(app, "read a notice", app.put(&path, &mentee.token, json!({}))).await;
        assert_eq!(n, 2);
        let (n, _) = cost(app, "another name", app.put("/api/auth/me", &mentee.token, json!({ "name": "Fru Gal" }))).await;
        assert_eq!(n, 3);
        let (n, _) = cost(app, "export", app.get("/api/auth/export", &mentee.token)).await;
        assert_eq!(n, 16, "who asks, a limit, account, sessions, analysis, eleven lists");
        let (n, _) = cost(app, "ask for an address", app.ask_for_email(&mentee, "fru@example.com")).await;
        assert_eq!(n, 5, "who asks, three limits, the event");
        let token = app.email_tokens("fru@example.com").await.remove(0);
        let (n, _) = cost(app, "confirm an address", app.confirm_email(&token)).await;
        assert_eq!(n, 6, "token, account, change, the lists of sessions and of tokens, the one session");
        let signed_in = app.login_later("fru@example.com", PASSWORD).await.ok();
        let token = signed_in["access_token"].as_str().unwrap().to_owned();
        let (n, answer) = cost(app, "delete an account", app.delete_me(&token, PASSWORD)).await;
        assert_eq!(n, 4, "who asks, a limit, account, leaving");
        answer.ok();
        let (n, ()) = cost(app, "the first run of a removal", app.minutes(1)).await;
        println!("{n}");
    })
    .await;
}
