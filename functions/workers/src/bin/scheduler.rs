//! The Lambda function that does what is due, once a minute.

use app::Wired;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use workers::scheduler::Scheduler;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    web::logging::init_json();
    let scheduler = Wired::load(Scheduler::new).await?;
    lambda_runtime::run(service_fn(async |_: LambdaEvent<Value>| {
        let scheduler = scheduler.current().await;
        // Boxed, since what it does nests too deep for the compiler otherwise.
        let ran = Box::pin(scheduler.run()).await?;
        tracing::info!(done = ran.done, failed = ran.failed, "due work done");
        Ok::<_, Error>(())
    }))
    .await
}
