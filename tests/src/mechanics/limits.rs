//! Rate counters: exact under races, per subject, refilled by time.

use crate::harness::{App, flow, flow_with};
use app::{
    Clock, Context,
    limits::{LimitError, Limits, MAILED_SECRET, SIGN_IN},
};
use domain::{Instant, Product, event::Actor};
use futures::future::join_all;
use jiff::SignedDuration;
use local::Options;
use serde_json::json;
use store::{Rate, Store, Taken};

const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn start() -> Instant {
    Instant::parse("2026-03-01T10:00:00Z").unwrap()
}

async fn take(store: &Store, subject: &str, rate: Rate, now: Instant) -> bool {
    store.take(Product::Codementee, "test", subject, rate, now).await.unwrap() == Taken::Granted
}

#[tokio::test]
async fn a_bucket_gives_its_burst_at_once_and_then_one_an_interval() {
    flow(async |app| {
        let store = &app.local.platform.store;
        let rate = Rate::Bucket { interval: SECOND, burst: 5 };
        for use_ in 0..5 {
            assert!(take(store, "a", rate, start()).await, "{use_}");
        }
        let limited = store.take(Product::Codementee, "test", "a", rate, start()).await.unwrap();
        assert_eq!(limited, Taken::Limited { wait: SECOND });
        // Being refused costs nothing: after the wait there is room for exactly one.
        assert!(take(store, "a", rate, start().plus(SECOND)).await);
        assert!(!take(store, "a", rate, start().plus(SECOND)).await);
        assert!(take(store, "b", rate, start()).await, "every subject has its own");
        for use_ in 0..5 {
            assert!(take(store, "a", rate, start().plus(SECOND * 100)).await, "{use_}");
        }
        assert!(!take(store, "a", rate, start().plus(SECOND * 100)).await, "a bucket is never fuller than full");
    })
    .await;
}

#[tokio::test]
async fn a_window_holds_in_any_span_of_its_length() {
    flow(async |app| {
        let store = &app.local.platform.store;
        let (hour, minute) = (SignedDuration::from_hours(1), SignedDuration::from_mins(1));
        let rate = Rate::Window { count: 3, span: hour };
        for (minutes, granted) in
            [(0, true), (10, true), (50, true), (59, false), (60, true), (65, false), (70, true), (71, false)]
        {
            assert_eq!(take(store, "a", rate, start().plus(minute * minutes)).await, granted, "minute {minutes}");
        }
        let limited = store.take(Product::Codementee, "test", "a", rate, start().plus(minute * 80)).await.unwrap();
        assert_eq!(limited, Taken::Limited { wait: minute * 30 });
    })
    .await;
}

#[tokio::test]
async fn rivals_get_no_more_than_the_limit_together() {
    flow(async |app| {
        let store = &app.local.platform.store;
        let hour = SignedDuration::from_hours(1);
        for (subject, rate, limit) in [
            ("bucket", Rate::Bucket { interval: hour, burst: 5 }, 5),
            ("window", Rate::Window { count: 5, span: hour }, 5),
            ("one", Rate::Window { count: 1, span: hour }, 1),
        ] {
            let tries = join_all((0..40).map(|_| take(store, subject, rate, start()))).await;
            assert_eq!(tries.into_iter().filter(|granted| *granted).count(), limit, "{subject}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_address_is_held_to_five_sign_ins_at_once() {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        app.free_mentee("guessed").await;
        for _ in 0..5 {
            app.login("guessed@example.com", "wrong-password").await.refused(401, "INVALID_CREDENTIALS");
        }
        let answer = app.login("Guessed@Example.com ", crate::scenes::PASSWORD).await;
        assert_eq!(answer.headers["retry-after"], "1");
        answer.refused(429, "RATE_LIMITED");
        app.login("other@example.com", "wrong-password").await.refused(401, "INVALID_CREDENTIALS");
        app.local.clock.advance(SECOND).unwrap();
        app.login("guessed@example.com", crate::scenes::PASSWORD).await.ok();
    })
    .await;
}

#[tokio::test]
async fn links_are_mailed_three_times_and_then_no_more_for_a_while() {
    flow(async |app| {
        app.free_mentee("forgetful").await;
        let ask = async |email: &str| app.post_public("/api/auth/forgot-password", json!({ "email": email })).await;
        for email in ["forgetful@example.com", "nobody@example.com"] {
            for _ in 0..3 {
                ask(email).await.ok();
            }
            // Known and unknown addresses are told the same.
            let answer = ask(email).await;
            let wait: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((1..=300).contains(&wait), "{wait}");
            answer.refused(429, "RATE_LIMITED");
        }
        app.drain().await;
        assert_eq!(app.local.inbox.mails(Some("forgetful@example.com"), Some("password")).len(), 3);
    })
    .await;
}

/// As behind the gateway, which tells where a request came from.
fn call_from(app: &App, source: &str) -> Context {
    let cx = Context::new(Product::Codementee, app.local.clock.now(), Actor::Visitor);
    Context { source: Some(source.parse().unwrap()), ..cx }
}

#[tokio::test]
async fn a_source_is_held_whatever_address_it_tries() {
    flow(async |app| {
        let limits = Limits::new(app.local.platform.store.clone());
        let cx = call_from(app, "192.0.2.7");
        for _ in 0..5 {
            limits.take_from_source(&cx, SIGN_IN).await.unwrap();
        }
        assert!(matches!(limits.take_from_source(&cx, SIGN_IN).await, Err(LimitError::Limited { .. })));
        limits.take_from_source(&call_from(app, "192.0.2.8"), SIGN_IN).await.unwrap();
        limits.take_from_source(&cx, MAILED_SECRET).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_servers_own_limit_tells_the_platform_its_callers() {
    flow_with(Options { rate_limits: true, ..Options::in_memory() }, async |app| {
        // No two attempts at the same address, so it is the source that is held.
        for n in 0..5 {
            app.login(&format!("nobody{n}@example.com"), "wrong-password").await.refused(401, "INVALID_CREDENTIALS");
        }
        let held = join_all((5..9).map(async |n| app.login(&format!("nobody{n}@example.com"), "x").await)).await;
        assert!(held.iter().any(|answer| answer.status == 429), "{held:?}");
        for answer in held.into_iter().filter(|answer| answer.status == 429) {
            assert!(answer.headers.contains_key("x-request-id") && answer.headers.contains_key("x-content-type-options"));
            answer.refused(429, "RATE_LIMITED");
        }
    })
    .await;
}
