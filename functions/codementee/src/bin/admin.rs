//! The Lambda function of the `admin` routes.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    codementee::run(codementee::admin::router).await
}
