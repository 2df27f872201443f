//! Stand-ins for what only others run, at the HTTP level: the platform's own clients talk to them as to the real ones.

pub mod bedrock;
pub mod broker;
mod collisions;
pub mod dynamodb;
pub mod eventbridge;
pub mod google;
pub mod razorpay;
pub mod s3;
pub mod secretsmanager;
pub mod ses;
pub mod sockets;

use crate::MovableClock;
use axum::Router;
use bedrock::Model;
use broker::Broker;
use google::Google;
use s3::S3;
use secretsmanager::SecretsManager;
use sockets::Sockets;
use std::{io, path::PathBuf, sync::Arc};

/// The stand-ins that know of nothing but themselves.
#[derive(Debug, Clone)]
pub struct Services {
    pub secrets_manager: SecretsManager,
    pub model: Model,
    pub broker: Broker,
    pub google: Google,
    pub files: S3,
    /// The gateway that holds WebSocket connections.
    pub sockets: Sockets,
}

impl Services {
    /// Services that tell the time by a clock; files are kept in a folder, or in memory.
    pub fn new(clock: Arc<MovableClock>, files: Option<PathBuf>) -> io::Result<Self> {
        Ok(Self {
            secrets_manager: SecretsManager::default(),
            model: Model::default(),
            broker: Broker::default(),
            google: Google::new(clock.clone()),
            files: S3::new(clock, files)?,
            sockets: Sockets::default(),
        })
    }

    /// Their APIs, each under its name.
    pub fn router(&self) -> Router {
        Router::new()
            .nest("/bedrock", bedrock::router(self.model.clone()))
            .nest("/broker", broker::router(self.broker.clone()))
            .nest("/google", google::router(self.google.clone()))
            .nest("/s3", s3::router(self.files.clone()))
            .nest("/sockets", sockets::router(self.sockets.clone()))
            .nest_service("/secrets", secretsmanager::router(self.secrets_manager.clone()))
    }
}
