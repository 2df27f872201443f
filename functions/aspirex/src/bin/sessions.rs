//! The Lambda function of the `sessions` routes.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    aspirex::run(aspirex::sessions::router).await
}
