use super::{Mentorship, MentorshipError, ROUNDS, kept_changing};
use crate::Context;
use domain::{
    AccountId, AvailabilityId, Invalid, Zone,
    account::Member,
    mentorship::{Availability, AvailabilityRule, FreeSlot, MOST_RULES, MentorProfile, RuleWanted, free_slots},
};
use jiff::{SignedDuration, ToSpan, civil::Date};
use store::AvailabilityRules;

/// Unless told otherwise, free time is shown for so many days.
const DAYS_SHOWN: i64 = 30;
const MOST_DAYS: i32 = 62;

impl Mentorship {
    /// The time that a listed mentor has free on some dates, by his clock: what he offers without his sessions.
    pub async fn free(
        &self,
        cx: &Context,
        mentor: AccountId,
        (from, until): (Option<Date>, Option<Date>),
    ) -> Result<(Zone, Vec<FreeSlot>), MentorshipError> {
        let found = self.store.mentor_with_availability(cx.product, mentor).await?;
        let found = found.filter(|(profile, _)| profile.is_listed());
        let (profile, rules) = found.ok_or(MentorshipError::NotFound("mentor"))?;
        let zone = profile.details.timezone;
        let today = cx.now.timestamp().to_zoned(zone.rules().clone()).date();
        let from = from.unwrap_or(today);
        let until = until.unwrap_or_else(|| from.saturating_add(DAYS_SHOWN.days()));
        let days = from.until(until).map_or(i32::MAX, |days| days.get_days());
        if !(0..MOST_DAYS).contains(&days) {
            return Err(Invalid::new("Ask for 1 to 62 days").at("end_date").into());
        }
        let rules = rules.map(|rules| rules.value.rules).unwrap_or_default();
        if !profile.details.is_accepting_requests || rules.is_empty() {
            return Ok((zone, Vec::new()));
        }
        let availability = Availability { zone, rules };
        // The dates are the mentor's; by UTC they may begin and end most of a day apart.
        let margin = SignedDuration::from_hours(26);
        let utc = |date: Date| Zone::parse("UTC").and_then(|utc| utc.instant(date, jiff::civil::Time::midnight()));
        let span = utc(from).and_then(|from| Ok((from.plus(-margin), utc(until)?.plus(margin * 2))));
        let span = span.map_err(|invalid| invalid.at("start_date"))?;
        let held = self.store.held_quarters(cx.product, mentor, span).await?;
        let free = free_slots(&availability, (from, until), &held, cx.now);
        Ok((availability.zone, free))
    }

    /// What the caller offers.
    pub async fn rules(&self, cx: &Context, by: &Member) -> Result<(MentorProfile, Vec<AvailabilityRule>), MentorshipError> {
        let found = self.store.mentor_with_availability(cx.product, by.id()).await?;
        let (profile, rules) = found.ok_or(MentorshipError::NotFound("mentor profile"))?;
        Ok((profile, rules.map(|rules| rules.value.rules).unwrap_or_default()))
    }

    /// Offers more time, or other time instead.
    pub async fn offer(
        &self,
        cx: &Context,
        by: &Member,
        wanted: &[RuleWanted],
        replace: bool,
    ) -> Result<Vec<AvailabilityRule>, MentorshipError> {
        let new = wanted.iter().map(|wanted| AvailabilityRule::parse(cx.id(), by.id(), wanted, cx.now));
        let new: Vec<_> = new.collect::<Result<_, _>>()?;
        self.change_rules(cx, by, |rules| {
            if replace {
                rules.clear();
            }
            rules.extend(new.iter().cloned());
            Ok(())
        })
        .await?;
        Ok(new)
    }

    /// Offers other time in a rule's place.
    pub async fn change_rule(
        &self,
        cx: &Context,
        by: &Member,
        id: AvailabilityId,
        wanted: &RuleWanted,
    ) -> Result<AvailabilityRule, MentorshipError> {
        let new = AvailabilityRule::parse(id, by.id(), wanted, cx.now)?;
        self.change_rules(cx, by, |rules| {
            let rule = rules.iter_mut().find(|rule| rule.id == id).ok_or(MentorshipError::NotFound("availability"))?;
            *rule = new.clone();
            Ok(())
        })
        .await?;
        Ok(new)
    }

    /// No longer offers what a rule says. Sessions that are booked stay.
    pub async fn withdraw(&self, cx: &Context, by: &Member, id: AvailabilityId) -> Result<(), MentorshipError> {
        self.change_rules(cx, by, |rules| {
            let before = rules.len();
            rules.retain(|rule| rule.id != id);
            (rules.len() < before).then_some(()).ok_or(MentorshipError::NotFound("availability"))
        })
        .await
    }

    async fn change_rules(
        &self,
        cx: &Context,
        by: &Member,
        change: impl Fn(&mut Vec<AvailabilityRule>) -> Result<(), MentorshipError>,
    ) -> Result<(), MentorshipError> {
        by.must_be_active().map_err(|_| MentorshipError::Paused)?;
        for _ in 0..ROUNDS {
            let found = self.store.mentor_with_availability(cx.product, by.id()).await?;
            let (_, before) = found.ok_or(MentorshipError::NotFound("mentor profile"))?;
            let mut rules = before.as_ref().map(|before| before.value.rules.clone()).unwrap_or_default();
            change(&mut rules)?;
            if rules.len() > MOST_RULES {
                return Err(MentorshipError::TooManyRules);
            }
            let after = AvailabilityRules { rules };
            if self.store.put_availability(cx.product, by.id(), before.as_ref(), &after).await? {
                return Ok(());
            }
        }
        Err(kept_changing())
    }
}
