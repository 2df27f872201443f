//! The Lambda function that shows the faces' API documents. Every face's gateway calls it, and says in its stage's
//! variables whose it is.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    web::logging::init_json();
    web::lambda::run_service(docs::serve()).await
}
