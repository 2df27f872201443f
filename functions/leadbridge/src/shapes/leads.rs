use super::rupees;
use crate::ids::{LogId, MentorId, PaymentId, ShownEventId, ShownLeadId, UserId};
use app::leads::{Listed, Revealed};
use domain::{
    Instant,
    lead::{Contact, Doubt, Lead, LeadStatus, LeadVerification, Verdict, VerificationLog},
    payment::{Order, OrderStatus, Purpose},
};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::ToSchema;

/// A booking as its user sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Booking)]
pub struct BookingShape {
    lead_id: ShownLeadId,
    event_id: ShownEventId,
    event_title: String,
    /// None once the event is gone.
    event_datetime: Option<Instant>,
    status: LeadStatus,
    verification_status: LeadVerification,
    created_at: Instant,
}

impl From<Listed> for BookingShape {
    fn from(listed: Listed) -> Self {
        let event_title = listed.title().to_owned();
        let Listed { lead, event } = listed;
        Self {
            lead_id: ShownLeadId(lead.id),
            event_id: ShownEventId(lead.event_id),
            event_title,
            event_datetime: event.map(|event| event.starts_at),
            status: lead.status,
            verification_status: lead.verification,
            created_at: lead.created_at,
        }
    }
}

/// What an order fixed, or else what the event asks for now.
fn price(listed: &Listed) -> Option<Number> {
    let ordered = listed.lead.order.as_ref().map(|order| order.price);
    ordered.or(listed.event.as_ref().map(|event| event.price)).map(rupees)
}

/// Name, address, phone number and message, when they may be shown.
pub(super) fn reach(contact: Option<Contact>) -> [Option<String>; 4] {
    contact.map_or([const { None }; 4], |Contact { name, email, phone, message }| {
        [Some(name.to_string()), Some(email.to_string()), Some(phone.to_string()), Some(message.to_string())]
    })
}

/// A lead as its mentor sees it. Who the person is stands there only once it is bought, and as long as the person has
/// not left.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Lead)]
pub struct LeadShape {
    lead_id: ShownLeadId,
    event_id: ShownEventId,
    event_title: String,
    status: LeadStatus,
    /// In rupees.
    #[schema(value_type = Option<f64>)]
    price_per_lead: Option<Number>,
    created_at: Instant,
    purchased_at: Option<Instant>,
    /// These four are null until it is bought.
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    message: Option<String>,
}

impl From<Revealed> for LeadShape {
    fn from(Revealed { listed, contact }: Revealed) -> Self {
        let [name, email, phone, message] = reach(contact);
        Self {
            lead_id: ShownLeadId(listed.lead.id),
            event_id: ShownEventId(listed.lead.event_id),
            event_title: listed.title().to_owned(),
            status: listed.lead.status,
            price_per_lead: price(&listed),
            created_at: listed.lead.created_at,
            purchased_at: listed.lead.purchased_at,
            name,
            email,
            phone,
            message,
        }
    }
}

/// A lead as admins see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminLead)]
pub struct AdminLeadShape {
    lead_id: ShownLeadId,
    event_id: ShownEventId,
    event_title: String,
    user_id: UserId,
    mentor_id: MentorId,
    /// These four are null once the person has left.
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    message: Option<String>,
    status: LeadStatus,
    verification_status: LeadVerification,
    /// Why it was not verified by itself.
    review_reasons: Vec<Doubt>,
    #[schema(value_type = Option<f64>)]
    price_per_lead: Option<Number>,
    purchased_by: Option<MentorId>,
    payment_id: Option<PaymentId>,
    created_at: Instant,
    purchased_at: Option<Instant>,
}

impl From<Revealed> for AdminLeadShape {
    fn from(Revealed { listed, contact }: Revealed) -> Self {
        let (event_title, price_per_lead) = (listed.title().to_owned(), price(&listed));
        let [name, email, phone, message] = reach(contact);
        let Lead { id, event_id, user_id, mentor_id, status, verification, doubts, order, .. } = listed.lead;
        Self {
            lead_id: ShownLeadId(id),
            event_id: ShownEventId(event_id),
            event_title,
            user_id: UserId(user_id),
            mentor_id: MentorId(mentor_id),
            name,
            email,
            phone,
            message,
            status,
            verification_status: verification,
            review_reasons: doubts,
            price_per_lead,
            purchased_by: listed.lead.purchased_by.map(MentorId),
            payment_id: order.filter(|_| listed.lead.purchased_by.is_some()).map(|order| PaymentId(order.id)),
            created_at: listed.lead.created_at,
            purchased_at: listed.lead.purchased_at,
        }
    }
}

/// A decision about a lead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VerificationLog)]
pub struct LogShape {
    log_id: LogId,
    lead_id: ShownLeadId,
    /// The admin; null when it was decided by itself.
    verified_by: Option<UserId>,
    status: Verdict,
    reason: String,
    timestamp: Instant,
}

impl From<VerificationLog> for LogShape {
    fn from(log: VerificationLog) -> Self {
        Self {
            log_id: LogId(log.id),
            lead_id: ShownLeadId(log.lead_id),
            verified_by: log.verified_by.map(UserId),
            status: log.status,
            reason: log.reason.to_string(),
            timestamp: log.at,
        }
    }
}

/// Where a payment stands, in this face's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum PaymentStatus {
    Created,
    Completed,
    Failed,
    Refunded,
}

impl From<OrderStatus> for PaymentStatus {
    fn from(status: OrderStatus) -> Self {
        match status {
            OrderStatus::Pending => Self::Created,
            OrderStatus::Paid => Self::Completed,
            OrderStatus::Failed => Self::Failed,
            OrderStatus::Refunding | OrderStatus::Refunded => Self::Refunded,
        }
    }
}

impl From<PaymentStatus> for OrderStatus {
    fn from(status: PaymentStatus) -> Self {
        match status {
            PaymentStatus::Created => Self::Pending,
            PaymentStatus::Completed => Self::Paid,
            PaymentStatus::Failed => Self::Failed,
            PaymentStatus::Refunded => Self::Refunded,
        }
    }
}

/// What a mentor paid, or is to pay, for a lead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payment)]
pub struct PaymentShape {
    payment_id: PaymentId,
    mentor_id: Option<MentorId>,
    lead_id: Option<ShownLeadId>,
    razorpay_order_id: String,
    razorpay_payment_id: Option<String>,
    /// In rupees.
    #[schema(value_type = f64)]
    amount: Number,
    currency: &'static str,
    status: PaymentStatus,
    created_at: Instant,
    paid_at: Option<Instant>,
}

impl From<Order> for PaymentShape {
    fn from(order: Order) -> Self {
        let lead_id = match order.purpose {
            Purpose::Lead { lead_id, .. } => Some(ShownLeadId(lead_id)),
            Purpose::Plan { .. } | Purpose::Session { .. } => None,
        };
        Self {
            payment_id: PaymentId(order.id),
            mentor_id: order.payer.account_id.map(MentorId),
            lead_id,
            razorpay_order_id: order.razorpay_order_id.to_string(),
            razorpay_payment_id: order.razorpay_payment_id.as_ref().map(ToString::to_string),
            amount: rupees(order.amount),
            currency: domain::Paise::CURRENCY,
            status: order.status.into(),
            created_at: order.created_at,
            paid_at: order.paid_at,
        }
    }
}
