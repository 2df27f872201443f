//! The server as a process: how it starts, how it refuses to, and what survives a kill.

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
    let foreign = folder.0.join("foreign");
    std::fs::create_dir(&foreign).unwrap();
    std::fs::write(foreign.join("thesis.txt"), "precious").unwrap();
    check_one_sentence(refused(&folder.0, &["--reset", "--data-dir", &foreign.to_string_lossy()]), 1, "leaves it alone");
    assert!(foreign.join("thesis.txt").exists());
    let short = command(&folder.0).args(["--in-memory", "--port", "0"]).env("JWT_SECRET", "short").output().unwrap();
    let short = (short.status.code().unwrap(), String::from_utf8(short.stderr).unwrap());
    check_one_sentence(short, 1, "JWT_SECRET is shorter than 16 bytes");
}

async fn register(http: &reqwest::Client, url: &str, n: usize) -> bool {
    let body = serde_json::json!({ "name": "Survivor", "email": format!("s{n}@example.com"), "password": "correct-horse" });
    let answer = http.post(format!("{url}/api/auth/register-free")).json(&body).send().await;
    answer.is_ok_and(|answer| answer.status() == 200)
}

#[tokio::test]
async fn every_acknowledged_write_survives_a_kill() {
    let folder = Folder::new("killed");
    let http = reqwest_client();
    let mut acknowledged = Vec::new();
    let mut next = 0;
    for _ in 0..3 {
        let mut server = start(&folder.0, &[]);
        let url = server.url.clone();
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let writing = tokio::spawn({
            let http = http.clone();
            async move {
                let mut written = Vec::new();
                let mut n = next;
                while register(&http, &url, n).await {
                    written.push(n);
                    n += 1;
                    let _ = tell.send(());
                }
                (written, n + 1)
            }
        });
        // Killed in the middle of the writing.
        for _ in 0..10 {
            told.recv().await.unwrap();
        }
        server.child.kill().unwrap();
        let (written, after) = writing.await.unwrap();
        assert!(written.len() >= 10);
        acknowledged.extend(written);
        next = after;
    }
    let server = start(&folder.0, &[]);
    for n in acknowledged {
        let body = serde_json::json!({ "email": format!("s{n}@example.com"), "password": "correct-horse" });
        let answer = http.post(format!("{}/api/auth/login", server.url)).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 200, "s{n} was acknowledged");
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
    assert_eq!(inbox(&server.url, "10s").await, 1);
    drop(server);

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
