use crate::{Kind, Override, Payment, Signer, Webhook};
use rand::{SeedableRng, rngs::StdRng, seq::SliceRandom};

/// A webhook is sent at most so many times.
pub const MOST_COPIES: u32 = 20;

/// Which webhooks are made of a payment, and how they misbehave.
#[derive(Debug, Clone)]
pub struct Trigger {
    pub kind: Kind,
    pub overrides: Vec<Override>,
    /// How many times each is sent in all, under one event id: 1 is once.
    pub duplicate: u32,
    /// All kinds that the payment goes through, shuffled by this seed; a seed always gives the same order.
    pub reorder: Option<u64>,
    /// The payment fails first and is authorised and captured later, as with a slow bank.
    pub late_authorised: bool,
    /// A signature of another text, which must be refused.
    pub bad_signature: bool,
}

/// A seed that fits everywhere a number can be typed or written.
pub fn random_seed() -> u64 {
    rand::random::<u32>().into()
}

impl Trigger {
    /// A well-behaved webhook of a kind.
    pub fn of(kind: Kind) -> Self {
        Self { kind, overrides: Vec::new(), duplicate: 1, reorder: None, late_authorised: false, bad_signature: false }
    }

    /// The kinds that are sent, before any shuffling.
    pub fn kinds(&self) -> Vec<Kind> {
        let mut kinds = match (self.late_authorised, self.reorder) {
            (true, _) => vec![Kind::PaymentFailed, Kind::PaymentAuthorized, Kind::PaymentCaptured, Kind::OrderPaid],
            (false, Some(_)) => vec![Kind::PaymentAuthorized, Kind::PaymentCaptured, Kind::OrderPaid],
            (false, None) => Vec::new(),
        };
        if !kinds.contains(&self.kind) {
            kinds.push(self.kind);
        }
        kinds
    }

    /// The webhooks about a payment in the order in which they are to be sent, at a time in seconds since 1970.
    pub fn webhooks(&self, signer: &Signer, payment: &Payment, at: i64) -> Vec<Webhook> {
        let copies = self.duplicate.clamp(1, MOST_COPIES) as usize;
        let mut webhooks: Vec<Webhook> = Vec::new();
        for kind in self.kinds() {
            let mut webhook = signer.of_kind(kind, payment, &self.overrides, at);
            if self.bad_signature {
                webhook.signature = signer.signed(format!("{} ", webhook.body)).signature;
            }
            webhooks.extend(std::iter::repeat_n(webhook, copies));
        }
        if let Some(seed) = self.reorder {
            webhooks.shuffle(&mut StdRng::seed_from_u64(seed));
        }
        webhooks
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gateways::signature::verify;
    use serde_json::{Value, json};

    fn signer() -> Signer {
        Signer::new("a-webhook-secret".into())
    }

    fn payment() -> Payment {
        Payment::of("order_1", 499_900, "INR", "captured", 1_790_000_000)
    }

    fn body(webhook: &Webhook) -> Value {
        serde_json::from_str(&webhook.body).unwrap()
    }

    #[test]
    fn every_kind_is_signed_and_says_how_the_payment_stands() {
        for kind in Kind::ALL {
            let webhooks = Trigger::of(kind).webhooks(&signer(), &payment(), 1_790_000_000);
            assert_eq!(webhooks.len(), 1);
            let Webhook { event, body: text, signature, .. } = &webhooks[0];
            assert!(verify(&[&"a-webhook-secret".into()], text.as_bytes(), signature));
            let body = body(&webhooks[0]);
            assert_eq!((event.as_str(), &body["event"]), (kind.name(), &json!(kind.name())));
            assert_eq!(body["payload"]["payment"]["entity"]["status"], kind.payment_status());
            assert_eq!(body["payload"]["payment"]["entity"]["notes"], json!([]));
            assert_eq!(body["payload"]["order"].is_object(), kind == Kind::OrderPaid);
            assert_eq!(body["payload"]["refund"].is_object(), kind == Kind::RefundProcessed);
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        "payment.dispute.created".parse::<Kind>().unwrap_err();
    }

    #[test]
    fn overrides_reach_every_part() {
        let overrides = ["amount=100", "email=null", "order.status=created", "event.created_at=1", "notes.key=a b", "fee=\"7\""];
        let overrides = overrides.iter().map(|text| text.parse().unwrap()).collect();
        let trigger = Trigger { overrides, ..Trigger::of(Kind::OrderPaid) };
        let body = body(&trigger.webhooks(&signer(), &payment(), 5)[0]);
        let entity = &body["payload"]["payment"]["entity"];
        assert_eq!((&entity["amount"], &entity["email"], &entity["fee"]), (&json!(100), &Value::Null, &json!("7")));
        assert_eq!(entity["notes"], json!({ "key": "a b" }));
        assert_eq!(body["payload"]["order"]["entity"]["status"], "created");
        assert_eq!(body["payload"]["order"]["entity"]["amount"], 499_900);
        assert_eq!(body["created_at"], 1);
        for bad in ["amount", "=1", "a..b=1", "event=1"] {
            bad.parse::<Override>().unwrap_err();
        }
    }

    #[test]
    fn duplicates_are_one_event_and_a_seed_is_one_order() {
        let order = |seed| {
            let trigger =
                Trigger { duplicate: 3, reorder: Some(seed), late_authorised: true, ..Trigger::of(Kind::PaymentCaptured) };
            let webhooks = trigger.webhooks(&signer(), &payment(), 5);
            assert_eq!(webhooks.len(), 12);
            let mut ids: Vec<&str> = webhooks.iter().map(|webhook| webhook.event_id.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), 4);
            webhooks.into_iter().map(|webhook| webhook.event).collect::<Vec<_>>()
        };
        assert_eq!(order(7), order(7));
        assert!((0..9).any(|seed| order(seed) != order(7)));
        let late = Trigger { late_authorised: true, ..Trigger::of(Kind::PaymentCaptured) };
        let names: Vec<&str> = late.kinds().into_iter().map(Kind::name).collect();
        assert_eq!(names, ["payment.failed", "payment.authorized", "payment.captured", "order.paid"]);
    }

    #[test]
    fn a_bad_signature_looks_like_one_and_is_none() {
        let trigger = Trigger { bad_signature: true, ..Trigger::of(Kind::PaymentCaptured) };
        let webhook = &trigger.webhooks(&signer(), &payment(), 5)[0];
        assert_eq!(webhook.signature.len(), 64);
        assert!(!verify(&[&"a-webhook-secret".into()], webhook.body.as_bytes(), &webhook.signature));
    }
}
