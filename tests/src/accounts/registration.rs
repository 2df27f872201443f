//! Registering and signing in.

use super::tokens::part;
use crate::{
    input::{NOTHING, quiet_flow, unchanged},
    scenes::PASSWORD,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The names of an object's fields.
fn fields(object: &Value) -> BTreeSet<&str> {
    object.as_object().unwrap().keys().map(String::as_str).collect()
}

/// An answer but for its time.
fn timeless(mut body: Value) -> Value {
    body.as_object_mut().unwrap().remove("timestamp");
    body
}

#[tokio::test]
async fn registering_and_signing_in_answer_what_clients_read() {
    const USER: [&str; 14] = [
        "id",
        "name",
        "email",
        "role",
        "status",
        "mentor_id",
        "plan_id",
        "plan_name",
        "plan_expires_at",
        "verification_status",
        "current_role",
        "target_role",
        "created_at",
        "updated_at",
    ];
    quiet_flow(async |app| {
        // Whatever else a form says of a person is not his to say.
        let claimed = json!({
            "name": "  Vera One ", "email": " Vera@Example.COM ", "password": PASSWORD, "role": "Mentee", "id": NOTHING,
            "status": "Active", "plan_id": "growth", "roles": ["admin"], "is_admin": true, "verification": "APPROVED",
            "email_proven": true, "mentor_id": NOTHING, "plan": { "plan_id": "growth" }, "password_hash": "x",
        });
        let registered = app.post_public("/api/auth/register", claimed.clone()).await.ok();
        assert_eq!(registered, json!({ "message": "User created successfully" }));
        let signed_in = app.login("VERA@example.com ", PASSWORD).await.ok();
        assert_eq!(fields(&signed_in), BTreeSet::from(["access_token", "message", "success", "token_type", "user"]));
        let user = &signed_in["user"];
        assert_eq!(fields(user), BTreeSet::from(USER));
        let shown = json!([user["name"], user["email"], user["role"], user["status"], user["plan_id"], user["mentor_id"]]);
        assert_eq!(shown, json!(["Vera One", "vera@example.com", "mentee", "Free", null, null]));
        assert_ne!(user["id"], NOTHING);
        let token = signed_in["access_token"].as_str().unwrap();
        assert_eq!(&app.get("/api/auth/me", token).await.ok(), user);

        let claims = part(token, 1);
        assert_eq!(part(token, 0)["alg"], "HS256");
        let told = json!([claims["user_id"], claims["email"], claims["role"], claims["status"], claims["plan_id"]]);
        assert_eq!(told, json!([user["id"], "vera@example.com", "mentee", "Free", null]));
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 24 * 3600);
        assert_eq!((&claims["sub"], &claims["aud"]), (&user["id"], &json!("codementee")));

        let mut free = claimed;
        (free["email"], free["role"]) = (json!("free.form@example.com"), Value::Null);
        let free = app.post_public("/api/auth/register-free", free).await.ok();
        let user = &free["user"];
        assert_eq!(fields(user), BTreeSet::from(USER));
        let shown = json!([free["token_type"], user["role"], user["status"], user["plan_id"], user["plan_name"]]);
        assert_eq!(shown, json!(["bearer", "mentee", "Free", null, "Free Tier"]));
        app.get("/api/auth/me", free["access_token"].as_str().unwrap()).await.ok();
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some("vera@example.com"), Some("Welcome")).len(), 1);
    })
    .await;
}

#[tokio::test]
async fn registering_makes_no_admin_and_nobody_twice() {
    quiet_flow(async |app| {
        app.free_mentee("first").await;
        let form = |name: &str, email: &str, password: &str, role: &str| {
            json!({ "name": name, "email": email, "password": password, "role": role })
        };
        let good = |role: &str| form("Ada Lovelace", "ada@example.com", PASSWORD, role);
        unchanged(app, async || {
            for path in ["/api/auth/register", "/api/auth/register-free"] {
                for role in ["admin", "Admin", "ADMIN", " aDmIn "] {
                    app.post_public(path, good(role)).await.refused(403, "ADMIN_REGISTRATION_CLOSED");
                }
                for role in ["root", "mentee,admin", "superadmin"] {
                    let refused = app.post_public(path, good(role)).await.refused(422, "VALIDATION_FAILED");
                    assert!(refused["errors"]["role"].is_array(), "{refused}");
                }
                for (body, field, sentence) in [
                    (form("Ada", "ada@example.com", "1234567", "mentee"), "password", "Password must be at least 8 characters"),
                    (form("Ada", "ada@example.com", &"ä".repeat(37), "mentee"), "password", "Password must be at most 72 bytes"),
                    (form(" J ", "ada@example.com", PASSWORD, "mentee"), "name", "Name must be at least 2 characters"),
                    (form("", "ada@example.com", PASSWORD, "mentee"), "name", "Name must be at least 2 characters"),
                    (form("Ada", "ada@example", PASSWORD, "mentee"), "email", "Enter a valid e-mail address"),
                    (form("Ada", "Ada <ada@example.com>", PASSWORD, "mentee"), "email", "Enter a valid e-mail address"),
                    (form("Ada", "a@b.com\nbcc:c@d.com", PASSWORD, "mentee"), "email", "Enter a valid e-mail address"),
                ] {
                    let refused = app.post_public(path, body).await.refused(422, "VALIDATION_FAILED");
                    assert_eq!((&refused["detail"], &refused["errors"][field][0]), (&json!(sentence), &json!(sentence)));
                }
                for email in ["first@example.com", "FIRST@example.com", " First@Example.Com "] {
                    let refused = app.post_public(path, form("Ada", email, PASSWORD, "mentee")).await.refused(400, "EMAIL_TAKEN");
                    assert_eq!(refused["detail"], "Email already registered");
                }
            }
            let refused = app.post_public("/api/auth/register-free", good("mentor")).await.refused(422, "VALIDATION_FAILED");
            assert!(refused["errors"]["role"].is_array(), "{refused}");
        })
        .await;
        let longest = form("Jo", "jo@example.com", &"ä".repeat(36), "");
        app.post_public("/api/auth/register", longest).await.ok();
        app.login("jo@example.com", &"ä".repeat(36)).await.ok();
        app.login("jo@example.com", &"ä".repeat(37)).await.refused(401, "INVALID_CREDENTIALS");
    })
    .await;
}

#[tokio::test]
async fn a_failed_sign_in_tells_nothing_of_the_address() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let body = json!({ "name": "Without Password", "email": "without@example.com" });
        app.post("/api/admin/mentors", &admin, body).await.ok();
        let gone = app.free_mentee("gone").await;
        app.set_status(&admin, &gone.id, "inactive").await.ok();
        let mut bodies = BTreeSet::new();
        unchanged(app, async || {
            for (email, password) in [
                ("admin@codementee.com", "wrong-password"),
                ("nobody@example.com", "wrong-password"),
                ("without@example.com", "wrong-password"),
                ("without@example.com", ""),
                ("gone@example.com", "wrong-password"),
                ("admin@codementee.com", ""),
                ("admin@codementee.com", "nothing\u{0}after"),
                ("nobody@example.com", &"x".repeat(5000)),
            ] {
                let refused = app.login(email, password).await;
                assert_eq!(refused.headers["www-authenticate"], "Bearer");
                bodies.insert(timeless(refused.refused(401, "INVALID_CREDENTIALS")).to_string());
            }
        })
        .await;
        assert_eq!(bodies.len(), 1, "{bodies:?}");
    })
    .await;
}
