//! What a mentor earned, and being paid out.

use super::{
    SessionDeps,
    shapes::{EarningShape, StatementShape, WithdrawalShape, decimal},
};
use app::paid_sessions::{Earnings, Since};
use axum::{Json, extract::State};
use domain::{
    Instant, Paise,
    text::{Line, Prose},
};
use serde::{Deserialize, Deserializer, Serialize, de::Error};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};
use web::{
    Answer, Bearer, Body, Caller, Created, Csv, Listed, MentorOnly, PageQuery, Query, Routes, about, null_as_default,
    once_per_key,
};

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
enum Period {
    #[default]
    #[serde(rename = "all")]
    All,
    #[serde(rename = "7days")]
    Week,
    #[serde(rename = "30days")]
    Month,
    #[serde(rename = "3months")]
    Quarter,
}

impl From<Period> for Since {
    fn from(filter: Period) -> Self {
        match filter {
            Period::All => Self::Ever,
            Period::Week => Self::Week,
            Period::Month => Self::Month,
            Period::Quarter => Self::Quarter,
        }
    }
}

#[derive(Deserialize, ToSchema)]
struct EarningsQuery {
    time_filter: Option<Period>,
    /// Pages of 10, the first is 1; at most 100.
    page: Option<String>,
}

async fn show_earnings(
    State(earnings): State<Earnings>,
    bearer: Bearer<MentorOnly>,
    Query(query): Query<EarningsQuery>,
) -> Answer<Json<StatementShape>> {
    let since = query.time_filter.unwrap_or_default().into();
    // What is no number is no page.
    let page = query.page.map_or(1, |page| page.parse().unwrap_or_default());
    let statement = earnings.statement(&bearer.cx, bearer.account, since, page);
    let (_, statement) = bearer.along(statement).await?;
    Ok(Json(statement?.into()))
}

#[derive(Deserialize, ToSchema)]
struct ExportQuery {
    time_filter: Option<Period>,
}

#[derive(Serialize, ToSchema)]
struct EarningsExport {
    earnings: Vec<EarningShape>,
    export_date: Instant,
    mentor_name: String,
    mentor_id: String,
}

async fn lines(earnings: &Earnings, caller: &Caller<MentorOnly>, query: &ExportQuery) -> Answer<Vec<EarningShape>> {
    let since = query.time_filter.unwrap_or_default().into();
    let found = earnings.export(&caller.cx, caller.member.id(), since).await?;
    Ok(found.into_iter().map(EarningShape::from).collect())
}

async fn export_earnings(
    State(earnings): State<Earnings>,
    caller: Caller<MentorOnly>,
    Query(query): Query<ExportQuery>,
) -> Answer<Json<EarningsExport>> {
    let found = lines(&earnings, &caller, &query).await?;
    let member = &caller.member.membership;
    let mentor_id = member.mentor_number.map_or_else(|| caller.member.id().to_string(), |number| number.to_string());
    let mentor_name = member.name.to_string();
    Ok(Json(EarningsExport { earnings: found, export_date: caller.cx.now, mentor_name, mentor_id }))
}

async fn export_csv(
    State(earnings): State<Earnings>,
    caller: Caller<MentorOnly>,
    Query(query): Query<ExportQuery>,
) -> Answer<Csv> {
    let since = query.time_filter.unwrap_or_default().into();
    let found = earnings.export(&caller.cx, caller.member.id(), since).await?;
    let rows = found.into_iter().map(|earning| {
        let amount = decimal(earning.amount);
        let line = EarningShape::from(earning);
        let status = serde_json::to_value(line.status).ok().and_then(|word| word.as_str().map(str::to_owned));
        vec![line.date.to_string(), line.source, amount, status.unwrap_or_default(), line.transaction_id]
    });
    Ok(Csv {
        columns: &["date", "source", "amount", "status", "transaction_id"],
        rows: rows.collect(),
        disposition: "attachment; filename=\"earnings.csv\"",
    })
}

async fn list_withdrawals(
    State(earnings): State<Earnings>,
    caller: Caller<MentorOnly>,
    page: PageQuery,
) -> Answer<Listed<WithdrawalShape>> {
    let found = earnings.withdrawals(&caller.cx, Some(caller.member.id()), None, page.request.clone()).await?;
    Ok(page.answer(found, WithdrawalShape::from))
}

/// An amount as forms write it: a number of rupees, or its text, to the paisa.
#[derive(Debug, Clone, Copy)]
struct Amount(Paise);

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::Number(number) => number.to_string(),
            serde_json::Value::String(text) => text,
            _ => return Err(D::Error::custom("Enter an amount in rupees")),
        };
        let amount = Paise::parse_rupees(&text).map_err(D::Error::custom)?;
        // Beyond what anybody has; sums of them stay far from any bound.
        let bounded = Some(amount).filter(|amount| amount.get() <= Paise::rupees(1_000_000_000).get());
        bounded.map(Self).ok_or_else(|| D::Error::custom("Enter an amount of at most 1000000000 rupees"))
    }
}

impl PartialSchema for Amount {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::Number).minimum(Some(50)).examples([500]).into()
    }
}
impl ToSchema for Amount {}

#[derive(Deserialize, ToSchema)]
struct RequestWithdrawal {
    amount: Amount,
    #[serde(default, deserialize_with = "null_as_default")]
    payment_method: Line<40>,
    #[serde(default, deserialize_with = "null_as_default")]
    bank_details: Prose<1000>,
}

#[derive(Serialize, ToSchema)]
struct WithdrawalRequested {
    message: &'static str,
    withdrawal: WithdrawalShape,
}

async fn request_withdrawal(
    State(earnings): State<Earnings>,
    caller: Caller<MentorOnly>,
    Body(body): Body<RequestWithdrawal>,
) -> Answer<Created<WithdrawalRequested>> {
    let RequestWithdrawal { amount: Amount(amount), payment_method, bank_details } = body;
    let how = (payment_method, bank_details);
    let withdrawal = earnings.withdraw(&caller.cx, &caller.member, amount, how).await?.into();
    Ok(Created(WithdrawalRequested { message: "Withdrawal request submitted successfully", withdrawal }))
}

/// The routes of earnings.
pub fn routes<R: Routes<SessionDeps>>(routes: R) -> R {
    let withdraw = about("Ask to be paid out; the amount leaves the balance at once")
        .bad_request(&["INSUFFICIENT_BALANCE"])
        .forbidden(&["ACCOUNT_PAUSED"]);
    routes
        .get("/api/mentor/earnings", "Show what one earned, with the sums of all time", show_earnings)
        .get("/api/mentor/earnings/export", "Export the latest 1000 lines", export_earnings)
        .get("/api/mentor/earnings/export.csv", "Export the latest 1000 lines as a table", export_csv)
        .get("/api/mentor/withdrawals", "List one's withdrawals, newest first", list_withdrawals)
        .post("/api/mentor/withdrawals", withdraw, once_per_key(request_withdrawal))
}
