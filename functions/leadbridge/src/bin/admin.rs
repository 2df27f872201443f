//! The Lambda function of the `admin` routes.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    leadbridge::run(leadbridge::admin::router).await
}
