//! Answers and mails as a whole, kept as snapshots in `src/snapshots`.
//!
//! `INSTA_UPDATE=always cargo test -p e2e shots` writes them anew; look at the difference before it is committed.

mod answers;
mod aspirex;
mod mails;
mod mansa;
mod mask;

use crate::harness::{App, flow_with};
use domain::Instant;
use insta::{Settings, assert_snapshot};
use local::Options;
use mask::Mask;
use std::{collections::BTreeSet, path::Path};

/// When all of it happens: a day after any on which the tests run.
const DAY: &str = "2050-01-03T12:00:00Z";

/// The snapshots of one test.
struct Album {
    prefix: &'static str,
    mask: Mask,
    taken: BTreeSet<String>,
}

impl Album {
    /// Compares a text with its snapshot, but for what no two runs share.
    fn take(&mut self, name: &str, text: &str) {
        let name = format!("{}-{name}", self.prefix);
        let mut settings = Settings::new();
        settings.set_snapshot_path("../snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| assert_snapshot!(name.clone(), self.mask.apply(text)));
        assert!(self.taken.insert(name.clone()), "{name} is taken twice");
    }

    /// Every snapshot that is kept was taken.
    fn check_no_leftovers(&self) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/snapshots");
        let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let names = names.filter_map(|name| name.strip_suffix(".snap").map(str::to_owned));
        let kept: BTreeSet<_> = names.filter(|name| name.starts_with(self.prefix)).collect();
        assert_eq!(kept, self.taken, "a snapshot that no test takes");
    }
}

/// Of several free links any may be claimed, so there is one.
async fn keep_one_room(app: &App) {
    let admin = app.admin().await;
    let links = app.get("/api/admin/meet-links", &admin).await.ok();
    for link in &links.as_array().unwrap()[1..] {
        app.delete(&format!("/api/admin/meet-links/{}", link["id"].as_str().unwrap()), &admin).await.ok();
    }
}

/// Runs what takes snapshots on a server of its own, on the day.
async fn album(prefix: &'static str, test: impl AsyncFnOnce(&App, &mut Album)) {
    flow_with(Options { background: false, ..Options::in_memory() }, async |app| {
        let until = Instant::parse(DAY).unwrap().since(app::Clock::now(&*app.local.clock));
        app.local.clock.advance(until).unwrap();
        keep_one_room(app).await;
        let mut album = Album { prefix, mask: Mask::new(&app.local.url), taken: BTreeSet::new() };
        test(app, &mut album).await;
        album.check_no_leftovers();
    })
    .await;
}
