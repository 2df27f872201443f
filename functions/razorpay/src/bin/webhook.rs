//! The Lambda function that takes in Razorpay's webhooks.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    web::logging::init_json();
    web::lambda::run(razorpay::webhook::serve).await
}
