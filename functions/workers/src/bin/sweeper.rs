//! The Lambda function that publishes events that the relay missed, once a minute.

use app::Platform;
use jiff::SignedDuration;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use workers::sweeper::Sweeper;

/// What is younger may still be on its way into the index.
const MIN_AGE: SignedDuration = SignedDuration::from_secs(5);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    web::logging::init_json();
    let sweeper = Sweeper::new(&Platform::load().await?, MIN_AGE)?;
    lambda_runtime::run(service_fn(async |_: LambdaEvent<Value>| {
        sweeper.run().await?;
        Ok::<_, Error>(())
    }))
    .await
}
