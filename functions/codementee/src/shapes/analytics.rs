use app::figures::{Analytics, Month};
use domain::{Paise, figures::Stats};
use serde::Serialize;
use serde_json::Number;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How the business goes; money in rupees. Kept up by events, seconds behind.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Analytics)]
pub struct AnalyticsShape {
    total_users: u64,
    total_mentors: u64,
    total_mentees: u64,
    #[schema(value_type = f64)]
    total_revenue: Number,
    /// Paid orders.
    total_orders: u64,
    members_by_role: ByRole,
    mentees_by_tier: ByTier,
    /// Of 100 mentees, how many bought a plan.
    #[schema(value_type = f64)]
    conversion_percent: Number,
    bookings_by_status: ByStatus,
    completed_mocks: u64,
    total_feedbacks: u64,
    /// The mean of the overall scores, 0 to 5; none while there is no feedback.
    #[schema(value_type = Option<f64>)]
    average_feedback_score: Option<Number>,
    #[schema(value_type = BTreeMap<String, f64>)]
    revenue_by_plan: BTreeMap<String, Number>,
    /// The latest twelve months in which anything happened, the latest first.
    months: Vec<MonthShape>,
    /// The ten that were asked for most.
    popular_companies: Vec<PopularCompany>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MembersByRole)]
struct ByRole {
    admin: u64,
    mentor: u64,
    mentee: u64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MenteesByTier)]
struct ByTier {
    /// Those who never bought a plan.
    free: u64,
    /// Those who bought one, whether or not it still runs.
    paid: u64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BookingsByStatus)]
struct ByStatus {
    pending: u64,
    confirmed: u64,
    cancelled: u64,
}

/// What happened in a month of the platform's zone, like `2026-02`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnalyticsMonth)]
struct MonthShape {
    month: String,
    new_users: u64,
    /// Mentees who bought their first plan.
    conversions: u64,
    bookings_requested: u64,
    bookings_confirmed: u64,
    bookings_cancelled: u64,
    completed_mocks: u64,
    feedbacks: u64,
    orders: u64,
    #[schema(value_type = f64)]
    revenue: Number,
    #[schema(value_type = BTreeMap<String, f64>)]
    revenue_by_plan: BTreeMap<String, Number>,
}

#[derive(Debug, Serialize, ToSchema)]
struct PopularCompany {
    company_id: String,
    /// What it was called when it was asked for.
    name: String,
    bookings: u64,
}

/// A number of hundredths as a decimal number; whole ones stay whole.
pub(super) fn hundredths(number: u64) -> Number {
    Paise::new(number).in_rupees()
}

impl From<Month> for MonthShape {
    fn from(Month { counted, sold }: Month) -> Self {
        let (counts, stats) = (counted.counts, Stats::from(counted.counts));
        Self {
            month: counted.month,
            new_users: stats.admins + stats.mentors + stats.mentees,
            conversions: stats.paying_mentees,
            bookings_requested: counts.bookings_requested,
            bookings_confirmed: counts.bookings_confirmed,
            bookings_cancelled: stats.cancelled_bookings,
            completed_mocks: counts.mocks_completed,
            feedbacks: counts.feedbacks_given,
            orders: sold.iter().map(|sold| sold.takings.orders).sum(),
            revenue: Paise::new(sold.iter().map(|sold| sold.takings.amount.get()).sum()).in_rupees(),
            revenue_by_plan: sold.iter().map(|sold| (sold.plan_id.to_string(), sold.takings.amount.in_rupees())).collect(),
        }
    }
}

impl From<Analytics> for AnalyticsShape {
    fn from(analytics: Analytics) -> Self {
        let stats = Stats::from(analytics.counts);
        let (mentees, paid) = (stats.mentees, stats.paying_mentees);
        let total: u64 = analytics.by_plan.iter().map(|sold| sold.takings.amount.get()).sum();
        let percent = (paid * 10_000 + mentees / 2).checked_div(mentees).unwrap_or_default();
        let companies = analytics.companies.into_iter();
        Self {
            total_users: stats.admins + stats.mentors + mentees,
            total_mentors: stats.mentors,
            total_mentees: mentees,
            total_revenue: Paise::new(total).in_rupees(),
            total_orders: stats.plans_purchased,
            members_by_role: ByRole { admin: stats.admins, mentor: stats.mentors, mentee: mentees },
            mentees_by_tier: ByTier { free: mentees.saturating_sub(paid), paid },
            conversion_percent: hundredths(percent),
            bookings_by_status: ByStatus {
                pending: stats.pending_bookings,
                confirmed: stats.confirmed_bookings,
                cancelled: stats.cancelled_bookings,
            },
            completed_mocks: stats.completed_mocks,
            total_feedbacks: stats.feedbacks,
            average_feedback_score: analytics.counts.average_overall().map(hundredths),
            revenue_by_plan: analytics
                .by_plan
                .iter()
                .map(|sold| (sold.plan_id.to_string(), sold.takings.amount.in_rupees()))
                .collect(),
            months: analytics.by_month.into_iter().map(MonthShape::from).collect(),
            popular_companies: companies
                .map(|company| PopularCompany {
                    company_id: company.company_id.to_string(),
                    name: company.name.to_string(),
                    bookings: company.requests,
                })
                .collect(),
        }
    }
}
