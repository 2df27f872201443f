//! What looking costs: a page of an index, however much there is behind it, and compressed on its way.

use super::{Member, PHONE};
use crate::{
    budgets::cost,
    harness::{App, flow_with},
};
use jiff::SignedDuration;
use local::Options;

/// So many events of a mentor, and of the first of them so many leads.
async fn grow(app: &App, mentor: &Member, event: &str, (from, until): (usize, usize)) {
    for n in from..until {
        app.offer_event(mentor, 5).await;
        // Registering is limited.
        app.local.clock.advance(SignedDuration::from_secs(7)).unwrap();
        let user = app.bridge_user(&format!("reader{n}")).await;
        app.book_event(&user, event, PHONE).await;
    }
    app.drain().await;
}

/// The requests of each list and figure.
async fn costs(app: &App, mentor: &Member, user: &Member) -> Vec<(&'static str, Vec<(String, f64)>)> {
    let admin = app.bridge_admin().await;
    let mut costs = Vec::new();
    for (path, token) in [
        ("/events?limit=10", None),
        ("/events?limit=10&filter=all", None),
        ("/mentor/events?limit=10", Some(&mentor.token)),
        ("/mentor/leads?limit=10", Some(&mentor.token)),
        ("/mentor/stats", Some(&mentor.token)),
        ("/user/bookings?limit=10", Some(&user.token)),
        ("/admin/users?limit=10", Some(&admin)),
        ("/admin/verification-logs?limit=10", Some(&admin)),
        ("/admin/analytics", Some(&admin)),
    ] {
        app.meter().take();
        let address = format!("/leadbridge/api{path}");
        match token {
            Some(token) => app.get(&address, token).await.ok(),
            None => app.get_public(&address).await.ok(),
        };
        let requests = app.meter().take();
        costs.push((path, requests.into_iter().map(|one| (one.operation, one.read_units)).collect()));
    }
    costs
}

#[tokio::test]
async fn a_page_costs_the_same_however_much_is_behind_it_and_comes_compressed() {
    flow_with(Options { metered: true, background: false, ..Options::in_memory() }, async |app| {
        let mentor = app.bridge_mentor("prolific").await;
        let event = app.offer_event(&mentor, 500).await;
        let user = app.bridge_user("reader").await;
        app.book_event(&user, &event, PHONE).await;
        grow(app, &mentor, &event, (0, 12)).await;
        let few = costs(app, &mentor, &user).await;
        grow(app, &mentor, &event, (12, 48)).await;
        let many = costs(app, &mentor, &user).await;
        for ((path, few), (_, many)) in few.iter().zip(&many) {
            assert!(
                few.iter().all(|(operation, _)| ["Query", "BatchGetItem", "GetItem"].contains(&operation.as_str())),
                "{few:?}"
            );
            let operations = |of: &[(String, f64)]| of.iter().map(|(operation, _)| operation.clone()).collect::<Vec<_>>();
            assert_eq!(operations(few), operations(many), "{path}");
            let units = |of: &[(String, f64)]| of.iter().map(|(_, units)| units).sum::<f64>();
            assert!(many.len() <= 4 && units(many) <= units(few) + 1.0, "{path}: {few:?} {many:?}");
        }
        let (requests, answer) = cost(app, "events", async {
            let request = app.http.get(format!("{}/leadbridge/api/events", app.local.url)).header("accept-encoding", "gzip");
            request.send().await.unwrap()
        })
        .await;
        assert_eq!((requests, answer.headers()["content-encoding"].to_str().unwrap()), (2, "gzip"));
        assert_eq!(&answer.bytes().await.unwrap()[..2], b"\x1f\x8b");
    })
    .await;
}
