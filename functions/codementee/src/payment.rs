//! `/api/payment/…`: buying a plan. The webhook is a function of its own.

use crate::{
    auth,
    forms::{OptionalId, null_as_default},
    shapes::User,
    state::Deps,
};
use app::{
    Platform,
    accounts::{Accounts, SignIn},
    idempotency::Idempotency,
    payment::{Buyer, OrderForm, PaymentError, Payments, Verification},
};
use axum::{
    Json, Router,
    extract::{FromRef, State},
};
use domain::{
    OrderId,
    account::{Member, Password},
    catalog::PlanId,
    payment::{RazorpayOrderId, RazorpayPaymentId},
    text::{Email, Line, PersonName, Prose},
};
use gateways::{razorpay::Razorpay, settings::SettingError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{
    About, Answer, ApiError, Body, Face, MaybeCaller, Routes, SeenCaller, about, once_per_key, openapi::lenient::IdOrEmpty,
};

/// What the group's handlers call.
#[derive(Debug, Clone)]
pub struct PaymentDeps {
    deps: Deps,
    payments: Payments,
}

impl FromRef<PaymentDeps> for Face {
    fn from_ref(state: &PaymentDeps) -> Self {
        Self::from_ref(&state.deps)
    }
}
impl FromRef<PaymentDeps> for Accounts {
    fn from_ref(state: &PaymentDeps) -> Self {
        Self::from_ref(&state.deps)
    }
}
impl FromRef<PaymentDeps> for Idempotency {
    fn from_ref(state: &PaymentDeps) -> Self {
        Self::from_ref(&state.deps)
    }
}
impl FromRef<PaymentDeps> for Payments {
    fn from_ref(state: &PaymentDeps) -> Self {
        state.payments.clone()
    }
}

/// The group's routes.
pub fn router(platform: &Platform) -> Result<Router, SettingError> {
    let razorpay = Razorpay::from_settings(&platform.settings)?;
    let payments = Payments::new(platform.store.clone(), razorpay, platform.passwords()?);
    Ok(routes(Router::new()).with_state(PaymentDeps { deps: Deps::new(platform)?, payments }))
}

#[derive(Serialize, ToSchema)]
struct Config {
    key_id: String,
    razorpay_key_id: String,
    currency: &'static str,
}

async fn show_config(State(payments): State<Payments>) -> Json<Config> {
    let key_id = payments.key_id().to_owned();
    Json(Config { razorpay_key_id: key_id.clone(), key_id, currency: domain::Paise::CURRENCY })
}

#[derive(Deserialize, ToSchema)]
struct CreateOrder {
    #[schema(value_type = PlanId)]
    plan_id: String,
    /// A visitor's, from 2 to 100 letters. Of a member, who pays for himself, neither name nor password is looked at.
    name: Option<String>,
    /// A visitor's; a member's, if it is given, must be his own.
    email: Option<String>,
    /// A visitor's, from 8 to 72 letters, if he wants one now.
    password: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    phone: Line<30>,
    #[serde(default, deserialize_with = "null_as_default")]
    current_role: Line<100>,
    #[serde(default, deserialize_with = "null_as_default")]
    target_role: Line<100>,
    #[serde(default, deserialize_with = "null_as_default")]
    timeline: Line<200>,
    #[serde(default, deserialize_with = "null_as_default")]
    struggle: Prose<2000>,
}

impl CreateOrder {
    /// A member pays for himself, whatever name and password the form sends along; a visitor must say who he is.
    fn parse(self, member: Option<Member>) -> Result<(String, Buyer, OrderForm), ApiError> {
        let Self { plan_id, name, email, password, phone, current_role, target_role, timeline, struggle } = self;
        let form = OrderForm { phone, current_role, target_role, timeline, struggle };
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let email =
            given(email).map(|text| Email::parse(&text)).transpose().map_err(|invalid| ApiError::invalid("email", invalid.0))?;
        let buyer = match member {
            Some(member) => Buyer::Member { member: Box::new(member), email },
            None => {
                let name =
                    PersonName::parse(&name.unwrap_or_default()).map_err(|invalid| ApiError::invalid("name", invalid.0))?;
                let password = given(password).map(|text| Password::parse(&text)).transpose();
                Buyer::Visitor {
                    name,
                    email: email.ok_or_else(|| ApiError::invalid("email", "email is required"))?,
                    password: password.map_err(|invalid| ApiError::invalid("password", invalid.0))?,
                }
            }
        };
        Ok((plan_id, buyer, form))
    }
}

#[derive(Serialize, ToSchema)]
struct OrderCreated {
    order_id: OrderId,
    razorpay_order_id: String,
    razorpay_key_id: String,
    amount: u64,
    currency: &'static str,
    name: String,
    email: String,
}

async fn create_order(
    State(payments): State<Payments>,
    caller: MaybeCaller,
    Body(body): Body<CreateOrder>,
) -> Answer<Json<OrderCreated>> {
    let (plan_id, buyer, form) = body.parse(caller.sign_in.map(|sign_in| sign_in.member))?;
    let plan_id = PlanId::parse(&plan_id).map_err(|_| PaymentError::InvalidPlan)?;
    let order = payments.create_order(&caller.cx, &plan_id, buyer, form).await?;
    Ok(Json(OrderCreated {
        order_id: order.id,
        razorpay_order_id: order.razorpay_order_id.to_string(),
        razorpay_key_id: payments.key_id().to_owned(),
        amount: order.amount.get(),
        currency: domain::Paise::CURRENCY,
        name: order.payer.name.to_string(),
        email: order.payer.email.to_string(),
    }))
}

#[derive(Deserialize, ToSchema)]
struct VerifyPayment {
    razorpay_order_id: RazorpayOrderId,
    razorpay_payment_id: RazorpayPaymentId,
    razorpay_signature: String,
    #[serde(default)]
    #[schema(value_type = Option<IdOrEmpty>)]
    order_id: OptionalId<OrderId>,
}

#[derive(Serialize, ToSchema)]
struct PaymentVerified {
    success: bool,
    message: &'static str,
    access_token: Option<String>,
    user: User,
}

const VERIFY: About = about("Tell of a payment made at the checkout")
    .bad_request(&["PAYMENT_VERIFICATION_FAILED", "PAYMENT_FAILED"])
    .not_found()
    .conflict(&["PAYMENT_MISMATCH", "PAYMENT_PENDING", "ORDER_REFUNDED"])
    .unavailable(&["PAYMENT_PROVIDER_UNAVAILABLE"]);

async fn verify_payment(
    State(payments): State<Payments>,
    State(accounts): State<Accounts>,
    seen: SeenCaller,
    caller: MaybeCaller,
    Body(body): Body<VerifyPayment>,
) -> Answer<Json<PaymentVerified>> {
    let word = Verification {
        order_id: body.order_id.0,
        razorpay_order_id: body.razorpay_order_id,
        razorpay_payment_id: body.razorpay_payment_id,
        signature: body.razorpay_signature,
    };
    let verified = payments.verify(&caller.cx, caller.sign_in.as_ref(), &word).await?;
    let user = User::new(&verified.member.membership, caller.cx.now);
    let own = caller.sign_in.as_ref().is_some_and(|caller| caller.member.id() == verified.member.id());
    if own || verified.session.is_some() {
        seen.note(&verified.member.membership);
    }
    let sign_in = verified.session.map(|session| SignIn { member: verified.member, session });
    let access_token = sign_in.map(|sign_in| auth::token(&accounts, &sign_in, caller.cx.now)).transpose()?;
    let message = "Payment successful! Welcome to Codementee.";
    Ok(Json(PaymentVerified { success: true, message, access_token, user }))
}

/// The group's list of routes.
pub fn routes<R: Routes<PaymentDeps>>(routes: R) -> R {
    routes
        .get("/api/payment/config", "Show what the checkout needs", show_config)
        .post(
            "/api/payment/create-order",
            about("Order a plan, for oneself or as a visitor")
                .bad_request(&["INVALID_PLAN", "EMAIL_TAKEN", "EMAIL_MISMATCH"])
                .forbidden(&["INSUFFICIENT_PERMISSIONS", "ACCOUNT_PAUSED"])
                .unavailable(&["PAYMENT_PROVIDER_UNAVAILABLE"]),
            once_per_key(create_order),
        )
        .post("/api/payment/verify", VERIFY, once_per_key(verify_payment))
        .post("/api/payment/verify-payment", VERIFY, once_per_key(verify_payment))
}
