//! Files as every product's use cases have them: sent with a request or straight into the store.

use crate::harness::{App, flow_with};
use app::{
    Clock, Context,
    files::{FileError, Files},
};
use domain::{
    AccountId, FileId, Product,
    event::Actor,
    file::{FileKind, Purpose},
};
use jiff::SignedDuration;
use local::Options;
use uuid::Uuid;

const PDF: &[u8] = b"%PDF-1.7\n a long life";

fn by_hand() -> Options {
    Options { background: false, ..Options::in_memory() }
}

fn files(app: &App) -> Files {
    Files::new(&app.local.platform).unwrap()
}

fn now(app: &App) -> Context {
    Context::new(Product::AspireX, app.local.clock.now(), Actor::System)
}

async fn pass(app: &App, minutes: i64) {
    app.local.clock.advance(SignedDuration::from_mins(minutes)).unwrap();
    app.local.pump.run_due().await;
}

async fn put(app: &App, url: &str, content: &[u8]) -> u16 {
    app.http.put(url).body(content.to_vec()).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_large_file_goes_straight_into_the_store_and_is_looked_at_there() {
    flow_with(by_hand(), async |app| {
        let (files, owner, stranger) = (files(app), AccountId::from(Uuid::now_v7()), AccountId::from(Uuid::now_v7()));
        let large = [PDF, &vec![b'x'; 9 * 1024 * 1024]].concat();
        let upload = files.begin(&now(app), owner, large.len() as u64).await.unwrap();
        let early = files.finish(&now(app), owner, Purpose::Cv, upload.id).await.unwrap_err();
        assert!(matches!(early, FileError::NoUpload), "{early:?}");
        // Exactly as many bytes as were told.
        assert_eq!((put(app, &upload.url, &large[1..]).await, put(app, &upload.url, &large).await), (403, 200));
        let others = files.finish(&now(app), stranger, Purpose::Cv, upload.id).await.unwrap_err();
        assert!(matches!(others, FileError::NoUpload), "{others:?}");

        let kept = files.finish(&now(app), owner, Purpose::Cv, upload.id).await.unwrap();
        assert_eq!(kept.kind, FileKind::Pdf);
        assert!(kept.file.as_str().starts_with(&format!("aspirex/cvs/{owner}/")), "{}", kept.file);
        // What is put there after that changes nothing.
        let later = [b"<html>".as_slice(), &vec![b'x'; large.len() - 6]].concat();
        assert_eq!(put(app, &upload.url, &later).await, 200);
        let url = files.link(&kept.file, app.local.clock.now()).unwrap();
        let seen = app.http.get(&url).send().await.unwrap();
        assert_eq!(seen.headers()["content-disposition"], "attachment; filename=\"cv.pdf\"");
        assert_eq!(
            (&seen.headers()["content-type"], &seen.headers()["cache-control"]),
            (&"application/pdf".parse().unwrap(), &"private, no-store".parse().unwrap())
        );
        assert!(seen.bytes().await.unwrap() == large);
        // A link to a document lasts for minutes.
        app.local.clock.advance(SignedDuration::from_mins(11)).unwrap();
        assert_eq!(app.http.get(&url).send().await.unwrap().status(), 403);
        app.local.clock.advance(SignedDuration::from_mins(5)).unwrap();
        assert_eq!(put(app, &upload.url, &later).await, 403, "the time to send it is over");

        // Nothing took it up: so it goes, as does what was sent.
        assert_eq!(app.local.services.files.keys().len(), 2);
        pass(app, 61).await;
        assert_eq!((app.local.services.files.keys().len(), app.due("delete_file").await.len()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn an_upload_that_lies_or_is_too_large_is_never_kept() {
    flow_with(by_hand(), async |app| {
        let (files, owner) = (files(app), AccountId::from(Uuid::now_v7()));
        for length in [0, 10 * 1024 * 1024 + 1] {
            let refused = files.begin(&now(app), owner, length).await.unwrap_err();
            assert!(matches!(refused, FileError::Size), "{refused:?}");
        }
        let page = b"<html><script>alert(1)</script></html>";
        let upload = files.begin(&now(app), owner, page.len() as u64).await.unwrap();
        let request = app.http.put(&upload.url).header("content-type", "application/pdf").body(page.to_vec());
        assert_eq!(request.send().await.unwrap().status(), 200);
        for purpose in [Purpose::Cv, Purpose::Photo] {
            let refused = files.finish(&now(app), owner, purpose, upload.id).await.unwrap_err();
            assert!(matches!(refused, FileError::Kind(_)), "{refused:?}");
        }
        let nothing = files.finish(&now(app), owner, Purpose::Cv, FileId::from(Uuid::now_v7())).await.unwrap_err();
        assert!(matches!(nothing, FileError::NoUpload), "{nothing:?}");
        assert_eq!(app.local.services.files.keys().len(), 1, "what was sent, and nothing else");
        pass(app, 61).await;
        assert_eq!((app.local.services.files.keys().len(), app.due("delete_file").await.len()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn what_is_sent_with_a_request_is_kept_as_what_it_is() {
    flow_with(by_hand(), async |app| {
        let (files, owner) = (files(app), AccountId::from(Uuid::now_v7()));
        let kept = files.keep(&now(app), owner, Purpose::Photo, b"GIF89a\x01\0").await.unwrap();
        let url = files.link(&kept.file, app.local.clock.now()).unwrap();
        let seen = app.http.get(&url).send().await.unwrap();
        assert_eq!(
            (&seen.headers()["content-type"], &seen.headers()["content-disposition"]),
            (&"image/gif".parse().unwrap(), &"inline; filename=\"photo.gif\"".parse().unwrap())
        );
        assert!(files.is_link(&url) && !files.is_link("https://example.com/photo.gif"));
        let refused = files.keep(&now(app), owner, Purpose::Cv, b"GIF89a\x01\0").await.unwrap_err();
        assert_eq!(refused.to_string(), "Send a PDF or a Word document");
        app.local.services.files.set_down(true);
        let refused = files.keep(&now(app), owner, Purpose::Cv, PDF).await.unwrap_err();
        assert!(matches!(refused, FileError::Unavailable(_)), "{refused:?}");
        let upload = files.finish(&now(app), owner, Purpose::Cv, FileId::from(Uuid::now_v7())).await.unwrap_err();
        assert!(matches!(upload, FileError::Unavailable(_)), "down is not missing: {upload:?}");
        app.local.services.files.set_down(false);
        // 10 at once, then one in 20 seconds: two are spent.
        for _ in 0..8 {
            files.begin(&now(app), owner, 1).await.unwrap();
        }
        assert!(matches!(files.begin(&now(app), owner, 1).await.unwrap_err(), FileError::Limit(_)));
        pass(app, 61).await;
        assert_eq!((app.local.services.files.keys().len(), app.due("delete_file").await.len()), (0, 0));
    })
    .await;
}
