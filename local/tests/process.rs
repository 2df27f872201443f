//! The server as a process: how it starts, how it refuses to, and what survives a kill.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

/// A folder of this test's own, deleted when the test is over.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("local-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_local"));
    command.current_dir(folder).env_remove("DEMO_PASSWORD").env_remove("RUST_LOG");
    command
}

/// A running server; killed when dropped, by its own id.
struct Server {
    child: Child,
    url: String,
    /// Held so that the server can go on printing.
    _screen: BufReader<ChildStdout>,
}

impl Server {
    /// Stops it as Ctrl-C does, and waits until it is gone.
    fn interrupt(mut self) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(folder: &Path, arguments: &[&str]) -> Server {
    let mut command = command(folder);
    command.args(["--port", "0", "--rate-limits", "off"]).args(arguments).env("DEMO_PASSWORD", "demo-password");
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut screen = BufReader::new(child.stdout.take().unwrap());
    screen.read_line(&mut line).unwrap();
    let url = line.trim().rsplit(' ').next().unwrap().to_owned();
    assert!(url.starts_with("http://127.0.0.1:"), "{line}");
    Server { child, url, _screen: screen }
}

fn refused(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let Output { status, stderr, .. } = command(folder).args(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stderr).unwrap())
}

#[track_caller]
fn check_one_sentence(refusal: (i32, String), code: i32, part: &str) {
    assert_eq!(refusal.0, code, "{}", refusal.1);
    assert!(refusal.1.contains(part), "{}", refusal.1);
    assert_eq!(refusal.1.lines().count(), 1, "{}", refusal.1);
}

#[test]
fn what_cannot_start_says_why_in_one_sentence() {
    let folder = Folder::new("refused");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    check_one_sentence(refused(&folder.0, &["--in-memory", "--port", &port]), 1, "is in use; choose another with --port");
    check_one_sentence(refused(&folder.0, &["--colour"]), 2, "unexpected argument '--colour'");
    check_one_sentence(refused(&folder.0, &["--port", "many"]), 2, "invalid value 'many'");
    let file = folder.0.join("file");
    std::fs::write(&file, "").unwrap();
    check_one_sentence(refused(&folder.0, &["--data-dir", &file.to_string_lossy()]), 1, "cannot be used");
    let short = command(&folder.0).args(["--in-memory", "--port", "0"]).env("JWT_SECRET", "short").output().unwrap();
    let short = (short.status.code().unwrap(), String::from_utf8(short.stderr).unwrap());
    check_one_sentence(short, 1, "JWT_SECRET is shorter than 16 bytes");
    let nowhere = ["--in-memory", "--port", "0", "--dynamodb-endpoint", "http://127.0.0.1:9"];
    check_one_sentence(refused(&folder.0, &nowhere), 1, "No DynamoDB answers");
}

#[test]
fn a_folder_has_one_server_and_reset_deletes_only_what_servers_wrote() {
    let folder = Folder::new("shared");
    std::fs::create_dir(folder.0.join("mine")).unwrap();
    std::fs::write(folder.0.join("mine/thesis.txt"), "precious").unwrap();
    let server = start(&folder.0, &["--data-dir", "mine"]);
    check_one_sentence(refused(&folder.0, &["--port", "0", "--data-dir", "mine", "--reset"]), 1, "in use by another server");
    drop(server);
    drop(start(&folder.0, &["--data-dir", "mine", "--reset"]));
    assert_eq!(std::fs::read_to_string(folder.0.join("mine/thesis.txt")).unwrap(), "precious");
}

