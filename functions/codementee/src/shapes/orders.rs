use domain::{
    AccountId, Instant,
    payment::{Order, OrderStatus, Purpose},
};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

/// An order: amounts in paise, and never a signature.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Order)]
pub struct OrderShape {
    id: String,
    razorpay_order_id: String,
    razorpay_payment_id: Option<String>,
    name: String,
    email: String,
    phone: String,
    plan_id: String,
    plan_name: String,
    amount: u64,
    #[schema(value_type = f64)]
    amount_rupees: Number,
    currency: &'static str,
    status: OrderStatus,
    user_id: Option<AccountId>,
    current_role: String,
    target_role: String,
    timeline: String,
    struggle: String,
    created_at: Instant,
    paid_at: Option<Instant>,
    refunded_at: Option<Instant>,
}

impl From<Order> for OrderShape {
    fn from(order: Order) -> Self {
        let (plan_id, plan_name) = match &order.purpose {
            Purpose::Plan { plan } => (plan.plan_id.to_string(), plan.name.to_string()),
            // No lead is sold here.
            Purpose::Lead { .. } | Purpose::Session { .. } => Default::default(),
        };
        Self {
            id: order.id.to_string(),
            razorpay_order_id: order.razorpay_order_id.to_string(),
            razorpay_payment_id: order.razorpay_payment_id.as_ref().map(ToString::to_string),
            name: order.payer.name.to_string(),
            email: order.payer.email.to_string(),
            phone: order.payer.phone.to_string(),
            plan_id,
            plan_name,
            amount: order.amount.get(),
            amount_rupees: order.amount.in_rupees(),
            currency: domain::Paise::CURRENCY,
            status: order.status,
            user_id: order.account_id,
            current_role: order.payer.current_role.to_string(),
            target_role: order.payer.target_role.to_string(),
            timeline: order.payer.timeline.to_string(),
            struggle: order.payer.struggle.to_string(),
            created_at: order.created_at,
            paid_at: order.paid_at,
            refunded_at: order.refunded_at,
        }
    }
}
