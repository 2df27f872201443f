//! The Lambda function that suppresses addresses which refuse mail, in batches from its queue.

use app::Platform;
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use workers::bounces::Bounces;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    web::logging::init_json();
    let bounces = Bounces::new(&Platform::load().await?);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| Ok::<_, Error>(bounces.handle(event.payload).await)))
        .await
}
