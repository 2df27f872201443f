//! `/api/newsletter`: asking for it, confirming, ending it.

use super::AccountsDeps;
use app::newsletter::Newsletter;
use axum::{Json, extract::State};
use domain::{Instant, newsletter::Subscriber, text::Email};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{AdminOnly, Answer, ApiError, Body, Caller, HtmlPage, Listed, PageQuery, Routes, Visitor, about, link_page};

#[derive(Deserialize, ToSchema)]
struct Subscribe {
    email: String,
}

#[derive(Serialize, ToSchema)]
struct Subscribed {
    success: bool,
    message: &'static str,
}

/// The same answer for every address.
async fn subscribe(
    State(newsletter): State<Newsletter>,
    Visitor(cx): Visitor,
    Body(body): Body<Subscribe>,
) -> Answer<Json<Subscribed>> {
    let invalid = |_| ApiError::invalid("email", "Invalid email.").with("success", false).with("message", "Invalid email.");
    newsletter.ask(&cx, Email::parse(&body.email).map_err(invalid)?).await?;
    let message = "Please follow the link that we have sent to this address.";
    Ok(Json(Subscribed { success: true, message }))
}

#[derive(Deserialize, ToSchema)]
struct MailedLink {
    token: String,
}

async fn confirm(
    State(newsletter): State<Newsletter>,
    Visitor(cx): Visitor,
    Body(body): Body<MailedLink>,
) -> Answer<Json<Subscribed>> {
    newsletter.confirm(&cx, &body.token).await?;
    Ok(Json(Subscribed { success: true, message: "Thank you. You get our newsletter from now on." }))
}

async fn unsubscribe(
    State(newsletter): State<Newsletter>,
    Visitor(cx): Visitor,
    Body(body): Body<MailedLink>,
) -> Answer<Json<Subscribed>> {
    newsletter.unsubscribe(&cx, &body.token).await?;
    Ok(Json(Subscribed { success: true, message: "You get our newsletter no more." }))
}

async fn confirm_page() -> HtmlPage {
    link_page("Confirm your address", "From now on our newsletter goes to the address to which this link was mailed.", "Confirm")
}

async fn unsubscribe_page() -> HtmlPage {
    link_page("End the newsletter", "Our newsletter no longer goes to the address to which this link was mailed.", "Unsubscribe")
}

#[derive(Serialize, ToSchema)]
#[schema(as = Subscriber)]
struct SubscriberShape {
    email: String,
    created_at: Instant,
}

impl From<Subscriber> for SubscriberShape {
    fn from(subscriber: Subscriber) -> Self {
        Self { email: subscriber.email.to_string(), created_at: subscriber.subscribed_at }
    }
}

async fn list_subscribers(
    State(newsletter): State<Newsletter>,
    caller: Caller<AdminOnly>,
    page: PageQuery,
) -> Answer<Listed<SubscriberShape>> {
    let found = newsletter.subscribers(&caller.cx, page.request.clone()).await?;
    Ok(page.answer(found, SubscriberShape::from))
}

pub(super) fn routes<R: Routes<AccountsDeps>>(routes: R) -> R {
    routes
        .post("/api/newsletter", "Ask for the newsletter: a link to confirm is mailed", subscribe)
        .get("/api/newsletter/confirm", "Show the page behind that link", confirm_page)
        .post(
            "/api/newsletter/confirm",
            about("Begin to get the newsletter by a mailed link").bad_request(&["LINK_EXPIRED"]),
            confirm,
        )
        .get("/api/newsletter/unsubscribe", "Show the page behind the link that ends it", unsubscribe_page)
        .post(
            "/api/newsletter/unsubscribe",
            about("End the newsletter by a mailed link").bad_request(&["LINK_EXPIRED"]),
            unsubscribe,
        )
        .get("/api/admin/newsletter", "List whoever gets the newsletter", list_subscribers)
}
