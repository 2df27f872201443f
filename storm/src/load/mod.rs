//! What is done: things at random, by many at once. The seed and an operation's number decide what it is.

mod bookings;
mod cast;
mod leads;
mod money;
mod paid;
mod site;

pub use cast::Cast;
pub use money::delivery;
pub use site::{Asked, Request, Site};

use crate::world::{Failure, PASSWORD};
use cast::Person;
use jiff::SignedDuration;
use rand::{Rng, rngs::StdRng};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Whoever does one thing.
#[derive(Debug)]
pub struct Doer {
    pub site: Site,
    pub cast: Cast,
    pub rng: StdRng,
    /// The number of what he does.
    number: usize,
    named: usize,
}

impl Doer {
    pub fn new(site: &Site, cast: &Cast, seed: u64, number: usize) -> Self {
        let rng = crate::proxy::numbers(seed, "operation", number as u64);
        Self { site: site.clone(), cast: cast.clone(), rng, number, named: 0 }
    }

    /// A name that nobody else has.
    fn name(&mut self, what: &str) -> String {
        self.named += 1;
        format!("{what}-{}-{}", self.number, self.named)
    }

    /// One thing.
    async fn act(&mut self, pass: SignedDuration) -> Result<(), Failure> {
        match self.rng.random_range(0..150) {
            0..5 => drop(self.register().await),
            5 => self.sign_in().await,
            6..11 => drop(self.offer_slot().await),
            // Few links, so that many want the same.
            11 => self.add_link().await,
            12..15 => self.rush().await,
            15..17 | 57..60 => self.confirm_for_one().await,
            17..29 => self.buy().await,
            29..45 => self.wish().await,
            45..57 => self.confirm_some().await,
            60..65 => self.cancel().await,
            65..69 => self.put_off().await,
            69..76 => self.finish().await,
            76 => drop(self.add_host().await),
            77..80 => drop(self.offer_event().await),
            80..88 => self.book_event().await,
            88..92 => self.decide().await,
            92..98 => self.buy_lead().await,
            98..116 => self.hold_sessions().await,
            116..119 => self.pay_late().await,
            119..124 => self.call_off().await,
            124..132 => self.hold().await,
            132..138 => self.withdraw().await,
            138..142 => self.decide_withdrawal().await,
            142..145 => self.claim().await,
            145..147 => self.settle_claims().await,
            _ => self.site.world.pass(pass).await?,
        }
        Ok(())
    }
}

async fn login(site: &Site, face: &str, email: &str) -> Result<(String, Value), Failure> {
    let body = json!({ "email": email, "password": PASSWORD });
    let answer = site.ask(Request::post("sign in", format!("/{face}/api/auth/login"), body)).await;
    let token = answer.text("/access_token").or(answer.text("/token")).or(answer.cookie.clone());
    Ok((token.ok_or_else(|| format!("{email} cannot sign in: {}", answer.body))?, answer.body))
}

/// Those who are there from the beginning.
pub async fn set_up(site: &Site, seed: u64) -> Result<Cast, Failure> {
    let cast = Cast::default();
    let (admin, _) = login(site, "codementee", "admin@codementee.com").await?;
    let (bridge_admin, _) = login(site, "leadbridge", "admin@leadbridge.com").await?;
    let (aspirex_admin, _) = login(site, "aspirex", "admin@aspirex.example").await?;
    let get = |path: &str| Request::new("look around", http::Method::GET, format!("/codementee/api{path}"));
    let companies = site.ask(get("/companies")).await;
    {
        let mut things = cast.things();
        (things.admin, things.bridge_admin, things.aspirex_admin) = (admin.clone(), bridge_admin, aspirex_admin);
        things.company = companies.text("/0/id").ok_or("there is no company")?;
    }
    let add =
        |n: usize| json!({ "name": format!("Mentor {n}"), "email": format!("mentor{n}@example.com"), "password": PASSWORD });
    for n in 0..3 {
        let mentor = site.ask(Request::post("add a mentor", "/codementee/api/admin/mentors", add(n)).by(&admin)).await;
        let email = format!("mentor{n}@example.com");
        let (token, _) = login(site, "codementee", &email).await?;
        let id = mentor.text("/id").or(mentor.text("/mentor/id")).ok_or_else(|| format!("no mentor: {}", mentor.body))?;
        cast.things().mentors.push(Person { id, email, token });
    }
    // Operations are numbered from 0 on.
    let mut doer = Doer::new(site, &cast, seed, 1_000_000_000);
    for n in 0..8 {
        // Few links, so that many want the same.
        if n % 2 == 0 {
            doer.add_link().await;
        }
        for _ in 0..2 {
            doer.offer_slot().await.ok_or("no slot can be offered")?;
        }
        let mentee = doer.register().await.ok_or("nobody can register")?;
        doer.buy_for(&mentee).await;
    }
    // Without one of these a whole product would be missing, and nothing would tell.
    for _ in 0..3 {
        doer.add_host().await.ok_or("nobody can offer events at LeadBridge")?;
        doer.offer_event().await.ok_or("no event can be offered at LeadBridge")?;
        doer.add_guide().await.ok_or("no mentor of AspireX can be booked")?;
    }
    Ok(cast)
}

/// How much time passes in a run, so that sessions draw near, but no token ends.
const WHILE: SignedDuration = SignedDuration::from_hours(18);

/// Does so many things, so many at once; kills the process where the seed says.
pub async fn run(
    site: &Site,
    cast: &Cast,
    seed: u64,
    operations: usize,
    workers: usize,
    kills: &[(usize, i64)],
) -> Result<(), Failure> {
    let next = Arc::new(AtomicUsize::new(0));
    let passes = i32::try_from((operations / 50).max(1))?;
    let doing = (0..workers).map(|_| {
        let (site, cast, next, kills) = (site.clone(), cast.clone(), next.clone(), kills.to_vec());
        tokio::spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::SeqCst);
                if number >= operations {
                    return Ok::<_, Failure>(());
                }
                if number > 0 && number.is_multiple_of(1000) {
                    eprintln!("{number} of {operations}");
                }
                if let Some((_, steps)) = kills.iter().find(|(at, _)| *at == number) {
                    site.world.proxies.kill_after(*steps);
                }
                Doer::new(&site, &cast, seed, number).act(WHILE / passes).await?;
            }
        })
    });
    for worker in futures::future::join_all(doing).await {
        worker??;
    }
    Ok(())
}

/// At which operations, and how many steps of calls later, the process is killed.
pub fn kill_plan(seed: u64, operations: usize, kills: usize) -> Vec<(usize, i64)> {
    let mut rng = crate::proxy::numbers(seed, "kills", 0);
    let mut plan = std::collections::BTreeMap::new();
    while plan.len() < kills.min(operations / 10) {
        plan.insert(rng.random_range(operations / 20..operations), rng.random_range(0..80));
    }
    plan.into_iter().collect()
}
