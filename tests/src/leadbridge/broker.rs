//! Signing in through the broker.

use super::{cookie_of, token_of};
use crate::{harness::flow, scenes::PASSWORD};
use local::standins::broker::Broker;
use serde_json::json;

const SESSION: &str = "/leadbridge/api/auth/session";

#[tokio::test]
async fn the_broker_s_session_becomes_one_of_ours() {
    flow(async |app| {
        let exchange = async |email: &str| app.post_public(SESSION, json!({ "session_id": Broker::session_of(email) })).await;
        let first = exchange("gail.google@example.com").await;
        let token = token_of(&first);
        let user = first.ok();
        assert_eq!((&user["role"], &user["name"]), (&json!("USER"), &json!("gail google")));
        assert_eq!(user["picture"], "https://example.com/picture.png");
        assert_eq!(app.bridge_get("/auth/me", &token).await.ok()["picture"], user["picture"]);
        assert_eq!(exchange("Gail.Google@example.com").await.ok()["user_id"], user["user_id"], "the same person");

        app.post_public(SESSION, json!({ "session_id": "nonsense" })).await.refused(400, "INVALID_SESSION");
        app.post_public(SESSION, json!({ "session_id": "" })).await.refused(400, "INVALID_SESSION");
        app.post_public(SESSION, json!({ "session_id": "a\nb" })).await.refused(400, "INVALID_SESSION");
        app.local.services.broker.set_down(true);
        let down = exchange("gail.google@example.com").await;
        assert_eq!(cookie_of(&down), None);
        down.refused(503, "BROKER_UNAVAILABLE");
    })
    .await;
}

#[tokio::test]
async fn the_owner_of_an_address_drops_a_password_that_proved_nothing() {
    flow(async |app| {
        let squatter = app.bridge_user("squatted").await;
        let owner = app.post_public(SESSION, json!({ "session_id": Broker::session_of(&squatter.email) })).await;
        let token = token_of(&owner);
        assert_eq!(owner.ok()["user_id"], format!("user_{}", squatter.id).as_str());
        app.bridge_get("/auth/me", &squatter.token).await.refused(401, "INVALID_TOKEN");
        let body = json!({ "email": squatter.email, "password": PASSWORD });
        app.post_public("/leadbridge/api/auth/login", body).await.refused(401, "INVALID_CREDENTIALS");
        app.bridge_get("/auth/me", &token).await.ok();
        // Once proven, an account keeps what it has.
        let again = app.post_public(SESSION, json!({ "session_id": Broker::session_of(&squatter.email) })).await;
        again.ok();
        app.bridge_get("/auth/me", &token).await.ok();
    })
    .await;
}
