//! The consumer that settles stored webhooks.

use app::{
    Clock, Platform,
    settlement::{SettleError, Settlements},
};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use domain::event::{Detail, Event};
use gateways::queue::consume;
use std::sync::Arc;

/// The names of the events that are settled; the bus rule lists the same.
pub const HANDLED: &[&str] = &["RazorpayWebhookReceived"];

/// The consumer.
#[derive(Debug, Clone)]
pub struct Settlement {
    settlements: Settlements,
    clock: Arc<dyn Clock>,
}

impl Settlement {
    /// A consumer over the platform's table.
    pub fn new(platform: &Platform) -> Self {
        Self { settlements: Settlements::new(platform.store.clone()), clock: platform.clock.clone() }
    }

    /// Settles a batch; answers which messages failed.
    pub async fn handle(&self, batch: SqsEvent) -> SqsBatchResponse {
        consume(batch, |event, last| self.settle(event, last)).await
    }

    async fn settle(&self, event: Event, last: bool) -> Result<(), SettleError> {
        let Detail::RazorpayWebhookReceived { webhook_id, event: name } = event.detail else { return Ok(()) };
        let outcome = self.settlements.apply_webhook(&webhook_id, event.request_id, self.clock.now()).await;
        if let Err(error) = &outcome
            && last
            && matches!(name.as_str(), "payment.captured" | "order.paid")
        {
            // Money came and nothing was done for it: an alarm reads this line.
            tracing::error!(webhook.id = webhook_id, webhook.event = name, %error, "payment.unsettled");
        }
        outcome
    }
}
