//! The Lambda function that takes in Razorpay's webhooks.

use app::Platform;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    web::logging::init_json();
    let platform = Platform::load().await?;
    web::lambda::run(web::serve(razorpay::webhook::router(&platform)?, platform.clock.clone())).await
}
