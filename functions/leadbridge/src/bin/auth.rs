//! The Lambda function of the `auth` routes.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    leadbridge::run(leadbridge::auth::router).await
}
