use crate::harness::flow;
use app::{Clock, Context, chat::Chat, sockets::Sockets};
use domain::{Product, account::Member, chat::MessageText, event::Actor};
use futures::future::join_all;
use jiff::SignedDuration;
use std::time::Duration;

/// A hundred connections of each of two people, which is as many as one may have. The figures are printed; docs/performance.md has some.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_connections_hear_every_message() {
    const MESSAGES: u64 = 10;
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("crowd").await;
        let mut lines = Vec::new();
        for _ in 0..5 {
            // Tickets are limited to thirty at once, so the rest comes later.
            app.local.clock.advance(SignedDuration::from_mins(2)).unwrap();
            let some = (0..40).map(|n| app.line(if n % 2 == 0 { &student } else { &mentor }));
            lines.extend(join_all(some).await);
        }
        assert_eq!((lines.len(), app.local.sockets.count()), (200, 200));
        app.local.clock.advance(SignedDuration::from_mins(2)).unwrap();
        assert_eq!(app.dial(&format!("?ticket={}", app.ticket(&student).await), &[]).await.err(), Some(409));
        for line in &mut lines {
            line.drained_now().await;
        }
        // A function tells for three seconds. A machine on which others compile too needs longer, and what is measured here
        // is that everybody hears everything.
        let platform = &app.local.platform;
        let gateway = gateways::sockets::Sockets::from_settings(&platform.aws, &platform.settings).unwrap();
        let sockets = Sockets::new(platform.store.clone(), gateway).patient(Duration::from_secs(40));
        let chat = Chat::new(platform.store.clone(), sockets);
        let id = student.id.parse().unwrap();
        let (account, membership) = platform.store.account(id, Product::AspireX).await.unwrap().unwrap();
        let by = Member { account, membership: membership.unwrap().value };
        let cx = Context::new(Product::AspireX, app.local.clock.now(), Actor::Account(id));
        let mut waits: Vec<Duration> = Vec::new();
        for n in 1..=MESSAGES {
            let began = tokio::time::Instant::now();
            let (said, heard) = tokio::join!(
                chat.say(&cx, &by, conversation.parse().unwrap(), MessageText::parse("To everybody").unwrap(), None),
                join_all(lines.iter_mut().map(async |line| (line.next_of("message").await, began.elapsed()))),
            );
            assert_eq!(said.unwrap().1.sequence, n);
            assert!(heard.iter().all(|(frame, _)| frame["sequence"] == n));
            waits.extend(heard.into_iter().map(|(_, wait)| wait));
        }
        waits.sort();
        let at = |share: usize| waits[(waits.len() - 1) * share / 100].as_millis();
        println!("200 connections: {MESSAGES} messages heard by all; p50 {} ms, p95 {} ms, last {} ms", at(50), at(95), at(100));
        assert!(at(100) < 40_000, "the last one heard it after {} ms", at(100));
        // Two hundred goodbyes at once would be the server's last business.
        app.local.sockets.drop_all();
    })
    .await;
}

/// Of two tabs that open at once one tells, and of two that close at once the one that is last.
#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_of_one_person_come_and_go_as_one() {
    flow(async |app| {
        let (student, mentor, _) = app.pair("tabs").await;
        let mut here = app.line(&student).await;
        for _ in 0..5 {
            let tickets = [app.ticket(&mentor).await, app.ticket(&mentor).await];
            let paths = tickets.map(|ticket| format!("?ticket={ticket}"));
            let tabs = join_all(paths.iter().map(|path| app.dial(path, &[]))).await;
            assert_eq!(here.next_of("presence").await["online"], true);
            // Both may have told: whoever hears it twice knows no more than before.
            let told = here.drained().await;
            assert!(told.iter().all(|frame| frame["online"] == true), "{told:?}");
            let mut tabs = tabs.into_iter().map(|tab| tab.unwrap_or_else(|status| panic!("refused with {status}")));
            let (first, second) = (tabs.next().unwrap(), tabs.next().unwrap());
            first.hang_up().await;
            assert!(here.drained().await.is_empty(), "he is still there");
            second.hang_up().await;
            assert_eq!(here.next_of("presence").await["online"], false);
            here.drained().await;
            let tickets = [app.ticket(&mentor).await, app.ticket(&mentor).await];
            let paths = tickets.map(|ticket| format!("?ticket={ticket}"));
            let tabs = join_all(paths.iter().map(|path| app.dial(path, &[]))).await;
            here.next_of("presence").await;
            here.drained().await;
            join_all(tabs.into_iter().flatten().map(super::Line::hang_up)).await;
            assert_eq!(here.next_of("presence").await["online"], false);
            here.drained().await;
        }
    })
    .await;
}
