//! The Lambda function of the `interviews` routes.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    codementee::run(codementee::interviews::router).await
}
