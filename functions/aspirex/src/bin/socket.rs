//! The Lambda function behind the WebSocket gateway.

use app::Platform;
use aspirex::socket::Socket;
use lambda_runtime::{Error, LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    web::logging::init_json();
    let socket = Socket::new(&Platform::load().await?)?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<_>| socket.run(event.payload).await.map_err(|error| error.code)))
        .await
}
