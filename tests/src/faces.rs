//! What the tests that grow by themselves with the documents need to know of each face.

use crate::harness::App;
use domain::Product;

/// The address of the demo account of a role.
pub fn address(product: Product, role: &str) -> String {
    match product {
        Product::Codementee => format!("{role}@codementee.com"),
        Product::LeadBridge if role == "mentee" => "user@leadbridge.com".to_owned(),
        Product::Mansa => match role {
            "admin" => "admin@mansa.example".to_owned(),
            "mentor" => "sarah.johnson@example.com".to_owned(),
            _ => "mentee@example.com".to_owned(),
        },
        Product::AspireX => match role {
            "admin" => "admin@aspirex.example".to_owned(),
            "mentor" => "sarah.aspirex@example.com".to_owned(),
            _ => "maya.patel@aspirex.example".to_owned(),
        },
        Product::LeadBridge => format!("{role}@{product}.com"),
    }
}

/// A new session of a demo account in a role (`admin`, `mentor`, `mentee`): its token.
pub async fn sign_in(app: &App, product: Product, role: &str) -> String {
    match product {
        Product::Codementee => {
            let answer = app.login_later(&address(product, role), &app.local.demo_password).await.ok();
            answer["access_token"].as_str().unwrap().to_owned()
        }
        Product::LeadBridge => app.bridge_login_later(&address(product, role), &app.local.demo_password).await,
        Product::Mansa => app.mansa_token(&address(product, role)).await,
        Product::AspireX => {
            app.local.clock.advance(jiff::SignedDuration::from_secs(1)).unwrap();
            let body = serde_json::json!({ "email": address(product, role), "password": app.local.demo_password });
            let answer = app.post_public("/aspirex/api/auth/login/", body).await.ok();
            answer["token"].as_str().unwrap().to_owned()
        }
    }
}
