use crate::{
    Instant, OrderId,
    catalog::{Plan, PlanId},
    text::Line,
};
use serde::{Deserialize, Serialize};

/// How often something may still be used: a number, or `"all"` for without limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    Count(u32),
    Unlimited,
}

impl Allowance {
    fn plus(self, more: Self) -> Self {
        match (self, more) {
            (Self::Count(a), Self::Count(b)) => Self::Count(a.saturating_add(b)),
            _ => Self::Unlimited,
        }
    }

    /// What is unlimited stays so: what else it was made of is not known any more.
    fn minus(self, less: Self) -> Self {
        match (self, less) {
            (Self::Count(a), Self::Count(b)) => Self::Count(a.saturating_sub(b)),
            (kept, _) => kept,
        }
    }
}

impl Serialize for Allowance {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(n) => serializer.serialize_u32(*n),
            Self::Unlimited => serializer.serialize_str("all"),
        }
    }
}

impl<'de> Deserialize<'de> for Allowance {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Count(u32),
            Word(String),
            Flag(bool),
        }
        match Written::deserialize(deserializer)
            .map_err(|_| serde::de::Error::custom("Enter a whole number from 0 or \"all\""))?
        {
            Written::Count(n) => Ok(Self::Count(n)),
            Written::Flag(true) => Ok(Self::Unlimited),
            Written::Flag(false) => Ok(Self::Count(0)),
            Written::Word(word) if matches!(word.trim().to_lowercase().as_str(), "all" | "unlimited") => Ok(Self::Unlimited),
            Written::Word(word) => word
                .trim()
                .parse()
                .map(Self::Count)
                .map_err(|_| serde::de::Error::custom("Enter a whole number from 0 or \"all\"")),
        }
    }
}

/// What a plan allows, or what is left of it (F-13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Allowances {
    #[serde(default = "Allowances::nothing")]
    pub mock_interviews: Allowance,
    #[serde(default = "Allowances::nothing")]
    pub resume_reviews: Allowance,
    #[serde(default = "Allowances::nothing")]
    pub ai_tools: Allowance,
}

impl Allowances {
    /// No use of anything.
    pub const NONE: Self = Self { mock_interviews: Self::nothing(), resume_reviews: Self::nothing(), ai_tools: Self::nothing() };

    const fn nothing() -> Allowance {
        Allowance::Count(0)
    }

    fn plus(self, more: Self) -> Self {
        Self {
            mock_interviews: self.mock_interviews.plus(more.mock_interviews),
            resume_reviews: self.resume_reviews.plus(more.resume_reviews),
            ai_tools: self.ai_tools.plus(more.ai_tools),
        }
    }

    fn minus(self, less: Self) -> Self {
        Self {
            mock_interviews: self.mock_interviews.minus(less.mock_interviews),
            resume_reviews: self.resume_reviews.minus(less.resume_reviews),
            ai_tools: self.ai_tools.minus(less.ai_tools),
        }
    }
}

/// A purchase that a holding is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bought {
    /// None for a plan that an operator put in.
    pub order_id: Option<OrderId>,
    pub plan_id: PlanId,
    pub plan_name: Line<100>,
}

/// The plan that a member bought and until when it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanHolding {
    pub plan_id: PlanId,
    pub plan_name: Line<100>,
    pub expires_at: Instant,
    /// Since when plans have run without a gap.
    #[serde(default = "Instant::long_ago")]
    pub since: Instant,
    /// What is left of the limits; changed only by conditional writes.
    pub left: Allowances,
    /// The purchases since then, the last one last.
    #[serde(default)]
    pub bought: Vec<Bought>,
}

impl PlanHolding {
    /// The holding after a purchase at `now`.
    ///
    /// While a plan still runs, a purchase extends its end and adds to what is left (renewal and upgrade alike:
    /// what was paid for is never lost); afterwards it starts anew.
    pub fn after_purchase(held: Option<&Self>, plan: &Plan, order_id: Option<OrderId>, now: Instant) -> Self {
        let running = held.filter(|held| held.expires_at > now);
        let bought = Bought { order_id, plan_id: plan.plan_id.clone(), plan_name: plan.name.clone() };
        Self {
            plan_id: plan.plan_id.clone(),
            plan_name: plan.name.clone(),
            expires_at: running.map_or(now, |held| held.expires_at).plus_months(plan.duration_months.get()),
            since: running.map_or(now, |held| held.since),
            left: running.map_or(plan.limits, |held| held.left.plus(plan.limits)),
            bought: running.map_or(&[][..], |held| &held.bought).iter().cloned().chain([bought]).collect(),
        }
    }

