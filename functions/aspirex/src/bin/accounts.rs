//! The Lambda function of the `accounts` routes, and of every path that no other function of the face has.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    aspirex::run(aspirex::accounts::router).await
}
