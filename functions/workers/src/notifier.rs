//! Tells people of what happened.

use app::{
    Clock, Platform,
    codes::Codes,
    notices::{NoticeError, NoticeSettings, Notifier as Notices},
    sockets::Sockets,
};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::event::Event;
use gateways::{mail::Mailer, queue::consume, settings::SettingError};
use std::sync::Arc;

pub use app::notices::HANDLED;

/// The consumer.
#[derive(Debug, Clone)]
pub struct Notifier {
    notices: Notices,
    clock: Arc<dyn Clock>,
}

impl Notifier {
    /// A notifier over the platform's table and SES.
    pub fn new(platform: &Platform) -> Result<Self, SettingError> {
        let settings = NoticeSettings::from_settings(&platform.settings)?;
        let codes = Codes::from_settings(platform.store.clone(), &platform.settings)?;
        let gateway = gateways::sockets::Sockets::from_settings(&platform.aws, &platform.settings)?;
        let sockets = Sockets::new(platform.store.clone(), gateway);
        let notices = Notices::new(platform.store.clone(), Mailer::new(platform.aws.ses()), settings, codes, sockets);
        Ok(Self { notices, clock: platform.clock.clone() })
    }

    /// Sends what a batch asks for; answers which messages failed.
    pub async fn handle(&self, batch: SqsEvent) -> SqsBatchResponse {
        consume(batch, |event, _| self.tell(event)).await
    }

    async fn tell(&self, event: Event) -> Result<(), NoticeError> {
        self.notices.handle(&event, self.clock.now()).await
    }
}
