//! What people say of themselves.

use crate::input::{quiet_flow, unchanged};
use domain::{Product, account::Membership};
use serde_json::json;

#[tokio::test]
async fn a_name_is_changed_in_every_product_and_roles_in_one() {
    quiet_flow(async |app| {
        let person = app.free_mentee("renamed").await;
        let id = person.id.parse().unwrap();
        let store = &app.local.platform.store;
        let here = store.membership(Product::Codementee, id).await.unwrap().unwrap().value;
        let member = Membership { product: Product::Mansa, ..here };
        store.join(&member, None, &store::Record::default()).await.unwrap();

        let body = json!({ "name": "  Ada Byron ", "current_role": "SDE 1", "target_role": "SDE 2", "role": "admin", "email": "x@example.com" });
        let user = app.put("/api/auth/me", &person.token, body).await.ok();
        assert_eq!((&user["name"], &user["current_role"], &user["target_role"]), (&json!("Ada Byron"), &json!("SDE 1"), &json!("SDE 2")));
        assert_eq!((&user["role"], &user["email"]), (&json!("mentee"), &json!(person.email)), "nothing else is taken");
        let user = app.put("/api/auth/me", &person.token, json!({ "name": "Ada B", "current_role": null })).await.ok();
        assert_eq!((&user["name"], &user["current_role"]), (&json!("Ada B"), &json!("SDE 1")), "what is missing stays");
        assert_eq!(app.get("/api/auth/me", &person.token).await.ok(), user);
        let there = store.membership(Product::Mansa, id).await.unwrap().unwrap().value;
        assert_eq!((there.name.as_str(), there.target_role.as_str()), ("Ada B", ""));
        let (account, _) = store.account(id, Product::Codementee).await.unwrap().unwrap();
        assert_eq!(account.name.as_str(), "Ada B");
        let listed = app.get("/api/admin/mentees", &app.admin().await).await.ok();
        assert!(listed.as_array().unwrap().iter().any(|mentee| mentee["name"] == "Ada B"));
        unchanged(app, async || {
            for body in [json!({}), json!({ "name": "A" }), json!({ "name": "Ada B", "target_role": "x".repeat(101) })] {
                app.put("/api/auth/me", &person.token, body).await.refused(422, "VALIDATION_FAILED");
            }
        })
        .await;
    })
    .await;
}
