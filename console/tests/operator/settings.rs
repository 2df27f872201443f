//! Where values come from, and where the token is.

use crate::harness::Operator;
use local::Options;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;

fn of<'a>(rows: &'a Value, setting: &str) -> (&'a str, &'a str) {
    let row = rows.as_array().unwrap().iter().find(|row| row["setting"] == setting).unwrap();
    (row["value"].as_str().unwrap(), row["source"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn flags_go_before_environment_before_profile() {
    let operator = &Operator::signed_in().await;
    let url = operator.local.url.as_str();
    let mut command = operator.command(&["config", "explain", "--output", "json"]);
    command.env_remove("CONSOLE_URL");
    let rows: Value = serde_json::from_slice(&command.output().await.unwrap().stdout).unwrap();
    assert_eq!(of(&rows, "url"), (url, "profile: default"));
    assert_eq!(of(&rows, "token"), ("set, not shown", "profile: default"));
    assert_eq!(of(&rows, "output"), ("json", "flag: --output"));
    let rows = operator.json(&["config", "explain"]).await;
    assert_eq!(of(&rows, "url"), (url, "environment: CONSOLE_URL"));
    let rows = operator.json(&["config", "explain", "--url", "https://example.com/"]).await;
    assert_eq!(of(&rows, "url"), ("https://example.com", "flag: --url"));
    assert_eq!(of(&rows, "token"), ("none", "default"), "a token goes to nobody but who gave it");
    let csv = operator.with(&["config", "explain"], &[("CONSOLE_OUTPUT", "csv"), ("NO_COLOR", "1")]).await.ok();
    assert!(csv.starts_with("setting,value,source") && csv.contains("color,false,environment: NO_COLOR"), "{csv}");
    operator.with(&["config", "explain"], &[("CONSOLE_OUTPUT", "xml")]).await.refused(2, "CONSOLE_OUTPUT");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_config_file_is_the_operators_alone() {
    let operator = &Operator::signed_in().await;
    let file = operator.home.join("config.json");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(&file).unwrap().contains("token"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    operator.run(&["whoami"]).await.refused(1, "chmod 600");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    operator.run(&["logout"]).await.ok();
    assert!(!std::fs::read_to_string(&file).unwrap().contains("token"));
    std::fs::write(&file, "{").unwrap();
    operator.run(&["whoami"]).await.refused(1, "damaged");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_profile_has_its_own_token() {
    let operator = &Operator::signed_in().await;
    let word = [("CONSOLE_PASSWORD", operator.local.demo_password.as_str())];
    operator.with(&["login", "--profile", "mentor", "--email", "mentor@codementee.com"], &word).await.ok();
    assert_eq!(operator.json(&["whoami"]).await["role"], "admin");
    assert_eq!(operator.json(&["whoami", "--profile", "mentor"]).await["role"], "mentor");
    operator.run(&["config", "use", "mentor"]).await.ok();
    assert_eq!(operator.json(&["whoami"]).await["role"], "mentor");
    let profiles = operator.json(&["config", "profiles"]).await;
    assert_eq!((profiles.as_array().unwrap().len(), &profiles[1]["current"]), (2, &Value::Bool(true)));
    operator.run(&["config", "remove", "mentor"]).await.refused(2, "--yes");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_admin_is_made_once_or_by_force() {
    let operator = &Operator::start(Options { demo_data: false, ..Options::in_memory() }).await;
    let bootstrap = ["admin", "bootstrap", "--local", "--email", "first@example.com", "--name", "First"];
    operator.run(&bootstrap).await.refused(2, "--password-stdin");
    let word = [("CONSOLE_PASSWORD", "a-long-password")];
    let dry = operator.with(&[&bootstrap[..], &["--dry-run", "-o", "json"]].concat(), &word).await.json();
    assert_eq!((&dry["action"], &dry["admins_exist"]), (&Value::from("register"), &Value::Bool(false)));
    assert_eq!(operator.with(&[&bootstrap[..], &["-o", "json"]].concat(), &word).await.json()["became"], "registered");
    operator.with(&bootstrap, &word).await.refused(5, "--force");
    operator.with(&["login", "--email", "first@example.com"], &word).await.ok();
    let second = ["admin", "bootstrap", "--local", "--email", "second@example.com", "--name", "Second", "--force"];
    operator.with(&second, &word).await.refused(2, "--yes");
    operator.with(&[&second[..], &["--yes"]].concat(), &word).await.ok();
    // Whoever has an account keeps it.
    let body = serde_json::json!({ "name": "Third", "email": "third@example.com", "password": "a-long-password" });
    operator.call(reqwest::Method::POST, "/api/auth/register-free", None, body).await;
    let third = ["admin", "bootstrap", "--local", "--email", "third@example.com", "--force", "--yes", "-o", "json"];
    assert_eq!(operator.run(&third).await.json()["became"], "promoted");
    operator.local.pump.drain().await;
    let stats = operator.json(&["stats", "show"]).await;
    assert_eq!((&stats["total_admins"], &stats["total_mentees"]), (&Value::from(3), &Value::from(0)));
    let actions: Vec<Value> =
        operator.json(&["audit", "list"]).await.as_array().unwrap().iter().map(|record| record["action"].clone()).collect();
    assert_eq!(actions, ["user.role_changed", "admin.bootstrapped", "admin.bootstrapped"]);
}
