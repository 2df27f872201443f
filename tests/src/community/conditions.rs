//! The conditions of the community's writes, each broken alone: what was read has moved since.

use crate::{
    harness::App,
    input::{quiet_flow, unchanged},
};
use domain::{
    AccountId, CommentId, Instant, PostId, Product,
    community::{Author, Comment, Post, Reason, Report, ReportCase, Standing, StandingChange, Vote},
};
use jiff::SignedDuration;
use store::{CommentRefused, Record, ReportRefused, Store, Stored, TxError, VoteRefused};

const PRODUCT: Product = Product::Codementee;

fn store(app: &App) -> &Store {
    &app.local.platform.store
}

fn now(app: &App) -> Instant {
    app::Clock::now(&*app.local.clock)
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(path: &str) -> T {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

/// A post with a comment, as they were read before anything moved.
struct Scene<'a> {
    app: &'a App,
    path: String,
    post: Stored<Post>,
    comment: Stored<Comment>,
}

impl<'a> Scene<'a> {
    async fn new(app: &'a App) -> Self {
        let mentor = app.mentor().await;
        app.local.clock.advance(SignedDuration::from_mins(2)).unwrap();
        let path = app.write(&mentor, "Read before", "general").await;
        let comment = app.say(&mentor, &path, "Read before").await;
        let post = store(app).post(PRODUCT, id(&path)).await.unwrap().unwrap();
        let comment = store(app).comment(PRODUCT, id(&comment)).await.unwrap().unwrap();
        Self { app, path, post, comment }
    }

    fn post_id(&self) -> PostId {
        self.post.value.id
    }

    /// The comment in other words, or elsewhere.
    fn changed(&self, standing: Standing) -> Comment {
        Comment { standing, ..self.comment.value.clone() }
    }
}

#[tokio::test]
async fn a_post_that_was_closed_meanwhile_takes_no_comment_and_no_edit_of_one() {
    quiet_flow(async |app| {
        for end in ["lock", "hide", "delete"] {
            let scene = Scene::new(app).await;
            app.moderate(&scene.path, end).await.ok();
            let late = Comment { id: app::new_id(now(app)), ..scene.comment.value.clone() };
            unchanged(app, async || {
                let answer = store(app).add_comment(&late, &Record::default()).await;
                assert!(matches!(answer, Err(TxError::Refused(CommentRefused::PostClosed))), "{end}: {answer:?}");
                let edited = scene.changed(Standing::Visible);
                let answer = store(app).edit_comment(&scene.comment, &edited, &Record::default()).await;
                assert!(matches!(answer, Err(TxError::Refused(CommentRefused::PostClosed))), "{end}: {answer:?}");
            })
            .await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_vote_is_counted_only_from_what_it_was() {
    quiet_flow(async |app| {
        let (scene, voter, now) = (Scene::new(app).await, AccountId::from(uuid::Uuid::nil()), now(app));
        let cast = async |from: Option<Vote>, to: Option<Vote>| {
            store(app).cast_vote((PRODUCT, scene.post_id()), voter, (from, to), now, &Record::default()).await
        };
        const ALL: [Option<Vote>; 3] = [None, Some(Vote::Up), Some(Vote::Down)];
        let mut kept = None;
        for next in [Some(Vote::Up), Some(Vote::Down), None] {
            cast(kept, next).await.unwrap();
            kept = next;
            unchanged(app, async || {
                for from in ALL.into_iter().filter(|from| *from != kept) {
                    for to in ALL.into_iter().filter(|to| *to != from) {
                        let answer = cast(from, to).await;
                        assert!(
                            matches!(answer, Err(TxError::Refused(VoteRefused::Moved))),
                            "{kept:?} {from:?} {to:?}: {answer:?}"
                        );
                    }
                }
            })
            .await;
        }
        app.moderate(&scene.path, "lock").await.ok();
        cast(None, Some(Vote::Up)).await.unwrap();
        for gone in ["hide", "delete"] {
            app.moderate(&scene.path, gone).await.ok();
            let answer = cast(Some(Vote::Up), None).await;
            assert!(matches!(answer, Err(TxError::Refused(VoteRefused::PostGone))), "{gone}: {answer:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn words_and_standing_are_changed_over_what_was_read_alone() {
    quiet_flow(async |app| {
        let (mentor, reason) = (app.mentor().await, Reason::parse("Because").unwrap());
        let scene = Scene::new(app).await;
        // Votes and comments do not stand in the way.
        app.say(&mentor, &scene.path, "Meanwhile").await;
        let hidden = scene.post.value.moderated(StandingChange::Hide, &reason, now(app)).unwrap();
        let (before, record) = (&scene.post, Record::default());
        assert!(store(app).change_post(before, &hidden, &record).await.unwrap());
        assert_eq!(store(app).post(PRODUCT, scene.post_id()).await.unwrap().unwrap().value.comment_count, 2);
        unchanged(app, async || {
            assert!(
                !store(app)
                    .change_post(before, &before.value.rewritten(before.value.writing.clone(), now(app)), &record)
                    .await
                    .unwrap()
            );
            assert!(!store(app).delete_post(before, now(app), &record).await.unwrap());
        })
        .await;

        let scene = Scene::new(app).await;
        let (shown, hidden) = (scene.changed(Standing::Visible), scene.changed(Standing::Hidden));
        store(app).edit_comment(&scene.comment, &shown, &record).await.unwrap();
        unchanged(app, async || {
            let answer = store(app).edit_comment(&scene.comment, &shown, &record).await;
            assert!(matches!(answer, Err(TxError::Refused(CommentRefused::Moved))), "{answer:?}");
            assert!(!store(app).move_comment(&scene.comment, &hidden, &record).await.unwrap());
            assert!(!store(app).delete_comment(&scene.comment, &record).await.unwrap());
        })
        .await;
        let comment: CommentId = scene.comment.value.id;
        let read = store(app).comment(PRODUCT, comment).await.unwrap().unwrap();
        assert!(store(app).move_comment(&read, &hidden, &record).await.unwrap());
        unchanged(app, async || {
            assert!(!store(app).move_comment(&read, &hidden, &record).await.unwrap());
            assert!(!store(app).delete_comment(&read, &record).await.unwrap());
        })
        .await;
        assert_eq!(scene.app.beneath(&scene.path, "WITHHELD#").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_report_joins_the_case_that_was_read_or_none() {
    quiet_flow(async |app| {
        let (scene, reason) = (Scene::new(app).await, Reason::parse("Because").unwrap());
        let post = &scene.post.value;
        let (first_at, second_at) = (now(app), now(app).plus(SignedDuration::from_secs(1)));
        let case = |opened_at: Instant, reports: u64| ReportCase {
            post_id: post.id,
            title: post.writing.title.clone(),
            author: post.author.clone(),
            reports,
            last_reason: reason.clone(),
            opened_at,
            last_reported_at: second_at,
        };
        let report = |n: u128, case_of: Instant| {
            let reporter = Author { id: AccountId::from(uuid::Uuid::from_u128(n)), ..post.author.clone() };
            Report { post_id: post.id, reporter, reason: reason.clone(), case_of, created_at: second_at }
        };
        let refused = async |case: ReportCase, report: Report, last: Option<&Report>, wanted: ReportRefused| {
            unchanged(app, async || {
                let answer = store(app).report_post(PRODUCT, &case, &report, last).await;
                assert!(matches!(&answer, Err(TxError::Refused(why)) if *why == wanted), "{wanted:?} expected: {answer:?}");
            })
            .await;
        };
        let mine = report(1, first_at);
        store(app).report_post(PRODUCT, &case(first_at, 1), &mine, None).await.unwrap();
        refused(case(first_at, 2), mine.clone(), None, ReportRefused::Moved).await;
        refused(case(second_at, 1), report(2, second_at), None, ReportRefused::Moved).await;
        refused(case(second_at, 2), report(2, second_at), None, ReportRefused::Moved).await;
        store(app).report_post(PRODUCT, &case(first_at, 2), &report(2, first_at), None).await.unwrap();
        assert!(store(app).dismiss_case(PRODUCT, &case(first_at, 2), &Record::default()).await.unwrap());
        assert!(!store(app).dismiss_case(PRODUCT, &case(first_at, 2), &Record::default()).await.unwrap());
        refused(case(first_at, 3), report(3, first_at), None, ReportRefused::Moved).await;
        let later = report(1, second_at);
        store(app).report_post(PRODUCT, &case(second_at, 1), &later, Some(&mine)).await.unwrap();
        refused(case(second_at, 2), later.clone(), Some(&mine), ReportRefused::Moved).await;
        app.moderate(&scene.path, "hide").await.ok();
        refused(case(second_at, 1), later.clone(), Some(&later), ReportRefused::PostGone).await;
    })
    .await;
}
