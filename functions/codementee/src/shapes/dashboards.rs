use super::{BookingShape, FeedbackShape, MockShape, PublicPlan, analytics::hundredths, price_list, tier};
use app::dashboards::{MenteeDashboard, MentorDashboard, RunningPlan};
use domain::{
    Instant,
    account::{Allowances, Membership},
    catalog::Plan,
};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

/// What a mentor sees first. Counts of what is over are seconds behind.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MentorDashboard)]
pub struct MentorDashboardShape {
    mentees_count: u64,
    /// Requests that wait for him, counted up to 100.
    pending_requests_count: usize,
    /// The latest of them.
    pending_requests: Vec<BookingShape>,
    /// With their links, soonest first; one that has begun and not ended is among them.
    upcoming_mocks: Vec<MockShape>,
    completed_mocks: u64,
    feedbacks_given: u64,
    /// The mean of the overall scores that he gave.
    #[schema(value_type = Option<f64>)]
    average_score_given: Option<Number>,
    /// Newest first.
    recent_feedbacks: Vec<FeedbackShape>,
}

impl From<MentorDashboard> for MentorDashboardShape {
    fn from(dashboard: MentorDashboard) -> Self {
        let MentorDashboard { counts, pending, requests, upcoming, feedback } = dashboard;
        Self {
            mentees_count: counts.mentees(),
            pending_requests_count: pending,
            pending_requests: requests.into_iter().map(BookingShape::from).collect(),
            upcoming_mocks: upcoming.into_iter().map(MockShape::from).collect(),
            completed_mocks: counts.mocks_completed,
            feedbacks_given: counts.feedbacks_given,
            average_score_given: counts.average_overall().map(hundredths),
            recent_feedbacks: feedback.into_iter().map(FeedbackShape::from).collect(),
        }
    }
}

/// Free mentees explore, the others use everything (F-9).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Explore,
    Full,
}

/// The plan that runs, and what is left of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RunningPlan)]
struct RunningPlanShape {
    plan_id: String,
    plan_name: String,
    expires_at: Instant,
    /// Begun days count.
    days_left: i64,
    left: Allowances,
}

impl From<RunningPlan> for RunningPlanShape {
    fn from(RunningPlan { holding, days_left }: RunningPlan) -> Self {
        Self {
            plan_id: holding.plan_id.to_string(),
            plan_name: holding.plan_name.to_string(),
            expires_at: holding.expires_at,
            days_left,
            left: holding.left,
        }
    }
}

/// What an upgrade gives.
#[derive(Debug, Serialize, ToSchema)]
struct Upgrade {
    message: &'static str,
    upgrade_url: &'static str,
    plans: Vec<PublicPlan>,
}

impl Upgrade {
    fn to(plans: Vec<Plan>) -> Self {
        let message = "You are in Explore Mode. A plan lets you book mock interviews, use the AI tools and join the community.";
        Self { message, upgrade_url: "/mentee/book", plans: price_list(plans) }
    }
}

/// What a mentee sees first, whatever his tier.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MenteeDashboard)]
pub struct MenteeDashboardShape {
    user_tier: &'static str,
    mode: Mode,
    /// None in Explore Mode.
    plan: Option<RunningPlanShape>,
    /// With their links, soonest first; one that has begun and not ended is among them.
    upcoming_mocks: Vec<MockShape>,
    /// The latest of those that wait.
    pending_requests: Vec<BookingShape>,
    completed_mocks: u64,
    /// The mean of the overall scores that he was given.
    #[schema(value_type = Option<f64>)]
    average_score: Option<Number>,
    latest_feedback: Option<FeedbackShape>,
    /// Only in Explore Mode.
    upgrade: Option<Upgrade>,
}

impl MenteeDashboardShape {
    /// A mentee's dashboard as he sees it.
    pub fn new(mentee: &Membership, dashboard: MenteeDashboard, now: Instant) -> Self {
        let MenteeDashboard { plan, counts, requests, upcoming, latest_feedback, on_offer } = dashboard;
        Self {
            user_tier: tier(mentee, now),
            mode: if plan.is_some() { Mode::Full } else { Mode::Explore },
            upgrade: plan.is_none().then(|| Upgrade::to(on_offer)),
            plan: plan.map(RunningPlanShape::from),
            upcoming_mocks: upcoming.into_iter().map(MockShape::from).collect(),
            pending_requests: requests.into_iter().map(BookingShape::from).collect(),
            completed_mocks: counts.mocks_completed,
            average_score: counts.average_overall().map(hundredths),
            latest_feedback: latest_feedback.map(FeedbackShape::from),
        }
    }
}
