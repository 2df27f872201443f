//! Webhooks: nothing of a body is read, kept or done before its signature is known for ours, and no body breaks what
//! takes it in or what settles it.

use crate::text::{Change, Text};
use app::{
    settlement::{SettleError, Settlements},
    webhooks::{Incoming, WebhookError, Webhooks},
};
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};
use aws_smithy_runtime_api::client::{
    http::{HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::body::SdkBody;
use bolero::TypeGenerator;
use domain::{
    Instant, Paise, Product,
    payment::{Order, OrderStatus, Payer, Payment, PaymentEntity, PaymentStatus, Purpose, RazorpayOrderId, Settlement, settle},
    text::{Email, PersonName},
};
use gateways::{settings::Settings, signature};
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use std::sync::{Arc, LazyLock, Mutex};
use store::Store;
use tokio::runtime::{Builder, Runtime};

const SECRETS: [&str; 3] = ["the-current-webhook-secret", "the-previous-webhook-secret", "the-secret-of-somebody-else"];
const ORDER: &str = "order_ours";
const AMOUNT: u64 = 499_900;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().enable_all().build().unwrap());
static TABLE: LazyLock<Table> = LazyLock::new(Table::default);
static STORE: LazyLock<Store> = LazyLock::new(|| Store::new(TABLE.client(), "platform"));
static WEBHOOKS: LazyLock<Webhooks> = LazyLock::new(|| {
    let secrets = [("RAZORPAY_WEBHOOK_SECRET", SECRETS[0]), ("RAZORPAY_WEBHOOK_SECRET_PREVIOUS", SECRETS[1])];
    Webhooks::from_settings(STORE.clone(), &Settings::from_values(secrets)).unwrap()
});

/// A table that keeps the last item that was put, knows nothing else, and notes what it was asked.
#[derive(Debug, Clone, Default)]
struct Table(Arc<Mutex<Vec<(String, Value)>>>);

impl Table {
    fn client(&self) -> aws_sdk_dynamodb::Client {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("ap-south-1"))
            .credentials_provider(Credentials::new("id", "key", None, None, "fuzz"))
            .endpoint_url("http://127.0.0.1:9")
            .http_client(self.clone());
        aws_sdk_dynamodb::Client::from_conf(config.build())
    }

    /// What was asked since the last time.
    fn asked(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl HttpClient for Table {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Table {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation =
            request.headers().get("x-amz-target").unwrap_or_default().rsplit('.').next().unwrap_or_default().to_owned();
        let body: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default();
        let mut asked = self.0.lock().unwrap();
        let put = asked.iter().rev().find(|(operation, _)| operation == "PutItem").map(|(_, body)| body["Item"].clone());
        let answer = match put.filter(|item| operation == "GetItem" && item["pk"] == body["Key"]["pk"]) {
            Some(item) => json!({ "Item": item }),
            None => json!({}),
        };
        asked.push((operation, body));
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200_u16.try_into().unwrap(), SdkBody::from(answer.to_string()))))
    }
}

#[derive(Debug, TypeGenerator)]
struct Case {
    body: Body,
    /// By whose secret it is signed.
    #[generator(0..SECRETS.len())]
    signer: usize,
    signature: Change,
    event_id: Option<Text>,
}

#[derive(Debug, TypeGenerator)]
enum Body {
    Bytes(Vec<u8>),
    Text(Text),
    Event(Event),
    /// One of ours that was changed on its way, but signed as it came.
    Changed(Event, Change),
    Deep(u8),
}

#[derive(Debug, TypeGenerator)]
struct Event {
    #[generator(0..5usize)]
    name: usize,
    other_name: Text,
    /// All else of the payment fits, so that it pays often, and mostly misses by a field.
    #[generator(bolero::produce::<Vec<Amiss>>().with().len(0..3usize))]
    amiss: Vec<Amiss>,
    around: Option<Text>,
}

/// A field of a payment with something else in it.
#[derive(Debug, TypeGenerator)]
struct Amiss {
    #[generator(0..5usize)]
    place: usize,
    field: Field,
}

/// What stands in a field of a payment.
#[derive(Debug, TypeGenerator)]
enum Field {
    /// What Razorpay could have told of another payment.
    Near,
    Missing,
    Null,
    Number(u64),
    Negative(i64),
    Text(Text),
    List(Text),
}

impl Field {
    fn value(&self, near: &Value) -> Option<Value> {
        Some(match self {
            Self::Near => near.clone(),
            Self::Missing => return None,
            Self::Null => Value::Null,
            Self::Number(number) => json!(number),
            Self::Negative(number) => json!(number),
            Self::Text(text) => json!(text.to_string()),
            Self::List(text) => json!([text.to_string()]),
        })
    }
}

