//! The Lambda function of the `events` routes, and of every path that no other function of the face has.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    leadbridge::run(leadbridge::events::router).await
}
