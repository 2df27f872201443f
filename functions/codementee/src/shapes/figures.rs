use super::OrderShape;
use app::figures::Revenue;
use domain::{Paise, figures::Stats};
use serde::Serialize;
use serde_json::Number;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How things stand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stats)]
pub struct StatsShape {
    total_users: u64,
    total_admins: u64,
    total_mentors: u64,
    approved_mentors: u64,
    pending_mentors: u64,
    rejected_mentors: u64,
    total_mentees: u64,
    paused_users: u64,
    inactive_users: u64,
    total_bookings: u64,
    pending_bookings: u64,
    confirmed_bookings: u64,
    cancelled_bookings: u64,
    total_mocks: u64,
    scheduled_mocks: u64,
    completed_mocks: u64,
    cancelled_mocks: u64,
    total_feedbacks: u64,
    total_orders: u64,
}

impl From<Stats> for StatsShape {
    fn from(stats: Stats) -> Self {
        Self {
            total_users: stats.admins + stats.mentors + stats.mentees,
            total_admins: stats.admins,
            total_mentors: stats.mentors,
            approved_mentors: stats.approved_mentors,
            pending_mentors: stats.pending_mentors,
            rejected_mentors: stats.rejected_mentors,
            total_mentees: stats.mentees,
            paused_users: stats.paused_members,
            inactive_users: stats.inactive_members,
            total_bookings: stats.bookings,
            pending_bookings: stats.pending_bookings,
            confirmed_bookings: stats.confirmed_bookings,
            cancelled_bookings: stats.cancelled_bookings,
            total_mocks: stats.mocks,
            scheduled_mocks: stats.scheduled_mocks,
            completed_mocks: stats.completed_mocks,
            cancelled_mocks: stats.cancelled_mocks,
            total_feedbacks: stats.feedbacks,
            total_orders: stats.plans_purchased,
        }
    }
}

/// What comes in, in rupees; the orders' own amounts are paise, as the client reads them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Revenue)]
pub struct RevenueShape {
    #[schema(value_type = f64)]
    total_revenue: Number,
    /// Paid orders.
    total_orders: u64,
    #[schema(value_type = BTreeMap<String, f64>)]
    plan_revenue: BTreeMap<String, Number>,
    plan_counts: BTreeMap<String, u64>,
    /// The latest twelve months in which anything was sold, the latest first.
    monthly_revenue: Vec<MonthShape>,
    /// Paid orders, the latest payment first.
    recent_orders: Vec<OrderShape>,
}

/// What came in in a month of the platform's zone, like `2026-02`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Month)]
struct MonthShape {
    month: String,
    #[schema(value_type = f64)]
    revenue: Number,
    orders: u64,
}

impl From<Revenue> for RevenueShape {
    fn from(revenue: Revenue) -> Self {
        let total: u64 = revenue.by_plan.iter().map(|sold| sold.takings.amount.get()).sum();
        let months = revenue.by_month.into_iter();
        Self {
            total_revenue: Paise::new(total).in_rupees(),
            total_orders: revenue.by_plan.iter().map(|sold| sold.takings.orders).sum(),
            plan_revenue: revenue
                .by_plan
                .iter()
                .map(|sold| (sold.plan_id.to_string(), sold.takings.amount.in_rupees()))
                .collect(),
            plan_counts: revenue.by_plan.iter().map(|sold| (sold.plan_id.to_string(), sold.takings.orders)).collect(),
            monthly_revenue: months
                .map(|sold| MonthShape {
                    month: sold.month,
                    revenue: sold.takings.amount.in_rupees(),
                    orders: sold.takings.orders,
                })
                .collect(),
            recent_orders: revenue.recent_orders.into_iter().map(OrderShape::from).collect(),
        }
    }
}
