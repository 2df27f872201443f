//! The Lambda function that counts events, in batches from its queue.

use app::Platform;
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use workers::projector::Projector;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    web::logging::init_json();
    let projector = Projector::new(&Platform::load().await?)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| Ok::<_, Error>(projector.handle(event.payload).await)))
        .await
}
