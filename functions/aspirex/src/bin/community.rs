//! The Lambda function of the `community` routes.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    aspirex::run(aspirex::community::router).await
}
