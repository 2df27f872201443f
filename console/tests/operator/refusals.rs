//! Exit codes, and that nobody is waited for.

use crate::harness::Operator;
use local::Options;
use serde_json::Value;
use std::time::Duration;

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

#[tokio::test(flavor = "multi_thread")]
async fn wrong_flags_end_with_2_and_name_what_is_wrong() {
    let operator = &Operator::signed_in().await;
    for (args, said) in [
        (&["companies", "list", "--colour", "red"][..], "--colour"),
        (&["companies", "list", "--limit", "0"], "--limit"),
        (&["companies", "list", "--limit", "5", "--all"], "--all"),
        (&["companies", "create"], "--name"),
        (&["companies", "create", "--name", " "], "--name"),
        (&["companies", "create", "--name", "A", "--category", "bakery"], "bakery"),
        (&["companies", "update", NOBODY], "--name"),
        (&["companies", "dance"], "dance"),
        (&["companies"], "Usage"),
        (&["dance"], "dance"),
        (&[], "Usage"),
        (&["companies", "delete", NOBODY], "--yes"),
        (&["slots", "create", "--date", "tomorrow", "--start", "10:00", "--end", "11:00"], "--date"),
        (&["slots", "create", "--date", "2020-01-01", "--start", "10:00", "--end", "11:00"], "future"),
        (&["slots", "create-series", "--from", "2090-02-02", "--to", "2090-02-01", "--start", "10:00", "--end", "11:00"], "--to"),
        (&["plans", "create", "--plan-id", "x", "--name", "X", "--price", "-1", "--months", "1"], "-1"),
        (&["webhooks", "trigger", "payment.lost", "--order", "x"], "payment.lost"),
        (&["webhooks", "trigger", "payment.captured", "--order", "x", "--override", "amount", "--local"], "amount"),
        (&["events", "replay", "--local"], "IDS"),
        (&["events", "replay", "7", "--local"], "7"),
        (&["export", "users", "--out", "users.xls"], ".csv"),
        (&["import", "companies", "nowhere.csv"], "nowhere.csv"),
        (&["completions", "dos"], "dos"),
        (&["login"], "--email"),
        (&["login", "--email", "admin@codementee.com"], "--password-stdin"),
        (&["--product", "bakery", "whoami"], "bakery"),
        (&["--product", "mansa", "companies", "list"], "mansa"),
        (&["--url", "nowhere", "whoami"], "nowhere"),
        (&["--url", "http://example.com", "whoami"], "https"),
        (&["--url", "https://user:word@example.com", "whoami"], "no address"),
        (&["--url", "https://example.com", "--local", "outbox", "status"], "--local"),
        (&["outbox", "status"], "AWS_ACCESS_KEY_ID"),
        (&["admin", "bootstrap", "--email", "nobody", "--local"], "--email"),
    ] {
        operator.run(args).await.refused(2, said);
    }
    for (help, said) in [
        (&["--help"][..], "Runs the platform"),
        (&["slots", "create-series", "--help"], "Offer a slot on each"),
        (&["login", "--help"], "Sign in"),
        (&["--version"], "console"),
    ] {
        let told = operator.run(help).await.ok();
        assert!(told.starts_with(said), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_ends_with_3() {
    let operator = &Operator::signed_in().await;
    for args in [
        &["companies", "show", NOBODY][..],
        &["companies", "delete", NOBODY, "--yes"],
        &["companies", "delete", NOBODY, "--dry-run"],
        &["companies", "update", "../plans", "--name", "A"],
        &["plans", "show", "none"],
        &["users", "make-admin", NOBODY, "--yes"],
        &["users", "pause", NOBODY, "--yes"],
        &["feedbacks", "show", NOBODY],
        &["bookings", "cancel", NOBODY, "--yes"],
        &["webhooks", "show", "none", "--local"],
        &["webhooks", "replay", "none", "--local"],
        &["events", "replay", NOBODY, "--local"],
        &["config", "use", "none"],
    ] {
        operator.run(args).await.refused(3, "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_ends_with_4() {
    let operator = &Operator::start(Options::in_memory()).await;
    operator.run(&["companies", "list"]).await.refused(4, "console login");
    let wrong = operator.with(&["login", "--email", "admin@codementee.com"], &[("CONSOLE_PASSWORD", "wrong-word")]).await;
    wrong.refused(4, "INVALID_CREDENTIALS");
    operator.with(&["users", "list"], &[("CONSOLE_TOKEN", "garbage")]).await.refused(4, "Invalid token");
    operator.log_in("mentor@codementee.com").await;
    operator.run(&["users", "list"]).await.refused(4, "Insufficient permissions");
    operator.log_in("admin@codementee.com").await;
    operator.run(&["users", "list"]).await.ok();
    operator.local.clock.advance(jiff::SignedDuration::from_hours(25)).unwrap();
    operator.run(&["users", "list"]).await.refused(4, "TOKEN_EXPIRED");
    let told = operator.run(&["doctor", "--local", "--output", "json"]).await;
    let checks: Value = serde_json::from_str(&told.out).unwrap();
    let failed = checks.as_array().unwrap().iter().filter(|line| line["result"] == "failed");
    let failed: Vec<&str> = failed.map(|line| line["check"].as_str().unwrap()).collect();
    assert_eq!((told.code, failed), (1, vec!["clock", "token"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_older_than_90_days_is_not_told_again() {
    let operator = &Operator::signed_in().await;
    operator.run(&["users", "list"]).await.ok();
    let admin = operator.local.bus.events().first().unwrap().detail["id"].as_str().unwrap().to_owned();
    let replay = ["events", "replay", &admin, "--local", "--output", "json"];
    assert_eq!(operator.run(&replay).await.json()["done"], 1);
    operator.local.clock.advance(jiff::SignedDuration::from_hours(91 * 24)).unwrap();
    for more in [&[][..], &["--dry-run"]] {
        let told = operator.run(&[&replay[..], more].concat()).await;
        assert!(told.code == 1 && told.out.contains("older than 90 days"), "{} {}", told.out, told.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_local_server_hands_its_settings_to_nobody_elsewhere() {
    let operator = &Operator::signed_in().await;
    let ask = async |host: &str| {
        let request = reqwest::Client::new().get(format!("{}/_local/environment", operator.local.url)).header("host", host);
        request.send().await.unwrap()
    };
    let own: Value = ask("localhost:3000").await.json().await.unwrap();
    assert_eq!(own["TABLE_NAME"], "platform");
    for host in ["evil.example.com", "evil.example.com:3000", "127.0.0.1.evil.example.com"] {
        assert_eq!(ask(host).await.status().as_u16(), 403, "{host}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_comes_from_standard_input_too() {
    use tokio::io::AsyncWriteExt;
    let operator = &Operator::start(Options::in_memory()).await;
    let args = ["login", "--email", "admin@codementee.com", "--password-stdin"];
    let mut child = operator.command(&args).stdin(std::process::Stdio::piped()).spawn().unwrap();
    let word = format!("{}\n", operator.local.demo_password);
    child.stdin.take().unwrap().write_all(word.as_bytes()).await.unwrap();
    operator.read(&args, child.wait_with_output().await.unwrap()).ok();
    operator.run(&["whoami"]).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_server_ends_with_1_and_says_so() {
    let operator = &Operator::signed_in().await;
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    drop(socket);
    let token = [("CONSOLE_TOKEN", "garbage")];
    operator.with(&["--url", &url, "users", "list"], &token).await.refused(1, "Nothing answers");
    operator.run(&["--url", &url, "--local", "outbox", "status"]).await.refused(1, "No local server");
    let told = operator.with(&["--url", &url, "doctor", "--output", "json"], &token).await;
    assert_eq!(told.code, 1);
    let checks: Value = serde_json::from_str(&told.out).unwrap();
    let result = |check: &str| {
        let found = checks.as_array().unwrap().iter().find(|line| line["check"] == check).unwrap().clone();
        assert_ne!(found["mend"], "", "{found}");
        found["result"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        ["reachable", "clock", "token", "table", "outbox"].map(result),
        ["failed", "failed", "failed", "not checked", "not checked"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_no_deployment_is_told_as_such() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = socket.read(&mut request).await;
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi").await;
        }
    });
    let operator = &Operator::signed_in().await;
    let told = operator.with(&["--url", &url, "users", "list"], &[("CONSOLE_TOKEN", "garbage")]).await;
    told.refused(1, "no deployment");
    serving.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_are_waited_for() {
    let operator = &Operator::start(Options { rate_limits: true, ..Options::in_memory() }).await;
    operator.log_in("admin@codementee.com").await;
    let lists = (0..30).map(|_| operator.run(&["companies", "list"]));
    let start = tokio::time::Instant::now();
    for ran in futures_of(lists).await {
        ran.ok();
    }
    assert!(start.elapsed() < Duration::from_secs(60));
}

async fn futures_of<T>(all: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut done = Vec::new();
    for one in all {
        done.push(one.await);
    }
    done
}
