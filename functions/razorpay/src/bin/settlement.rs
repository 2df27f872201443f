//! The Lambda function that settles stored webhooks, in batches from its queue.

use app::Platform;
use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use razorpay::settlement::Settlement;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    web::logging::init_json();
    let settlement = Settlement::new(&Platform::load().await?);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| Ok::<_, Error>(settlement.handle(event.payload).await)))
        .await
}
