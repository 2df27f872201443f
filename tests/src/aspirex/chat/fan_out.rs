use super::Line;
use crate::harness::flow;
use app::{Clock, Context, chat::Chat, sockets::Sockets};
use domain::{ConversationId, Product, account::Member, chat::MessageText, event::Actor};
use futures::future::join_all;
use jiff::SignedDuration;
use std::time::Duration;

/// Who says something, and how long it takes until each connection has it.
struct Crowd {
    chat: Chat,
    cx: Context,
    by: Member,
    conversation: ConversationId,
    said: u64,
}

impl Crowd {
    async fn waits(&mut self, lines: &mut [Line], messages: u64) -> Vec<Duration> {
        let mut waits: Vec<Duration> = Vec::new();
        for _ in 0..messages {
            self.said += 1;
            let began = tokio::time::Instant::now();
            let text = MessageText::parse("To everybody").unwrap();
            let (said, heard) = tokio::join!(
                self.chat.say(&self.cx, &self.by, self.conversation, text, None),
                join_all(lines.iter_mut().map(async |line| (line.next_of("message").await, began.elapsed()))),
            );
            assert_eq!(said.unwrap().1.sequence, self.said);
            assert!(heard.iter().all(|(frame, _)| frame["sequence"] == self.said));
            waits.extend(heard.into_iter().map(|(_, wait)| wait));
        }
        waits.sort();
        let at = |share: usize| waits[(waits.len() - 1) * share / 100].as_millis();
        let count = lines.len();
        println!("{count} connections: {messages} messages; p50 {} ms, p95 {} ms, last {} ms", at(50), at(95), at(100));
        waits
    }
}

/// A hundred connections of each of two people, which is as many as one may have. The figures are printed; docs/performance.md has some.
#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_connections_hear_every_message() {
    flow(async |app| {
        let (student, mentor, conversation) = app.pair("crowd").await;
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
        let mut crowd = Crowd { chat, cx, by, conversation: conversation.parse().unwrap(), said: 0 };

        let mut lines = vec![app.line(&student).await, app.line(&mentor).await];
        for line in &mut lines {
            line.drained_now().await;
        }
        crowd.waits(&mut lines, 20).await;
        for some in [38, 40, 40, 40, 40] {
            // Tickets are limited to thirty at once, so the rest comes later.
            app.local.clock.advance(SignedDuration::from_mins(2)).unwrap();
            let more = (0..some).map(|n| app.line(if n % 2 == 0 { &student } else { &mentor }));
            lines.extend(join_all(more).await);
        }
        assert_eq!((lines.len(), app.local.services.sockets.count()), (200, 200));
        app.local.clock.advance(SignedDuration::from_mins(2)).unwrap();
        assert_eq!(app.dial(&format!("?ticket={}", app.ticket(&student).await), &[]).await.err(), Some(409));
        for line in &mut lines {
            line.drained_now().await;
        }
        let last = crowd.waits(&mut lines, 10).await.pop();
        assert!(last.is_some_and(|last| last < Duration::from_secs(40)), "the last one heard it after {last:?}");
        // Two hundred goodbyes at once would be the server's last business.
        app.local.services.sockets.drop_all();
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
            join_all(tabs.into_iter().flatten().map(Line::hang_up)).await;
            assert_eq!(here.next_of("presence").await["online"], false);
            here.drained().await;
        }
    })
    .await;
}
