//! The Lambda function of the `mentee` routes.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    codementee::run(codementee::mentee::router).await
}