impl Event {
    fn json(&self) -> Value {
        let names = ["payment.captured", "order.paid", "payment.failed", "refund.processed"];
        let name = names.get(self.name).map_or_else(|| self.other_name.to_string(), |name| (*name).to_owned());
        let status = if name == "payment.failed" { "failed" } else { "captured" };
        let fields = [
            ("id", json!("pay_1"), json!("pay_2")),
            ("order_id", json!(ORDER), json!("order_theirs")),
            ("amount", json!(AMOUNT), json!(AMOUNT - 1)),
            ("currency", json!("INR"), json!("USD")),
            ("status", json!(status), json!("authorized")),
        ];
        let mut entity: Map<String, Value> =
            fields.iter().map(|(name, fitting, _)| ((*name).to_owned(), fitting.clone())).collect();
        for Amiss { place, field } in &self.amiss {
            let (name, _, near) = &fields[*place];
            match field.value(near) {
                Some(value) => entity.insert((*name).to_owned(), value),
                None => entity.remove(*name),
            };
        }
        json!({ "event": name, "payload": { "payment": { "entity": entity } }, "more": self.around.as_ref().map(ToString::to_string) })
    }
}

impl Body {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Text(text) => text.to_string().into_bytes(),
            Self::Event(event) => event.json().to_string().into_bytes(),
            Self::Changed(event, change) => change.of(&event.json().to_string()).into_bytes(),
            Self::Deep(depth) => {
                format!("{{\"event\":\"order.paid\",\"payload\":{}", "[".repeat(usize::from(*depth) * 40)).into_bytes()
            }
        }
    }
}

#[test]
fn a_webhook_is_looked_at_after_its_signature_alone_and_kept_as_it_came() {
    bolero::check!().with_type::<Case>().for_each(|case| {
        let body = case.body.bytes();
        let made = signature::sign(&SecretString::from(SECRETS[case.signer]), &body);
        let sent = case.signature.of(&made);
        let event_id = case.event_id.as_ref().map(ToString::to_string);
        let now = Instant::parse("2026-02-01T10:00:00Z").unwrap();
        let incoming = Incoming { signature: &sent, event_id: event_id.as_deref(), body: &body, request_id: None };
        TABLE.asked();
        let taken = RUNTIME.block_on(WEBHOOKS.receive(now, incoming));
        let asked = TABLE.asked();
        let ours = sent == made && case.signer < 2;
        match taken {
            Err(WebhookError::BadSignature) => assert!(!ours && asked.is_empty(), "{sent}: {asked:?}"),
            Err(WebhookError::BadBody) => assert!(ours && asked.is_empty() && !matches!(case.body, Body::Event(_)), "{asked:?}"),
            Ok(()) if ours => kept(&asked, &body, now),
            taken => panic!("{sent}: {taken:?}"),
        }
    });
}

/// One write, of the body as it came. Settled afterwards, it does nothing, since nobody ordered anything.
fn kept(asked: &[(String, Value)], body: &[u8], now: Instant) {
    let [(operation, put)] = asked else { panic!("{asked:?}") };
    assert_eq!(operation, "PutItem");
    assert_eq!(put["Item"]["body"]["S"].as_str().map(str::as_bytes), Some(body));
    let id = put["Item"]["id"]["S"].as_str().unwrap();
    assert!(id.len() <= 97 && id.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)), "{id}");
    TABLE.0.lock().unwrap().push((operation.clone(), put.clone()));
    let settled = RUNTIME.block_on(Settlements::new(STORE.clone()).apply_webhook(id, None, now));
    assert!(matches!(settled, Ok(()) | Err(SettleError::BadWebhook)), "{settled:?}");
    assert!(TABLE.asked()[1..].iter().all(|(operation, _)| operation == "GetItem"));
}

fn order(status: OrderStatus) -> Order {
    let now = Instant::parse("2026-02-01T10:00:00Z").unwrap();
    let payer = Payer {
        account_id: None,
        name: PersonName::parse("Ada").unwrap(),
        email: Email::parse("a@example.com").unwrap(),
        phone: Default::default(),
        current_role: Default::default(),
        target_role: Default::default(),
        timeline: Default::default(),
        struggle: Default::default(),
    };
    Order {
        id: uuid::Uuid::nil().into(),
        product: Product::LeadBridge,
        razorpay_order_id: RazorpayOrderId::parse(ORDER).unwrap(),
        purpose: Purpose::Lead { lead_id: uuid::Uuid::nil().into(), event_id: uuid::Uuid::nil().into() },
        payer,
        amount: serde_json::from_value::<Paise>(json!(AMOUNT)).unwrap(),
        status,
        razorpay_payment_id: None,
        account_id: None,
        created_at: now,
        paid_at: None,
        refunded_at: None,
    }
}

#[test]
fn only_the_whole_price_captured_for_this_order_pays_it() {
    bolero::check!().with_type::<Event>().for_each(|event| {
        let entity = event.json()["payload"]["payment"]["entity"].clone();
        let Ok(Some(payment)) = serde_json::from_value::<PaymentEntity>(entity).map(PaymentEntity::payment) else {
            assert!(!event.amiss.is_empty(), "{event:?}");
            return;
        };
        let Payment { order_id, amount, currency, status, .. } = &payment;
        let fits = order_id.as_str() == ORDER && *amount == AMOUNT && currency == "INR" && *status == PaymentStatus::Captured;
        for status in
            [OrderStatus::Pending, OrderStatus::Failed, OrderStatus::Paid, OrderStatus::Refunding, OrderStatus::Refunded]
        {
            let pays = settle(&order(status), &payment) == Settlement::Pay;
            assert_eq!(pays, fits && !status.was_paid(), "{payment:?}");
        }
    });
}