    /// The holding once the order of one of its purchases is refunded; None when it is made of others alone.
    ///
    /// The only purchase takes the plan with it, now. Otherwise the plan is shorter by what that order bought, and
    /// allows less by as much.
    pub fn after_refund(&self, order_id: OrderId, plan: &Plan, now: Instant) -> Option<Self> {
        let (refunded, bought): (Vec<Bought>, Vec<Bought>) =
            self.bought.iter().cloned().partition(|bought| bought.order_id == Some(order_id));
        if refunded.is_empty() {
            return None;
        }
        let Some(last) = bought.last().cloned() else {
            return Some(Self { expires_at: self.expires_at.min(now), bought, ..self.clone() });
        };
        let shorter = self.expires_at.minus_months(plan.duration_months.get()).max(now).min(self.expires_at);
        Some(Self {
            plan_id: last.plan_id,
            plan_name: last.plan_name,
            expires_at: shorter,
            since: self.since,
            left: self.left.minus(plan.limits),
            bought,
        })
    }

    /// Whether a mock interview that was taken at an instant goes back. What an earlier plan paid for ended with it
    /// and what is unlimited counts nothing.
    pub fn takes_mock_back(&self, taken_at: Instant) -> bool {
        taken_at >= self.since && matches!(self.left.mock_interviews, Allowance::Count(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Months;

    fn plan(months: u32, mocks: Allowance) -> Plan {
        Plan {
            plan_id: PlanId::parse("growth").unwrap(),
            name: Line::parse("Growth").unwrap(),
            price: crate::Paise::rupees(4999),
            duration_months: Months::new(months).unwrap(),
            features: vec![],
            limits: Allowances { mock_interviews: mocks, ..Allowances::NONE },
            is_active: true,
            is_public: true,
            is_popular: true,
            display_order: 1,
            created_at: at("2026-01-01T00:00:00Z"),
            updated_at: at("2026-01-01T00:00:00Z"),
        }
    }

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn renewing_extends_and_adds() {
        let now = at("2026-01-10T00:00:00Z");
        let first = PlanHolding::after_purchase(None, &plan(3, Allowance::Count(3)), order(1), now);
        let second =
            PlanHolding::after_purchase(Some(&first), &plan(3, Allowance::Count(3)), order(2), at("2026-02-01T00:00:00Z"));
        assert_eq!(second.expires_at, at("2026-07-10T00:00:00Z"));
        assert_eq!(second.left.mock_interviews, Allowance::Count(6));
    }

    #[test]
    fn an_ended_plan_starts_anew() {
        let first = PlanHolding::after_purchase(None, &plan(1, Allowance::Count(3)), order(1), at("2026-01-10T00:00:00Z"));
        let second =
            PlanHolding::after_purchase(Some(&first), &plan(1, Allowance::Count(1)), order(2), at("2026-05-01T00:00:00Z"));
        assert_eq!(second.expires_at, at("2026-06-01T00:00:00Z"));
        assert_eq!(second.left.mock_interviews, Allowance::Count(1));
        assert!(!second.takes_mock_back(at("2026-01-20T00:00:00Z")), "that plan has ended");
        assert!(second.takes_mock_back(at("2026-05-01T00:00:00Z")));
    }

    fn order(n: u128) -> Option<OrderId> {
        Some(uuid::Uuid::from_u128(n).into())
    }

    #[test]
    fn a_refund_takes_back_what_its_order_bought_and_nothing_else() {
        let (start, later) = (at("2026-01-10T00:00:00Z"), at("2026-02-01T00:00:00Z"));
        let (short, long) = (plan(1, Allowance::Count(1)), plan(3, Allowance::Count(3)));
        let first = PlanHolding::after_purchase(None, &long, order(1), start);
        assert_eq!(first.after_refund(order(9).unwrap(), &long, later), None, "another order");
        let none = first.after_refund(order(1).unwrap(), &long, later).unwrap();
        assert_eq!((none.expires_at, none.bought.len()), (later, 0), "the plan ends now");
        let second = PlanHolding::after_purchase(Some(&first), &short, order(2), later);
        let back = second.after_refund(order(2).unwrap(), &short, later).unwrap();
        assert_eq!((back.expires_at, back.left, &back.bought), (first.expires_at, first.left, &first.bought));
        let shorter = second.after_refund(order(1).unwrap(), &long, at("2026-03-01T00:00:00Z")).unwrap();
        assert_eq!((shorter.expires_at, shorter.left.mock_interviews), (at("2026-03-01T00:00:00Z"), Allowance::Count(1)));
        let ended = none.after_refund(order(1).unwrap(), &long, later);
        assert_eq!(ended, None, "once");
    }

    #[test]
    fn an_unlimited_allowance_stays_unlimited() {
        let now = at("2026-01-10T00:00:00Z");
        let first = PlanHolding::after_purchase(None, &plan(1, Allowance::Unlimited), order(1), now);
        assert_eq!(
            PlanHolding::after_purchase(Some(&first), &plan(1, Allowance::Count(1)), order(2), now).left.mock_interviews,
            Allowance::Unlimited
        );
    }

    #[test]
    fn an_allowance_is_a_number_or_all() {
        let read = |json: &str| serde_json::from_str::<Allowance>(json);
        assert_eq!(read("3").unwrap(), Allowance::Count(3));
        assert_eq!(read("\"all\"").unwrap(), Allowance::Unlimited);
        assert_eq!(read("\"2\"").unwrap(), Allowance::Count(2));
        assert!(read("-1").is_err());
        assert!(read("\"many\"").is_err());
    }
}
