//! Reading together: what is wanted at the same time is one request, and whoever is nobody learns nothing of it.

use crate::{
    harness::{App, flow, flow_with},
    scenes::Person,
};
use app::Clock;
use domain::{AccountId, Product, account::Role};
use local::Options;
use serde_json::json;
use std::future::ready;
use store::{PageRequest, Store, StoreError};

const PRODUCT: Product = Product::Codementee;

fn metered() -> Options {
    Options { metered: true, background: false, ..Options::in_memory() }
}

fn account(person: &Person) -> AccountId {
    person.id.parse().unwrap()
}

/// What is asked of the table, and how many items that reads.
async fn asked<T>(app: &App, work: impl Future<Output = T>) -> (Vec<String>, T) {
    app.meter().take();
    let output = work.await;
    (app.meter().take().into_iter().map(|request| request.operation).collect(), output)
}

async fn name_of(store: &Store, person: &Person) -> Option<String> {
    let member = store.membership(PRODUCT, account(person)).await.unwrap();
    member.map(|member| member.value.name.to_string())
}

#[tokio::test]
async fn what_is_wanted_at_the_same_time_is_one_request() {
    flow_with(metered(), async |app| {
        let store = &app.local.platform.store;
        let (ann, ben) = (app.free_mentee("ann").await, app.free_mentee("ben").await);
        let (a, b) = (Some("Mentee ann".to_owned()), Some("Mentee ben".to_owned()));

        let (requests, found) = asked(app, store.together(name_of(store, &ann), name_of(store, &ben))).await;
        assert_eq!((requests, found), (vec!["BatchGetItem".to_owned()], (a.clone(), b.clone())));

        // Three, of whom two want the same.
        let inner = store.together(name_of(store, &ann), name_of(store, &ben));
        let (requests, found) = asked(app, store.together(inner, name_of(store, &ann))).await;
        assert_eq!((requests, found), (vec!["BatchGetItem".to_owned()], ((a.clone(), b.clone()), a.clone())));

        // Neither waits for one that wants nothing more.
        let (requests, found) = asked(app, store.together(name_of(store, &ann), ready(7))).await;
        assert_eq!((requests, found), (vec!["BatchGetItem".to_owned()], (a.clone(), 7)));

        // One in a query is waited for.
        let after_a_query = async {
            let page = store.members(PRODUCT, Some(Role::Mentee), PageRequest::first(1)).await.unwrap();
            (page.items.len(), name_of(store, &ben).await)
        };
        let (requests, found) = asked(app, store.together(name_of(store, &ann), after_a_query)).await;
        assert_eq!((requests, found), (vec!["Query".to_owned(), "BatchGetItem".to_owned()], (a.clone(), (1, b.clone()))));

        // A piece may want several things by itself, and may end badly while the other one waits.
        let both = futures::future::join_all([name_of(store, &ann), name_of(store, &ben)]);
        let (requests, found) = asked(app, store.together(both, name_of(store, &ann))).await;
        assert_eq!((requests.len() <= 2, found), (true, (vec![a.clone(), b.clone()], a.clone())));
        let badly = async {
            name_of(store, &ben).await;
            Err::<(), _>("no")
        };
        let later = async { store.together(name_of(store, &ann), name_of(store, &ben)).await };
        let (requests, found) = asked(app, store.together(badly, later)).await;
        assert_eq!((requests.len(), found), (1, (Err("no"), (a.clone(), b.clone()))));

        // One goes on alone where the other one ends.
        let twice = async { (name_of(store, &ben).await, name_of(store, &ann).await) };
        let (requests, found) = asked(app, store.together(name_of(store, &ann), twice)).await;
        assert_eq!((requests.len(), found), (2, (a.clone(), (b, a))));
    })
    .await;
}

#[tokio::test]
async fn a_hundred_go_into_one_request() {
    flow_with(metered(), async |app| {
        let store = &app.local.platform.store;
        let ann = app.free_mentee("ann").await;
        let nobody = |_| (AccountId::from(uuid::Uuid::new_v4()), Role::Mentee);
        for (others, requests) in [(99, 1), (100, 2)] {
            let photos = store.photos(PRODUCT, (0..others).map(nobody));
            let (asked, (name, photos)) = asked(app, store.together(name_of(store, &ann), photos)).await;
            assert_eq!((asked.len(), name.is_some(), photos.unwrap().len()), (requests, true, 0));
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_is_written_where_things_are_only_read() {
    flow(async |app| {
        let (store, now) = (&app.local.platform.store, app.local.clock.now());
        let ann = app.free_mentee("ann").await;
        let (put, ()) = store.together(store.note_presence(PRODUCT, account(&ann), now), ready(())).await;
        let (deleted, ()) = store.together(store.end_presence(PRODUCT, account(&ann)), ready(())).await;
        let (transacted, ()) = store.together(store.note(&store::Record::default()), ready(())).await;
        for refused in [put, deleted, transacted] {
            assert!(matches!(refused, Err(StoreError::Failed(_))), "{refused:?}");
        }
        assert_eq!(store.seen_at(PRODUCT, account(&ann)).await, Ok(None));
        store.note_presence(PRODUCT, account(&ann), now).await.unwrap();
        assert_eq!(store.seen_at(PRODUCT, account(&ann)).await, Ok(Some(now)));
    })
    .await;
}

#[tokio::test]
async fn what_was_read_along_is_for_whoever_is_signed_in() {
    flow(async |app| {
        let mentor = app.mentor().await;
        let (payer, guest) = (app.paid_mentee("reads", "growth").await, app.free_mentee("guest").await);
        let words = json!({ "title": "Graphs", "content": "x".repeat(60), "category": "technical" });
        let post = app.post("/api/community/posts", &payer.token, words).await.ok();
        let comments = format!("/api/community/posts/{}/comments", post["id"].as_str().unwrap());
        let comment = json!({ "content": "Depth first, then" });
        app.post(&comments, &mentor, comment).await.ok();
        assert_eq!(app.get(&comments, &payer.token).await.ok()[0]["content"], "Depth first, then");
        // Whoever may not read does not learn either that there is nothing.
        let nowhere = format!("/api/community/posts/{}/comments", uuid::Uuid::new_v4());
        for path in [&comments, &nowhere] {
            app.get(path, &guest.token).await.refused(403, "TIER_UPGRADE_REQUIRED");
        }
        app.get(&nowhere, &payer.token).await.refused(404, "NOT_FOUND");

        app.post("/api/auth/logout", &payer.token, json!({})).await.ok();
        for path in ["/api/community/posts", &comments, &nowhere] {
            app.get(path, &payer.token).await.refused(401, "INVALID_TOKEN");
        }
        app.get_public("/api/community/posts").await.refused(401, "NOT_AUTHENTICATED");
    })
    .await;
}