#[tokio::test]
async fn a_first_start_that_was_cut_off_is_begun_anew() {
    let folder = Folder::new("cut");
    let http = reqwest_client();
    for milliseconds in [60, 200, 400, 700] {
        let mut child = command(&folder.0).args(["--port", "0"]).stdout(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(milliseconds)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let server = start(&folder.0, &[]);
    let companies = http.get(format!("{}/api/companies", server.url)).send().await.unwrap();
    assert_eq!(companies.json::<Vec<serde_json::Value>>().await.unwrap().len(), 10);
}

/// Orders as a visitor and pays; whether the checkout said that the webhooks were taken.
async fn pay(http: &reqwest::Client, url: &str, n: usize) -> bool {
    let body = serde_json::json!({ "name": "Payer", "email": format!("p{n}@example.com"), "password": "correct-horse", "plan_id": "growth" });
    let Ok(answer) = http.post(format!("{url}/api/payment/create-order")).json(&body).send().await else { return false };
    let Ok(order) = answer.json::<serde_json::Value>().await else { return false };
    let Some(order) = order["razorpay_order_id"].as_str() else { return false };
    let paid = http.post(format!("{url}/_local/checkout/{order}/pay")).send().await;
    paid.is_ok_and(|answer| answer.status() == 200)
}

async fn register(http: &reqwest::Client, url: &str, n: usize) -> bool {
    let body = serde_json::json!({ "name": "Survivor", "email": format!("s{n}@example.com"), "password": "correct-horse" });
    let answer = http.post(format!("{url}/api/auth/register-free")).json(&body).send().await;
    answer.is_ok_and(|answer| answer.status() == 200)
}

/// Writes until the server is killed in the middle of it, three times; then says what was acknowledged.
async fn write_and_kill(folder: &Folder, write: impl AsyncFn(&str, usize) -> bool) -> Vec<usize> {
    let mut acknowledged = Vec::new();
    let mut next = 0;
    for _ in 0..3 {
        let mut server = start(&folder.0, &[]);
        let (url, pid) = (server.url.clone(), server.child.id());
        let enough = acknowledged.len() + 10;
        while write(&url, next).await {
            acknowledged.push(next);
            next += 1;
            if acknowledged.len() == enough {
                // By its id, while the next requests are under way.
                Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
            }
        }
        next += 1;
        server.child.wait().unwrap();
        assert!(acknowledged.len() >= enough);
    }
    acknowledged
}

#[tokio::test]
async fn every_acknowledged_write_survives_a_kill() {
    let folder = Folder::new("killed");
    let http = reqwest_client();
    let acknowledged = write_and_kill(&folder, async |url, n| register(&http, url, n).await).await;
    let server = start(&folder.0, &[]);
    for n in acknowledged {
        let body = serde_json::json!({ "email": format!("s{n}@example.com"), "password": "correct-horse" });
        let answer = http.post(format!("{}/api/auth/login", server.url)).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "s{n} was acknowledged");
    }
}

#[tokio::test]
async fn every_payment_told_by_webhook_is_settled_after_a_kill() {
    let folder = Folder::new("paid");
    let http = reqwest_client();
    let acknowledged = write_and_kill(&folder, async |url, n| pay(&http, url, n).await).await;
    let server = start(&folder.0, &[]);
    for n in acknowledged {
        let welcome = format!("{}/_local/inbox.json?to=p{n}@example.com&wait=20s", server.url);
        let mails = http.get(welcome).send().await.unwrap().json::<Vec<serde_json::Value>>().await.unwrap();
        assert!(!mails.is_empty(), "p{n} paid");
    }
}

#[tokio::test]
async fn a_restart_keeps_tokens_mails_and_passwords_and_reset_keeps_nothing() {
    let folder = Folder::new("restarted");
    let http = reqwest_client();
    let server = start(&folder.0, &[]);
    assert!(register(&http, &server.url, 1).await);
    let login = async |url: &str, email: &str, password: &str| {
        let body = serde_json::json!({ "email": email, "password": password });
        let answer = http.post(format!("{url}/api/auth/login")).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<serde_json::Value>().await.unwrap())
    };
    let token = login(&server.url, "s1@example.com", "correct-horse").await.1["access_token"].as_str().unwrap().to_owned();
    let inbox = async |url: &str, wait: &str| {
        let answer = http.get(format!("{url}/_local/inbox.json?to=s1@example.com&wait={wait}")).send().await.unwrap();
        answer.json::<serde_json::Value>().await.unwrap().as_array().unwrap().len()
    };
    assert_eq!(inbox(&server.url, "10s").await, 1, "it may not be marked as sent yet");
    server.interrupt();

    let server = start(&folder.0, &[]);
    let me = http.get(format!("{}/api/auth/me", server.url)).bearer_auth(&token).send().await.unwrap();
    assert_eq!(me.status(), 200, "the token outlives the restart");
    assert_eq!(inbox(&server.url, "1ms").await, 1);
    assert_eq!(login(&server.url, "admin@codementee.com", "demo-password").await.0, 200);
    let env = std::fs::read_to_string(folder.0.join(".env.local")).unwrap();
    assert!(env.contains("DEMO_PASSWORD=demo-password") && env.contains(&server.url), "{env}");
    drop(server);

    let server = start(&folder.0, &["--reset"]);
    assert_eq!(login(&server.url, "s1@example.com", "correct-horse").await.0, 401);
}

fn reqwest_client() -> reqwest::Client {
    gateways::razorpay::install_tls_provider();
    reqwest::Client::new()
}

#[tokio::test]
async fn the_commands_on_the_start_page_walk_the_road() {
    let folder = Folder::new("pasted");
    let server = start(&folder.0, &["--in-memory"]);
    let page = reqwest_client().get(&server.url).send().await.unwrap().text().await.unwrap();
    let commands = page.split("<pre><code>").nth(1).unwrap().split("</code></pre>").next().unwrap();
    let commands = commands.replace("&lt;", "<").replace("&amp;", "&");
    let Output { status, stdout, stderr } = Command::new("bash").args(["-euo", "pipefail", "-c", &commands]).output().unwrap();
    let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    assert!(status.success(), "{stdout}\n{stderr}");
    assert!(stdout.contains("https://meet.google.com/") && stdout.contains("METHOD:REQUEST"), "{stdout}");
    let links = stdout.lines().last().unwrap();
    assert!(links.contains("\"status\":\"available\"") && !links.contains("in_use"), "{links}");
}
