//! The Lambda function of the `mentorship` routes, and of every path that no other function of the face has.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    mansa::run(mansa::mentorship::router).await
}
