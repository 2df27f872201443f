//! Secrets from Secrets Manager: several at once, read again, taken up while running.

use crate::harness::{App, flow};
use app::{Platform, Wired};
use axum::body::Body;
use gateways::settings::Settings;
use http::Request;
use jiff::SignedDuration;
use serde_json::json;
use std::sync::Arc;
use tower::ServiceExt;
use web::Served;

const JWT: &str = "arn:aws:secretsmanager:ap-south-1:000000000000:secret:jwt";
const RAZORPAY: &str = "arn:aws:secretsmanager:ap-south-1:000000000000:secret:razorpay";
const OLD: &str = "the-old-secret-of-32-characters!";
const NEW: &str = "the-new-secret-of-32-characters!";

/// Settings as a function has them: no secret in the environment, only where to find it.
async fn platform(app: &App) -> Result<Platform, gateways::settings::SettingError> {
    let own = &app.local.platform.settings;
    let kept = ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "TABLE_NAME", "DYNAMODB_ENDPOINT"];
    let kept = kept.into_iter().chain(["SECRETS_MANAGER_ENDPOINT", "PASSWORD_COST", "CODEMENTEE_ORIGINS"]);
    let values = kept.map(|name| (name.to_owned(), own.required(name).unwrap().to_owned()));
    let settings = Settings::from_values(values.chain([("SECRETS_ARN".to_owned(), format!("{JWT}, {RAZORPAY}"))]));
    Platform::new(settings.with_secrets().await?, app.local.clock.clone())
}

fn auth(platform: &Platform) -> Result<Served, gateways::settings::SettingError> {
    codementee::serve(codementee::auth::router, platform)
}

async fn who_am_i(function: &Wired<Served>, token: &str) -> u16 {
    let request = Request::get("/api/auth/me").header("authorization", format!("Bearer {token}"));
    let served = Served::clone(&*function.current().await);
    served.oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status().as_u16()
}

async fn sign_in(function: &Wired<Served>, app: &App, email: &str) -> String {
    let body = json!({ "email": email, "password": crate::scenes::PASSWORD }).to_string();
    let served = Served::clone(&*function.current().await);
    let answer = served.oneshot(Request::post("/api/auth/login").body(Body::from(body)).unwrap()).await.unwrap();
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    app.local.clock.advance(SignedDuration::from_secs(5)).unwrap();
    serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_rotated_secret_is_taken_up_without_refusing_anybody() {
    flow(async |app| {
        let person = app.free_mentee("rotated").await;
        let put = |current: &str, previous: &str| {
            app.local.services.secrets_manager.put(JWT, json!({ "JWT_SECRET": current, "JWT_SECRET_PREVIOUS": previous }));
        };
        put(OLD, "");
        app.local.services.secrets_manager.put(RAZORPAY, json!({ "RAZORPAY_KEY_ID": "rzp_test_1" }));
        let first = platform(app).await.unwrap();
        assert_eq!(first.settings.required("RAZORPAY_KEY_ID").unwrap(), "rzp_test_1");
        let (one, other) = (Wired::new(first.clone(), auth).unwrap(), Wired::new(first, auth).unwrap());
        let old_token = sign_in(&one, app, &person.email).await;

        // The new secret is first made known as one that verifies, …
        put(OLD, NEW);
        app.local.clock.advance(SignedDuration::from_mins(5)).unwrap();
        assert_eq!(who_am_i(&one, &old_token).await, 200);
        assert_eq!(who_am_i(&other, &old_token).await, 200);
        // … then signs, while some functions have not heard of it yet: they know it all the same.
        put(NEW, OLD);
        app.local.clock.advance(SignedDuration::from_mins(4)).unwrap();
        let late = platform(app).await.unwrap();
        let restarted = Wired::new(late, auth).unwrap();
        let new_token = sign_in(&restarted, app, &person.email).await;
        for function in [&one, &other, &restarted] {
            assert_eq!((who_am_i(function, &old_token).await, who_am_i(function, &new_token).await), (200, 200));
        }
        // Once the old one is gone, its tokens are.
        put(NEW, "");
        app.local.clock.advance(SignedDuration::from_mins(5)).unwrap();
        for function in [&one, &other, &restarted] {
            assert_eq!((who_am_i(function, &old_token).await, who_am_i(function, &new_token).await), (401, 200));
        }
    })
    .await;
}

#[tokio::test]
async fn secrets_are_read_once_in_five_minutes_and_trouble_reading_them_stops_nothing() {
    flow(async |app| {
        let person = app.free_mentee("cached").await;
        app.local.services.secrets_manager.put(JWT, json!({ "JWT_SECRET": OLD }));
        app.local.services.secrets_manager.put(RAZORPAY, json!({}));
        let function = Arc::new(Wired::new(platform(app).await.unwrap(), auth).unwrap());
        let token = sign_in(&function, app, &person.email).await;
        let asked = app.local.services.secrets_manager.asked();
        for _ in 0..3 {
            assert_eq!(who_am_i(&function, &token).await, 200);
        }
        assert_eq!(app.local.services.secrets_manager.asked(), asked);
        app.local.services.secrets_manager.remove(JWT);
        // After trouble they are asked for again soon, but not with every request: two secrets each time.
        for (seconds, more) in [(300, 2), (10, 2), (15, 4)] {
            app.local.clock.advance(SignedDuration::from_secs(seconds)).unwrap();
            assert_eq!(who_am_i(&function, &token).await, 200);
            assert_eq!(app.local.services.secrets_manager.asked(), asked + more, "{seconds} s");
        }
        // One that cannot be used is not taken up either.
        app.local.services.secrets_manager.put(JWT, json!({ "JWT_SECRET": "short" }));
        app.local.clock.advance(SignedDuration::from_mins(5)).unwrap();
        assert_eq!(who_am_i(&function, &token).await, 200);
    })
    .await;
}

#[tokio::test]
async fn a_missing_or_bad_secret_stops_the_start_with_one_sentence() {
    flow(async |app| {
        let error = platform(app).await.unwrap_err().to_string();
        assert!(error.starts_with("the secrets could not be read: "), "{error}");
        app.local.services.secrets_manager.put(RAZORPAY, json!({}));
        for (secret, sentence) in [
            (json!({}), "JWT_SECRET is not set"),
            (json!({ "JWT_SECRET": "" }), "JWT_SECRET is not set"),
            (json!({ "JWT_SECRET": "too-short" }), "JWT_SECRET is shorter than 16 bytes"),
        ] {
            app.local.services.secrets_manager.put(JWT, secret);
            let error = Wired::new(platform(app).await.unwrap(), auth).err().unwrap();
            assert_eq!(error.to_string(), sentence);
        }
        app.local.services.secrets_manager.put(JWT, json!(["no", "object"]));
        assert_eq!(
            platform(app).await.unwrap_err().to_string(),
            "the secrets could not be read: a secret is no JSON object of strings"
        );
    })
    .await;
}
