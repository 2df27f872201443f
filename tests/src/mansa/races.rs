use super::{ADMIN, id};
use crate::harness::flow;
use futures::future::join_all;

/// A hundred wishes at once for one mentor's day, by twenty mentees: equal, partly overlapping and adjoining times.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_wishes_none_that_overlap_are_granted() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let mentor = app.open_mentor(&admin, "guide", "Europe/London").await;
        let mut mentees = Vec::new();
        for n in 0..20 {
            mentees.push(app.insider(&admin, &format!("racer{n}"), "mentee").await);
        }
        let day = app.day(5);
        let times = [("10:00", "11:00"), ("10:30", "11:30"), ("11:00", "12:00"), ("10:45", "11:00"), ("12:00", "13:00")];
        let wishes = (0..100).map(|n| {
            let (start, end) = times[n % times.len()];
            app.ask_session(&mentees[n % mentees.len()].token, &mentor.id, &day, start, end)
        });
        let answers = join_all(wishes).await;
        let mut granted: Vec<(String, String)> = Vec::new();
        for answer in &answers {
            match answer.status {
                201 => {
                    let text = |field: &str| answer.body[field].as_str().unwrap().to_owned();
                    granted.push((text("start_time"), text("end_time")));
                }
                409 => {
                    assert!(["MENTOR_BUSY", "MENTEE_BUSY"].contains(&answer.body["code"].as_str().unwrap()), "{}", answer.body);
                }
                503 => assert_eq!(answer.body["code"], "BUSY"),
                other => panic!("{other}: {}", answer.body),
            }
        }
        granted.sort();
        assert!(granted.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{granted:?}");
        assert_eq!(granted.iter().filter(|(start, _)| start == "12:00").count(), 1, "one of the equal ones is granted");
        // Adjoining ones are in nobody's way.
        let free = app.insider(&admin, "later", "mentee").await;
        for (start, end) in [("13:00", "14:00"), ("14:00", "15:00")] {
            assert_eq!(app.ask_session(&free.token, &mentor.id, &day, start, end).await.status, 201);
        }
    })
    .await;
}

/// One mentee at two mentors at once.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_in_two_sessions_at_once_and_three_an_hour_hold_at_once_too() {
    flow(async |app| {
        let admin = app.mansa_token(ADMIN).await;
        let mut mentors = Vec::new();
        for n in 0..6 {
            mentors.push(app.open_mentor(&admin, &format!("guide{n}"), "UTC").await);
        }
        let mentee = app.insider(&admin, "eager", "mentee").await;
        let day = app.day(5);
        let same =
            join_all(mentors.iter().map(|mentor| app.ask_session(&mentee.token, &mentor.id, &day, "10:00", "11:00"))).await;
        let granted: Vec<_> = same.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(granted.len(), 1, "{:?}", same.iter().map(|answer| answer.status).collect::<Vec<_>>());
        assert!(!id(&granted[0].body).is_empty());
        let starts = ["12:00", "13:00", "14:00", "15:00", "16:00", "17:00"];
        let ends = ["13:00", "14:00", "15:00", "16:00", "17:00", "18:00"];
        let other = (0..6).map(|n| app.ask_session(&mentee.token, &mentors[n].id, &day, starts[n], ends[n]));
        let more = join_all(other).await.iter().filter(|answer| answer.status == 201).count();
        assert!(more <= 2, "{more} more than the three of an hour");
    })
    .await;
}
