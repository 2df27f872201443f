//! A server for one test, and what must hold when the test is over.

use crate::warnings;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::Instant;
use jiff::SignedDuration;
use local::{Local, Options, standins::dynamodb::Meter};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Mutex,
};

/// One test's server.
pub struct App {
    pub local: Local,
    pub http: reqwest::Client,
    /// The demo accounts' tokens: signing in is limited, and most tests are not about it.
    pub demo_tokens: Mutex<HashMap<String, String>>,
}

impl Drop for App {
    fn drop(&mut self) {
        if std::thread::panicking() {
            warnings::tell();
        }
    }
}

/// Runs a flow on its own server, then checks that nothing was left behind.
pub async fn flow(test: impl AsyncFnOnce(&App)) {
    flow_with(Options::in_memory(), test).await;
}

/// The same, with options.
pub async fn flow_with(options: Options, test: impl AsyncFnOnce(&App)) {
    let app = App::start(options).await;
    test(&app).await;
    app.finish().await;
}

impl App {
    /// A server of its own.
    pub async fn start(options: Options) -> Self {
        warnings::keep();
        let local = local::start(options).await.unwrap();
        // Where an answer leads is for the test to see.
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { local, http, demo_tokens: Mutex::default() }
    }

    /// The table's meter; the server must have been started with one.
    pub fn meter(&self) -> &Meter {
        self.local.meter.as_ref().unwrap()
    }

    /// Publishes and delivers everything that waits.
    pub async fn drain(&self) {
        self.local.pump.drain().await;
    }

    /// Every item of the table whose partition key starts with a text. Only tests scan.
    pub async fn items(&self, prefix: &str) -> Vec<HashMap<String, AttributeValue>> {
        let client = self.local.platform.aws.dynamodb();
        let mut pages = client.scan().table_name("platform").consistent_read(true).into_paginator().items().send();
        let mut found = Vec::new();
        while let Some(item) = pages.next().await {
            let item = item.unwrap();
            if item["pk"].as_s().unwrap().starts_with(prefix) {
                found.push(item);
            }
        }
        found
    }

    /// The quarter hours that are held in the calendars whose partition key starts with a text: partition, quarter, and
    /// the id of what holds it.
    pub async fn held_quarters(&self, prefix: &str) -> BTreeSet<(String, Instant, String)> {
        let mut held = BTreeSet::new();
        for block in self.items(prefix).await {
            let began = Instant::parse(block["sk"].as_s().unwrap()).unwrap();
            for (name, holder) in block.iter().filter(|(name, _)| name.starts_with('q')) {
                let quarter = began.plus(SignedDuration::from_mins(15 * name[1..].parse::<i64>().unwrap()));
                let holder = uuid::Uuid::from_slice(holder.as_b().unwrap().as_ref()).unwrap();
                held.insert((block["pk"].as_s().unwrap().clone(), quarter, holder.to_string()));
            }
        }
        held
    }

    /// The due work of a kind.
    pub async fn due(&self, kind: &str) -> Vec<HashMap<String, AttributeValue>> {
        let mut due = self.items("DUE#").await;
        due.retain(|work| work["kind"].as_s().unwrap() == kind);
        due
    }

    /// How many events of a name went over the bus.
    pub fn published(&self, name: &str) -> usize {
        self.local.bus.events().iter().filter(|event| event.detail_type == name).count()
    }

    async fn finish(&self) {
        self.drain().await;
        let waiting: Vec<_> = self.items("EVENT#").await.into_iter().chain(self.items("WEBHOOK#").await).collect();
        let unpublished: Vec<_> = waiting.iter().filter(|item| item.contains_key("outbox_pk")).collect();
        assert!(unpublished.is_empty(), "events were left unpublished: {unpublished:?}");
        let dead = self.local.bus.dead_letters();
        assert!(dead.is_empty(), "consumers gave up on: {dead:?}");
        self.check_pool().await;
    }

    /// A link is free exactly when the pool has it, and in use exactly when a booking holds it.
    async fn check_pool(&self) {
        let pool: Vec<_> = self.items("codementee#POOL#").await.iter().map(|item| item["sk"].clone()).collect();
        for link in self.items("codementee#LINK#").await {
            let id = &link["id"];
            let free = link["status"].as_s().unwrap() == "available";
            assert_eq!(free, pool.contains(id), "link {id:?} is {:?}, the pool holds {pool:?}", link["status"]);
            assert_eq!(free, !link.contains_key("current_booking_id"), "{link:?}");
        }
    }
}
