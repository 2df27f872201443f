//! Table, bus and secrets themselves: with the rights of AWS credentials, or a local server's.

use crate::{Console, Failure, Outcome, client, config};
use app::{Clock, Context, Platform, SystemClock};
use domain::{Instant, Product};
use gateways::{bus::Bus, settings::Settings};
use serde_json::Value;
use std::collections::BTreeMap;

/// What is reached beside the API.
#[derive(Debug)]
pub struct Direct {
    pub platform: Platform,
    /// The deployment's time; a local server's may have been moved.
    pub now: Instant,
    product: Product,
}

impl Direct {
    /// With `--local` what the local server hands out, else what the environment names, as for a function.
    pub async fn open(console: &Console) -> Outcome<Self> {
        let product = console.config.product.value;
        if !console.local {
            let platform = Platform::load().await?;
            return Ok(Self { now: SystemClock.now(), platform, product });
        }
        let url = &console.config.url.value;
        let here = reqwest::Url::parse(url).is_ok_and(|url| config::is_here(&url));
        if !here {
            return Err(Failure::Usage(format!("--local is for a server on this machine, and {url} is not")));
        }
        let settings = settings(ask(url, "environment").await?);
        let now = ask(url, "clock").await?;
        let now = now["now"].as_str().and_then(|now| Instant::parse(now).ok());
        let now = now.ok_or_else(|| Failure::Failed("The local server tells no time.".to_owned()))?;
        Ok(Self { platform: Platform::new(settings, SystemClock::shared())?, now, product })
    }

    /// What is done now, by an operator.
    pub fn context(&self) -> Context {
        Context::system(self.product, self.now)
    }

    /// The bus.
    pub fn bus(&self) -> Outcome<Bus> {
        Ok(Bus::new(self.platform.aws.eventbridge(), self.platform.settings.required("EVENT_BUS_NAME")?))
    }
}

fn settings(environment: Value) -> Settings {
    let values: BTreeMap<String, String> = serde_json::from_value(environment).unwrap_or_default();
    Settings::from_values(values)
}

/// Something that only a local server has.
pub async fn ask(url: &str, what: &str) -> Outcome<Value> {
    let none = || Failure::Failed(format!("No local server answers at {url}; start one with cargo run."));
    let answer = client::http()?.get(format!("{url}/_local/{what}")).send().await.map_err(|_| none())?;
    let answer = answer.error_for_status().map_err(|_| none())?;
    answer.json().await.map_err(|_| none())
}
