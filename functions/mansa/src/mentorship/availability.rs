//! `/api/v1/mentorship/availability/…`: what a mentor offers of his time.

use crate::{
    forms::null_as_default,
    shapes::{OwnRules, RuleShape},
    state::Deps,
};
use app::mentorship::Mentorship;
use axum::{Json, extract::State};
use domain::{AvailabilityId, mentorship::RuleWanted};
use serde::Deserialize;
use utoipa::ToSchema;
use web::{About, Answer, ApiError, Body, Caller, Created, MentorOnly, Message, PathId, Routes, about};

/// A stretch of time: each week on a day, or on one date. One for a date that is not active takes that time out of the
/// day.
#[derive(Deserialize, ToSchema)]
struct Rule {
    is_recurring: Option<bool>,
    /// 0 is Sunday.
    day_of_week: Option<i64>,
    /// A day such as 2026-02-01, for a single time; otherwise it is not looked at.
    specific_date: Option<String>,
    #[schema(examples("09:00"))]
    start_time: String,
    #[schema(examples("12:00"))]
    end_time: String,
    is_active: Option<bool>,
}

impl From<Rule> for RuleWanted {
    fn from(rule: Rule) -> Self {
        Self {
            is_recurring: rule.is_recurring,
            day_of_week: rule.day_of_week,
            specific_date: rule.specific_date.filter(|date| !date.is_empty()),
            start_time: rule.start_time,
            end_time: rule.end_time,
            is_active: rule.is_active.unwrap_or(true),
        }
    }
}

/// One stretch, which is added; or `slots`, which take the place of all.
#[derive(Deserialize, ToSchema)]
struct RuleOrRules {
    slots: Option<Vec<Rule>>,
    is_recurring: Option<bool>,
    day_of_week: Option<i64>,
    /// A day such as 2026-02-01, for a single time; otherwise it is not looked at.
    specific_date: Option<String>,
    #[serde(default, deserialize_with = "null_as_default")]
    start_time: String,
    #[serde(default, deserialize_with = "null_as_default")]
    end_time: String,
    is_active: Option<bool>,
}

async fn show_rules(State(mentorship): State<Mentorship>, caller: Caller<MentorOnly>) -> Answer<Json<OwnRules>> {
    let (profile, rules) = mentorship.rules(&caller.cx, &caller.member).await?;
    Ok(Json(OwnRules::new(profile.details.timezone.name(), &rules)))
}

async fn set_rules(
    State(mentorship): State<Mentorship>,
    caller: Caller<MentorOnly>,
    Body(body): Body<RuleOrRules>,
) -> Answer<Created<OwnRules>> {
    let RuleOrRules { slots, is_recurring, day_of_week, specific_date, start_time, end_time, is_active } = body;
    let replace = slots.is_some();
    let one = || vec![Rule { is_recurring, day_of_week, specific_date, start_time, end_time, is_active }];
    let wanted: Vec<RuleWanted> = slots.unwrap_or_else(one).into_iter().map(RuleWanted::from).collect();
    if wanted.len() > domain::mentorship::MOST_RULES {
        return Err(ApiError::invalid("slots", "Give at most 100 of them"));
    }
    mentorship.offer(&caller.cx, &caller.member, &wanted, replace).await?;
    let (profile, rules) = mentorship.rules(&caller.cx, &caller.member).await?;
    Ok(Created(OwnRules::new(profile.details.timezone.name(), &rules)))
}

async fn add_rule(
    State(mentorship): State<Mentorship>,
    caller: Caller<MentorOnly>,
    Body(body): Body<Rule>,
) -> Answer<Created<RuleShape>> {
    let added = mentorship.offer(&caller.cx, &caller.member, &[body.into()], false).await?;
    let added = added.first().ok_or_else(|| ApiError::internal("nothing was added"))?;
    Ok(Created(added.into()))
}

async fn change_rule(
    State(mentorship): State<Mentorship>,
    caller: Caller<MentorOnly>,
    PathId(id): PathId<AvailabilityId>,
    Body(body): Body<Rule>,
) -> Answer<Json<RuleShape>> {
    let changed = mentorship.change_rule(&caller.cx, &caller.member, id, &body.into()).await?;
    Ok(Json((&changed).into()))
}

async fn delete_rule(
    State(mentorship): State<Mentorship>,
    caller: Caller<MentorOnly>,
    PathId(id): PathId<AvailabilityId>,
) -> Answer<Json<Message>> {
    mentorship.withdraw(&caller.cx, &caller.member, id).await?;
    Ok(Json(Message { message: "Deleted" }))
}

/// The routes of what mentors offer.
pub fn routes<R: Routes<Deps>>(routes: R) -> R {
    const ADD: About = about("Offer time").forbidden(&["ACCOUNT_PAUSED"]).not_found().conflict(&["TOO_MANY_TIMES"]);
    routes
        .get("/api/v1/mentorship/availability/me", about("Show what one offers").not_found(), show_rules)
        .post("/api/v1/mentorship/availability/me", ADD, set_rules)
        .post("/api/v1/mentorship/availability", ADD, add_rule)
        .patch(
            "/api/v1/mentorship/availability/{id}",
            about("Offer other time instead").forbidden(&["ACCOUNT_PAUSED"]),
            change_rule,
        )
        .delete("/api/v1/mentorship/availability/{id}", about("No longer offer it").forbidden(&["ACCOUNT_PAUSED"]), delete_rule)
}
