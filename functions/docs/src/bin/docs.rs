//! The Lambda function that shows Codementee's API document.

use std::sync::Arc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), web::lambda::Error> {
    web::logging::init_json();
    let served = web::serve(docs::router(&docs::CODEMENTEE), Arc::new(app::SystemClock), web::ErrorStyle::default());
    web::lambda::run_service(served).await
}
