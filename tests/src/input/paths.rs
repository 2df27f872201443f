//! Paths that are not there, methods that a path has not, and other spellings of a path.

use super::{NOTHING, Tokens, ask, check, quiet_flow};
use crate::{accounts::routes, calls::read};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeMap;

#[tokio::test]
async fn what_is_not_there_is_404_and_what_cannot_be_done_405() {
    quiet_flow(async |app| {
        let admin = app.admin().await;
        let with_id = async |id: &str| {
            let answer = read(app.http.get(format!("{}/api/nothing", app.local.url)).header("x-request-id", id)).await;
            let answered = answer.headers["x-request-id"].to_str().unwrap().to_owned();
            answer.refused(404, "NOT_FOUND");
            answered
        };
        assert_eq!(with_id("client-0001").await, "client-0001");
        for odd in ["", "short", "a b c d e f g h", "<script>alert(1)</script>", &"x".repeat(65)] {
            let id = with_id(odd).await;
            assert!(id != odd && id.len() == 36, "{odd}: {id}");
        }
        for path in
            ["/api/nothing", "/api/auth", "/api/admin", "/api/admin/users/7", "/api//companies", "/API/companies", "/api.json"]
        {
            for method in [Method::GET, Method::POST, Method::DELETE] {
                ask(app, method, path, Some(&admin), "").await.refused(404, "NOT_FOUND");
            }
        }
        let mut known: BTreeMap<String, Vec<Method>> = BTreeMap::new();
        for route in routes() {
            known.entry(route.path).or_default().push(route.method);
        }
        for (path, methods) in known {
            let path = path.replace("{id}", NOTHING);
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                if !methods.contains(&method) {
                    let answer = ask(app, method, &path, Some(&admin), "").await;
                    let allowed = answer.headers["allow"].to_str().unwrap().to_owned();
                    answer.refused(405, "METHOD_NOT_ALLOWED");
                    assert!(methods.iter().all(|method| allowed.contains(method.as_str())), "{path}: {allowed}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_trailing_slash_or_a_prefix_makes_no_difference() {
    quiet_flow(async |app| {
        let tokens = Tokens::new(app).await;
        let strict = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        for route in routes().into_iter().filter(|route| route.method == Method::GET) {
            let path = route.path.replace("{id}", NOTHING);
            for url in [format!("{path}/"), format!("/codementee{path}//?limit=1")] {
                let mut request = strict.get(format!("{}{url}", app.local.url));
                request = request.bearer_auth(tokens.of(route.role()).unwrap_or(&tokens.admin));
                let answer = read(request).await;
                check(&answer, &url);
                let wanted = match path.as_str() {
                    // Nothing was analysed yet, and nobody said for which interview.
                    "/api/ai-tools/resume-analysis" => 404,
                    "/api/ai-tools/interview-questions" => 422,
                    path if path.contains(NOTHING) => 404,
                    _ => 200,
                };
                assert_eq!(answer.status, wanted, "{url}: {}", answer.body);
            }
        }
        let body = json!({ "email": "admin@codementee.com", "password": app.local.demo_password });
        for path in ["/api/auth/login/", "/codementee/api/auth/login", "/codementee/api/auth/login/"] {
            let answer = read(strict.post(format!("{}{path}", app.local.url)).json(&body)).await;
            check(&answer, path);
            assert!(answer.ok()["access_token"].is_string());
        }
    })
    .await;
}
