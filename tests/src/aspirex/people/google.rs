use super::flow;
use crate::{
    calls::{Answer, read},
    harness::App,
    leadbridge::cookie_of,
    scenes::PASSWORD,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde_json::{Value, json};

impl App {
    async fn post_id_token(&self, id_token: &str, kind: &str) -> Answer {
        self.local.clock.advance(SignedDuration::from_secs(1)).unwrap();
        self.ax_say("/auth/google/verify/", json!({ "id_token": id_token, "user_type": kind })).await
    }
}

#[tokio::test]
async fn a_posted_id_token_signs_in_and_registers_once() {
    flow(async |app| {
        let token = app.local.services.google.id_token(&app.local.services.google.claims("gail.google@example.com"));
        let first = app.post_id_token(&token, "mentor").await.ok();
        assert_eq!((&first["user_type"], &first["mentor_id"]), (&json!("mentor"), &json!("M000001")));
        assert_eq!(first["user"]["name"], "gail google");
        app.ax_get("/mentor/profile/", first["token"].as_str().unwrap()).await.ok();
        let again = app.post_id_token(&token, "student").await.ok();
        assert_eq!((&again["user"]["id"], &again["user_type"]), (&first["user"]["id"], &json!("mentor")), "he is what he was");
        assert_eq!(app.local.services.google.asked_for_keys(), 1, "keys are kept");
    })
    .await;
}

#[tokio::test]
async fn no_id_token_is_good_that_google_did_not_sign_for_us() {
    flow(async |app| {
        let google = &app.local.services.google;
        let with = |field: &str, value: Value| {
            let mut claims = google.claims("gail@example.com");
            claims[field] = value;
            google.id_token(&claims)
        };
        let now = app::Clock::now(&*app.local.clock).epoch_seconds();
        let good = google.id_token(&google.claims("gail@example.com"));
        let parts: Vec<&str> = good.split('.').collect();
        let encoded = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let none = encoded(json!({ "alg": "none", "typ": "JWT", "kid": "first" }));
        let symmetric = encoded(json!({ "alg": "HS256", "typ": "JWT", "kid": "first" }));
        let nameless = encoded(json!({ "alg": "RS256", "typ": "JWT" }));
        let forged = encoded(google.claims("victim@example.com"));
        for (why, token) in [
            ("another client's", with("aud", json!("other.apps.googleusercontent.com"))),
            ("several clients'", with("aud", json!(["other.apps.googleusercontent.com"]))),
            ("another issuer's", with("iss", json!("https://accounts.example.com"))),
            ("expired", with("exp", json!(now - 120))),
            ("from the future", with("iat", json!(now + 3600))),
            ("an unverified address", with("email_verified", json!(false))),
            ("no address", with("email", Value::Null)),
            ("unsigned", format!("{none}.{}.", parts[1])),
            ("unsigned with a signature", format!("{none}.{}.{}", parts[1], parts[2])),
            ("of another algorithm", format!("{symmetric}.{}.{}", parts[1], parts[2])),
            ("without a key's name", format!("{nameless}.{}.{}", parts[1], parts[2])),
            ("altered", format!("{}.{forged}.{}", parts[0], parts[2])),
            ("nothing", String::new()),
            ("no token", "a.b.c".to_owned()),
            ("too long", "a".repeat(9000)),
        ] {
            let refused = app.post_id_token(&token, "student").await.refused(400, "INVALID_GOOGLE_TOKEN");
            assert_eq!(refused["detail"], "Invalid Google ID token", "{why}");
        }
        assert!(app.items("EMAIL#victim").await.is_empty());
        app.post_id_token(&good, "student").await.ok();
    })
    .await;
}

#[tokio::test]
async fn a_new_key_is_looked_for_but_not_at_every_request() {
    flow(async |app| {
        let google = &app.local.services.google;
        app.post_id_token(&google.id_token(&google.claims("gail@example.com")), "student").await.ok();
        google.rotate("second");
        app.local.clock.advance(SignedDuration::from_secs(40)).unwrap();
        app.post_id_token(&google.id_token(&google.claims("gail@example.com")), "student").await.ok();
        assert_eq!(google.asked_for_keys(), 2);
        // Strangers' names for keys do not make us ask again and again.
        google.rotate("third");
        let strange = google.id_token(&google.claims("gail@example.com"));
        google.rotate("second");
        for _ in 0..5 {
            app.post_id_token(&strange, "student").await.refused(400, "INVALID_GOOGLE_TOKEN");
        }
        assert!(google.asked_for_keys() <= 3, "{}", google.asked_for_keys());
    })
    .await;
}

#[tokio::test]
async fn google_that_is_down_is_a_503_and_known_keys_still_serve() {
    flow(async |app| {
        let google = &app.local.services.google;
        google.set_down(true);
        let token = google.id_token(&google.claims("gail@example.com"));
        app.post_id_token(&token, "student").await.refused(503, "GOOGLE_UNAVAILABLE");
        google.set_down(false);
        app.local.clock.advance(SignedDuration::from_secs(40)).unwrap();
        app.post_id_token(&token, "student").await.ok();
        google.set_down(true);
        app.post_id_token(&token, "student").await.ok();
    })
    .await;
}

#[tokio::test]
async fn the_owner_of_an_address_drops_a_password_that_proved_nothing() {
    flow(async |app| {
        let squatter = app.student("squatted").await;
        let google = &app.local.services.google;
        let owner = app.post_id_token(&google.id_token(&google.claims(&squatter.email)), "student").await.ok();
        assert_eq!(owner["student_id"], squatter.number.as_str());
        app.ax_get("/student/profile/", &squatter.token).await.refused(401, "INVALID_TOKEN");
        let body = json!({ "user_id": squatter.number, "password": PASSWORD });
        app.ax_say("/auth/unified-login/", body).await.refused(400, "INVALID_CREDENTIALS");
        // The same address in another person's hands is not him.
        let mut other = google.claims(&squatter.email);
        other["sub"] = "somebody-else".into();
        app.post_id_token(&google.id_token(&other), "student").await.refused(400, "INVALID_GOOGLE_TOKEN");
    })
    .await;
}

/// Goes to Google as a browser does; answers the address to which Google sends it back, and its cookie.
pub async fn go_to_google(app: &App, email: &str) -> (String, String) {
    app.local.clock.advance(SignedDuration::from_secs(1)).unwrap();
    let browser = &app.http;
    let begun = browser.get(format!("{}/aspirex/api/auth/google/?role=student", app.local.url)).send().await.unwrap();
    assert_eq!(begun.status(), 302);
    let to = begun.headers()["location"].to_str().unwrap().to_owned();
    let cookie = begun.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    assert!(to.contains("code_challenge_method=S256") && to.contains("nonce=") && to.contains("state="), "{to}");
    let back = browser.get(format!("{to}&email={email}")).send().await.unwrap();
    (back.headers()["location"].to_str().unwrap().to_owned(), cookie)
}

pub async fn come_back(app: &App, address: &str, cookie: Option<&str>) -> Answer {
    app.local.clock.advance(SignedDuration::from_secs(1)).unwrap();
    let mut request = app.http.get(address);
    if let Some(cookie) = cookie {
        request = request.header("cookie", cookie);
    }
    read(request).await
}

#[tokio::test]
async fn a_browser_goes_to_google_and_comes_back_signed_in() {
    flow(async |app| {
        let (address, cookie) = go_to_google(app, "gail@example.com").await;
        assert!(address.starts_with(&format!("{}/aspirex/api/auth/google/callback", app.local.url)), "{address}");
        come_back(app, &address, None).await.refused(400, "GOOGLE_SIGN_IN_FAILED");
        come_back(app, &address, Some("google_state=another")).await.refused(400, "GOOGLE_SIGN_IN_FAILED");
        let answer = come_back(app, &address, Some(&cookie)).await.ok();
        assert_eq!((&answer["user_type"], &answer["student_id"]), (&json!("student"), &json!("S000001")));
        app.ax_get("/student/profile/", answer["token"].as_str().unwrap()).await.ok();
        come_back(app, &address, Some(&cookie)).await.refused(400, "GOOGLE_SIGN_IN_FAILED");

        // Another's code with one's own state: the verifier does not fit.
        let (mine, my_cookie) = go_to_google(app, "mallory@example.com").await;
        let (theirs, _) = go_to_google(app, "victim@example.com").await;
        let code = |address: &str| address.split("code=").nth(1).unwrap().split('&').next().unwrap().to_owned();
        let mixed = mine.replace(&code(&mine), &code(&theirs));
        come_back(app, &mixed, Some(&my_cookie)).await.refused(400, "GOOGLE_SIGN_IN_FAILED");

        let (late, late_cookie) = go_to_google(app, "late@example.com").await;
        app.local.clock.advance(SignedDuration::from_mins(11)).unwrap();
        come_back(app, &late, Some(&late_cookie)).await.refused(400, "GOOGLE_SIGN_IN_FAILED");
        let said_no = format!("{}/aspirex/api/auth/google/callback?error=access_denied", app.local.url);
        let refused = come_back(app, &said_no, Some(&late_cookie)).await;
        assert_eq!(cookie_of(&refused), None);
        refused.refused(400, "GOOGLE_SIGN_IN_FAILED");
    })
    .await;
}
