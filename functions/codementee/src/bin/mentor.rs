//! The Lambda function of the `mentor` routes.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    codementee::run(codementee::mentor::router).await
}
