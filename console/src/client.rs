//! The API of a deployment, over HTTP as any client has it.

use crate::{Config, Failure, Outcome};
use domain::Product;
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(35);
/// A request that was turned away, since too many come, is made again so often.
const ATTEMPTS: u32 = 6;
/// No deployment says longer than this, and nobody would wait longer.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// A deployment's API.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<SecretString>,
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    pub path: String,
    pub query: Vec<(String, String)>,
    pub body: Option<Value>,
    /// Carried out only once, however often it is sent.
    pub once: bool,
}

impl Request {
    /// A request without query and body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), body: None, once: false }
    }

    /// Asks for something.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// With a body.
    pub fn with(self, body: Value) -> Self {
        Self { body: Some(body), ..self }
    }

    fn may_be_repeated(&self) -> bool {
        self.once || self.method == Method::GET
    }
}

/// What was answered, and where a list goes on.
#[derive(Debug)]
pub struct Answer {
    pub body: Value,
    pub next: Option<String>,
}

/// An HTTP client that trusts what the system trusts and follows nobody elsewhere.
pub fn http() -> Outcome<reqwest::Client> {
    gateways::razorpay::install_tls_provider();
    let builder = reqwest::Client::builder().timeout(TIMEOUT).connect_timeout(Duration::from_secs(5));
    let builder = builder.redirect(reqwest::redirect::Policy::none());
    builder.user_agent(concat!("console/", env!("CARGO_PKG_VERSION"))).build().map_err(Failure::because)
}

impl Client {
    /// The API that the settings name.
    pub fn new(config: &Config) -> Outcome<Self> {
        let url = match config.product.value {
            Product::Codementee => config.url.value.clone(),
            product => format!("{}/{product}", config.url.value),
        };
        Ok(Self { http: http()?, url, token: config.token.value.clone() })
    }

    /// The same API with another token.
    pub fn with_token(self, token: Option<SecretString>) -> Self {
        Self { token, ..self }
    }

    /// The API, by somebody who is signed in.
    pub fn signed_in(self) -> Outcome<Self> {
        match self.token {
            Some(_) => Ok(self),
            None => Err(Failure::NotAllowed("You are not signed in here. Run: console login".to_owned())),
        }
    }

    /// The address of a path.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Asks, and again when there was too much to do; what is refused becomes a failure of its kind.
    pub async fn send(&self, request: &Request) -> Outcome<Answer> {
        let key = request.once.then(|| uuid::Uuid::new_v4().to_string());
        for attempt in 1.. {
            let answer = self.ask(request, key.as_deref()).await?;
            let again = match answer.status() {
                StatusCode::TOO_MANY_REQUESTS => true,
                StatusCode::SERVICE_UNAVAILABLE => request.may_be_repeated(),
                _ => false,
            };
            if !again || attempt >= ATTEMPTS {
                return read(answer).await;
            }
            let wait = answer.headers().get("retry-after").and_then(|wait| wait.to_str().ok()?.parse().ok());
            tokio::time::sleep(wait.map_or(Duration::from_secs(1), Duration::from_secs).min(LONGEST_WAIT)).await;
        }
        Err(Failure::Failed("The deployment is busy.".to_owned()))
    }

    async fn ask(&self, request: &Request, key: Option<&str>) -> Outcome<reqwest::Response> {
        let mut asked = self.http.request(request.method.clone(), self.address(&request.path)).query(&request.query);
        if let Some(token) = &self.token {
            asked = asked.bearer_auth(token.expose_secret());
        }
        if let Some(key) = key {
            asked = asked.header("idempotency-key", key);
        }
        if let Some(body) = &request.body {
            asked = asked.json(body);
        }
        let url = &self.url;
        asked.send().await.map_err(|error| {
            Failure::Failed(match error.is_connect() {
                true => format!("Nothing answers at {url}. Is the address right (--url), and does the deployment run?"),
                false => format!("{url} did not answer: {}", error.without_url()),
            })
        })
    }
}

/// A request's answer, or the failure that its status means.
async fn read(answer: reqwest::Response) -> Outcome<Answer> {
    let status = answer.status();
    let next = answer.headers().get("x-next-cursor").and_then(|next| next.to_str().ok()).map(str::to_owned);
    let text = answer.text().await.map_err(|error| Failure::Failed(format!("The answer broke off: {}", error.without_url())))?;
    let body: Option<Value> = serde_json::from_str(&text).ok();
    if status.is_success() {
        let body = body.ok_or_else(|| Failure::Failed("What answers there is no deployment of this platform.".to_owned()))?;
        return Ok(Answer { body, next });
    }
    Err(refusal(status, &body.unwrap_or_default()))
}

fn refusal(status: StatusCode, body: &Value) -> Failure {
    let code = body["code"].as_str().unwrap_or_default();
    let detail = crate::output::clean(body["detail"].as_str().unwrap_or("no reason was given"));
    let fields = body["errors"].as_object().into_iter().flatten();
    let told = |why: &Value| why.as_str().map(str::to_owned).unwrap_or_default();
    let whole = |why: &Value| why.as_array().map_or_else(|| told(why), |all| all.iter().map(told).collect::<Vec<_>>().join(", "));
    let fields: Vec<String> = fields.map(|(name, why)| format!("{name}: {}", whole(why))).collect();
    let detail = if fields.is_empty() { detail } else { crate::output::clean(&fields.join("; ")) };
    let told = if code.is_empty() { format!("{detail} ({status})") } else { format!("{detail} ({code})") };
    let is_conflict = ["_EXISTS", "_IN_USE", "_TAKEN"].iter().any(|ending| code.ends_with(ending));
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Failure::NotAllowed(told),
        StatusCode::NOT_FOUND => Failure::NotFound(told),
        StatusCode::CONFLICT => Failure::Conflict(told),
        StatusCode::BAD_REQUEST if is_conflict => Failure::Conflict(told),
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::BAD_REQUEST => Failure::Usage(told),
        _ => Failure::Failed(told),
    }
}
