use super::V1;
use crate::harness::{App, flow, flow_with};
use domain::{
    AccountId, Product, Zone,
    account::{Account, Membership, Role, Verification},
    mentorship::{Expertise, MentorProfile, ProfileDetails},
    text::{Email, Line, PersonName, Prose},
};
use futures::{StreamExt, stream};
use local::Options;
use store::{NewAccount, Record, Verdict};

#[tokio::test]
async fn mentors_are_found_by_the_beginnings_of_words_and_by_area() {
    flow(async |app| {
        let names = async |query: &str| {
            let found = app.get_public(&format!("{V1}/mentors/?{query}")).await.ok();
            let rows = found["results"].as_array().unwrap().clone();
            let names: Vec<String> = rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
            (names, found["count"].as_u64().unwrap())
        };
        app.drain().await;
        let all = names("page=1&page_size=12").await;
        assert_eq!((all.0.len(), all.1), (10, 10));
        assert_eq!(all.0[0], "Amara Okafor", "by name");
        assert_eq!(names("page=2&page_size=4").await.0, all.0[4..8]);
        assert_eq!(names("search=SAR").await, (vec!["Sarah Johnson".to_owned()], 1));
        assert_eq!(names("search=dev%20andela").await.0, ["Amara Okafor"], "company and skill");
        assert_eq!(names("search=ata").await, (Vec::new(), 0), "only from a word's beginning");
        assert_eq!(
            names("expertise=cloud%20%26%20devops").await,
            (vec!["Amara Okafor".to_owned(), "Kwame Boateng".to_owned()], 2)
        );
        assert_eq!(names("expertise=Cloud%20%26%20DevOps&search=kwa").await.0, ["Kwame Boateng"]);
        assert_eq!(names("expertise=Cybersecurity&search=kwa").await, (Vec::new(), 0), "both must fit");
        for query in ["page=51", "page=0", "page=x", "page_size=101"] {
            assert_eq!(app.get_public(&format!("{V1}/mentors/?{query}")).await.status, 400, "{query}");
        }
    })
    .await;
}

/// Puts a listed mentor in as an approval would.
async fn add(app: &App, n: usize) {
    let (store, now) = (&app.local.platform.store, app::Clock::now(&*app.local.clock));
    let id: AccountId = app::new_id(now);
    let (email, name) =
        (Email::parse(&format!("m{n}@example.com")).unwrap(), PersonName::parse(&format!("Mentor{n:05} Person")).unwrap());
    let account = Account::new(id, email.clone(), name.clone(), None, now);
    let mut membership = Membership::new(id, Product::Mansa, email.clone(), name.clone(), Role::Mentor, now);
    membership.verification = Some(Verification::Approved);
    store.register(&NewAccount { account, membership }, None, &Record::default()).await.unwrap();
    let details = ProfileDetails {
        bio: Prose::parse(&"b".repeat(400)).unwrap(),
        expertise: vec![Expertise::parse("Web Development").unwrap(), Expertise::parse("Career Guidance").unwrap()],
        company: Line::parse("Acme").unwrap(),
        ..ProfileDetails::blank(Zone::parse("UTC").unwrap())
    };
    let new = MentorProfile::new((id, Product::Mansa), (name, email), details, false, now);
    let profile = MentorProfile { verification: Verification::Approved, ..new };
    let member = store.membership(Product::Mansa, id).await.unwrap().unwrap();
    store.apply_as_mentor(&profile, &Verdict { before: &member, after: &member.value }, &Record::default()).await.unwrap();
}

/// The kinds of looks at the list.
const LOOKS: [&str; 6] =
    ["page=1", "page=8", "expertise=Web%20Development", "search=mentor00042", "search=mentor0004%20acme", "search=acme"];

/// The time that the middle one of some looks takes, by its kind.
async fn middle_times(app: &App) {
    for query in LOOKS {
        let mut times = Vec::new();
        for _ in 0..41 {
            let start = tokio::time::Instant::now();
            app.get_public(&format!("{V1}/mentors/?{query}")).await.ok();
            times.push(start.elapsed());
        }
        times.sort_unstable();
        println!("{query:<28} p50 {:?}", times[20]);
    }
}

/// Requests and read units of each kind of look at the list.
async fn costs(app: &App) -> Vec<(String, usize, f64)> {
    let mut costs = Vec::new();
    for query in LOOKS {
        app.drain().await;
        app.meter().take();
        app.get_public(&format!("{V1}/mentors/?{query}")).await.ok();
        let spent = app.meter().take();
        costs.push((query.to_owned(), spent.len(), spent.iter().map(|request| request.read_units).sum()));
    }
    costs
}

/// What a look costs does not grow with the mentors: the same with three times, and by hand with a hundred times as many
/// (`MENTORS=10000`).
#[tokio::test]
async fn a_look_at_the_list_costs_the_same_however_many_there_are() {
    let asked: Option<usize> = std::env::var("MENTORS").ok().and_then(|many| many.parse().ok());
    let many = asked.unwrap_or(300);
    flow_with(Options { metered: true, background: false, ..Options::in_memory() }, async |app| {
        let fill = async |from: usize, until: usize| {
            stream::iter((from..until).map(|n| add(app, n))).buffer_unordered(4).collect::<Vec<_>>().await;
        };
        fill(0, 100).await;
        let few = costs(app).await;
        fill(100, many).await;
        let lots = costs(app).await;
        println!("100: {few:?}\n{many}: {lots:?}");
        if asked.is_some() {
            middle_times(app).await;
        }
        // A word that everybody has reads at most a thousand places, and no more from there on.
        assert_eq!(few[..5], lots[..5]);
        assert!(lots[5].1 <= 3 && lots[5].2 <= 130.0, "{:?}", lots[5]);
    })
    .await;
}
