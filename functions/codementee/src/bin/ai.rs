//! The Lambda function of the `ai` routes.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    codementee::run(codementee::ai::router).await
}
