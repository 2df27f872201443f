//! The Lambda function that publishes events, in batches from the table's stream.

use app::Platform;
use aws_lambda_events::event::dynamodb::Event;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use workers::relay::Relay;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    web::logging::init_json();
    let relay = Relay::new(&Platform::load().await?)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Event>| Ok::<_, Error>(relay.handle(event.payload).await))).await
}
