use jiff::Timestamp;
use std::{path::PathBuf, time::Duration};

/// Where the table and what the stand-ins know is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// Gone when the server stops.
    InMemory,
    /// In a folder.
    Folder(PathBuf),
}

/// How the local server starts.
#[derive(Debug, Clone)]
pub struct Options {
    /// 0 takes any free port.
    pub port: u16,
    pub data: Data,
    /// Whether what the folder holds is deleted first.
    pub reset: bool,
    /// A DynamoDB that runs elsewhere, instead of the embedded one.
    pub dynamodb_endpoint: Option<String>,
    /// The general limit of 10 requests a second and address (F-44).
    pub rate_limits: bool,
    /// Whether demo accounts and a demo catalogue are put in.
    pub demo_data: bool,
    /// Every demo account's password; random unless set.
    pub demo_password: Option<String>,
    /// Whether the sweeper, scheduler and queues run by themselves. A test may want to run them by hand.
    pub background: bool,
    /// bcrypt's cost.
    pub password_cost: u32,
    /// Within which the table, the bus and so on answer a call in all its attempts.
    pub aws_timeout: Duration,
    /// Where the clock stands until it is moved, for what must not depend on the day or on the machine's speed.
    pub stands_at: Option<Timestamp>,
    /// Counts the table's requests and can make them fail, for measurements and tests.
    pub metered: bool,
    /// Remembers requests, writes, events and mails for the timeline pages.
    pub recorded: bool,
    /// `RAZORPAY_KEY_ID`, `JWT_SECRET` and so on, where they shall not be the server's own.
    pub settings: Vec<(String, String)>,
}

impl Options {
    /// All in memory, any port, nothing limited: for tests and the demo.
    pub fn in_memory() -> Self {
        Self {
            port: 0,
            data: Data::InMemory,
            reset: false,
            dynamodb_endpoint: None,
            rate_limits: false,
            demo_data: true,
            demo_password: None,
            background: true,
            password_cost: 4,
            // A machine that stands still for some seconds is no failure of the platform's.
            aws_timeout: Duration::from_secs(30),
            stands_at: None,
            metered: false,
            recorded: false,
            settings: Vec::new(),
        }
    }
}

/// Why the server did not start, in one sentence.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

impl StartError {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}
