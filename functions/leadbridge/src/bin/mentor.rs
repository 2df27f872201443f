//! The Lambda function of the `mentor` routes.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    leadbridge::run(leadbridge::mentor::router).await
}
