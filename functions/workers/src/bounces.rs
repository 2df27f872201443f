//! Takes in what SES tells of mails that did not arrive or were not wanted.

use app::{Platform, undeliverable::Suppressions};
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use gateways::{queue::consume_messages, undeliverable::Notification};

/// The detail types of SES's events that are taken; the rule on the account's default bus lists the same, with the
/// source `aws.ses`.
pub const HANDLED: &[&str] = &["Email Bounced", "Email Complaint Received"];

/// The consumer.
#[derive(Debug, Clone)]
pub struct Bounces {
    suppressions: Suppressions,
}

impl Bounces {
    /// A consumer over the platform's table.
    pub fn new(platform: &Platform) -> Self {
        Self { suppressions: Suppressions::new(platform.store.clone()) }
    }

    /// Suppresses the addresses of a batch; answers which messages failed.
    pub async fn handle(&self, batch: SqsEvent) -> SqsBatchResponse {
        consume_messages(batch, |notification: Notification, _| self.suppressions.take(notification)).await
    }
}
