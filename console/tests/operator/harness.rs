//! An operator: a server, a config file of his own, and the binary.

use local::{Local, Options};
use serde_json::{Value, json};
use std::{collections::BTreeSet, path::PathBuf, process::Stdio, sync::Mutex};
use tokio::process::Command;

/// What a command came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// It was done; what it printed.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{} {}", self.out, self.err);
        self.out
    }

    /// It was done; what it printed, as JSON.
    #[track_caller]
    pub fn json(self) -> Value {
        serde_json::from_str(&self.ok()).unwrap()
    }

    /// It ended so, and said this on standard error.
    #[track_caller]
    pub fn refused(self, code: i32, said: &str) -> Self {
        assert_eq!(self.code, code, "{} {}", self.out, self.err);
        assert!(self.err.contains(said), "{said} expected: {}", self.err);
        self
    }
}

pub struct Operator {
    pub local: Local,
    pub home: PathBuf,
    /// The commands that were run, as `noun verb`.
    pub seen: Mutex<BTreeSet<String>>,
}

impl Drop for Operator {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

impl Operator {
    pub async fn start(options: Options) -> Self {
        let home = std::env::temp_dir().join(format!("console-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&home).unwrap();
        Self { local: local::start(options).await.unwrap(), home, seen: Mutex::default() }
    }

    /// With demo data, signed in as the admin.
    pub async fn signed_in() -> Self {
        let operator = Self::start(Options::in_memory()).await;
        operator.log_in("admin@codementee.com").await;
        operator
    }

    pub async fn log_in(&self, email: &str) {
        let ran = self.with(&["login", "--email", email], &[("CONSOLE_PASSWORD", &self.local.demo_password)]).await;
        ran.ok();
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_console"));
        command.args(args).env_clear().env("CONSOLE_CONFIG", self.home.join("config.json")).env("CONSOLE_URL", &self.local.url);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    pub async fn run(&self, args: &[&str]) -> Ran {
        self.with(args, &[]).await
    }

    pub async fn with(&self, args: &[&str], env: &[(&str, &str)]) -> Ran {
        let output = self.command(args).envs(env.iter().copied()).output().await.unwrap();
        self.read(args, output)
    }

    pub fn read(&self, args: &[&str], output: std::process::Output) -> Ran {
        let words: Vec<&str> = args.iter().copied().filter(|arg| !arg.starts_with('-')).take(2).collect();
        self.seen.lock().unwrap().insert(words.join(" "));
        let [out, err] = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        for secret in self.secrets() {
            assert!(!out.contains(&secret) && !err.contains(&secret), "{args:?} tells a secret");
        }
        assert!(!out.contains('\u{1b}') && !err.contains('\u{1b}'), "{args:?} colours what no terminal shows");
        Ran { code: output.status.code().unwrap_or(-1), out, err }
    }

    /// What nobody may print.
    fn secrets(&self) -> Vec<String> {
        let environment = &self.local.environment;
        let names = ["JWT_SECRET", "RAZORPAY_KEY_SECRET", "RAZORPAY_WEBHOOK_SECRET"];
        let kept = std::fs::read_to_string(self.home.join("config.json")).ok();
        let kept: Option<Value> = kept.and_then(|text| serde_json::from_str(&text).ok());
        let profiles = kept.and_then(|kept| kept["profiles"].as_object().cloned()).into_iter().flatten();
        let tokens = profiles.filter_map(|(_, profile)| profile["token"].as_str().map(str::to_owned));
        names.iter().map(|name| environment[*name].clone()).chain(tokens).chain([self.local.demo_password.clone()]).collect()
    }

    /// Runs a command with `--output json`.
    pub async fn json(&self, args: &[&str]) -> Value {
        self.run(&[args, &["--output", "json"]].concat()).await.json()
    }

    /// Asks the API as somebody else than the operator.
    pub async fn call(&self, method: reqwest::Method, path: &str, token: Option<&str>, body: Value) -> Value {
        let mut request = reqwest::Client::new().request(method, format!("{}{path}", self.local.url)).json(&body);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let body: Value = answer.json().await.unwrap();
        assert!(status.is_success(), "{path}: {body}");
        body
    }

    pub async fn token(&self, email: &str) -> String {
        let body = json!({ "email": email, "password": self.local.demo_password });
        let answer = self.call(reqwest::Method::POST, "/api/auth/login", None, body).await;
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// The demo mentee asks for a session in these slots; the booking's id.
    pub async fn asked(&self, mentee: &str, slots: &[&str]) -> String {
        let company = self.json(&["companies", "list", "--limit", "1"]).await[0]["id"].clone();
        let body = json!({ "company_id": company, "slot_ids": slots });
        id(&self.call(reqwest::Method::POST, "/api/mentee/booking-request", Some(mentee), body).await)
    }

    /// A file in the operator's folder.
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.home.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

pub fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}
