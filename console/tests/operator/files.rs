//! Imports: whole files or nothing, as often as one likes.

use crate::harness::Operator;
use serde_json::{Value, json};

fn counts(report: &Value) -> [u64; 4] {
    ["rows", "done", "unchanged", "failed"].map(|name| report[name].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_import_changes_nothing() {
    let operator = &Operator::signed_in().await;
    let companies = "name,category,interview_tracks,difficulty_levels,description\n\
                     Acme,startup,sde;sde2,mid;senior,\"Tools, and more\"\n\
                     Beta,,,,\n\
                     google,unicorn,,,\n";
    let slots = r#"[
        {"date": "2090-03-01", "start_time": "10:00", "end_time": "11:00", "interview_types": ["coding"]},
        {"date": "2090-03-01", "start_time": "05:30", "end_time": "06:30", "timezone": "UTC", "mentor_id": null},
        {"date": "2090-03-02", "start_time": "23:00", "end_time": "23:45", "timezone": "America/New_York"}
    ]"#;
    let links = "link,name\nhttps://meet.google.com/xxx-yyyy-zzz,New\nhttps://meet.google.com/abc-defg-hij,Renamed\n";
    for (kind, name, text, first) in
        [("companies", "companies.csv", companies, [3, 3, 0, 0]), ("meet-links", "links.csv", links, [2, 2, 0, 0])]
    {
        let file = operator.file(name, text);
        let dry = operator.json(&["import", kind, &file, "--dry-run"]).await;
        let done = operator.json(&["import", kind, &file]).await;
        let again = operator.json(&["import", kind, &file]).await;
        assert_eq!((counts(&dry), counts(&done)), (first, first), "{done}");
        assert_eq!(counts(&again), [first[0], 0, first[0], 0], "{again}");
        let shape = |report: &Value| report.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!((shape(&dry), &dry["dry_run"]), (shape(&done), &json!(true)));
    }
    let known = operator.json(&["companies", "list", "--all"]).await;
    let find = |name: &str| known.as_array().unwrap().iter().find(|company| company["name"] == name).cloned().unwrap();
    assert_eq!(find("Acme")["difficulty_levels"], json!(["mid", "senior"]));
    assert_eq!(find("google")["description"], "Search & Technology Leader", "what the file leaves out stays");
    let file = operator.file("slots.json", slots);
    let done = operator.json(&["import", "slots", &file]).await;
    assert_eq!(counts(&done), [3, 3, 0, 0], "{done}");
    let again = operator.json(&["import", "slots", &file]).await;
    assert_eq!(counts(&again), [3, 0, 3, 0], "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_anything_wrong_in_it_writes_nothing() {
    let operator = &Operator::signed_in().await;
    let before = operator.json(&["companies", "list", "--all"]).await;
    for (name, text, said) in [
        ("a.csv", "name,category\nGood,startup\nBad,bakery\n", "line 3, category"),
        ("b.csv", "name,category\nGood,startup\nBad\n", "line 3: 1 cells instead of 2"),
        ("d.csv", "title\nGood\n", "line 1: there is no column 'title'"),
        ("e.csv", "name\nGood\ngood\n", "line 3: the same as line 2"),
        ("f.csv", "name\n", "lists nothing"),
        ("g.csv", "", "column 'name' is missing"),
        ("h.json", "[{\"name\": \"Good\"},\n {\"name\": 5}]", "line 2, name"),
        ("i.json", "[{\"name\": \"Good\"}", "line 1"),
        ("j.json", "{\"name\": \"Good\"}", "line 1"),
    ] {
        let file = operator.file(name, text);
        operator.run(&["import", "companies", &file]).await.refused(2, said);
    }
    std::fs::write(operator.home.join("k.csv"), b"name\nGood\n\xff\xfe\n").unwrap();
    let file = operator.home.join("k.csv").to_str().unwrap().to_owned();
    operator.run(&["import", "companies", &file]).await.refused(2, "line 3: this is no UTF-8");
    assert_eq!(operator.json(&["companies", "list", "--all"]).await, before);
    let slots = operator.file("slots.csv", "date,start_time,end_time\n2090-01-01,11:00,10:00\n2090-01-01,10:00,18:00\n");
    operator.run(&["import", "slots", &slots]).await.refused(2, "line 2: ").refused(2, "line 3: ");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_deployment_refuses_is_reported_and_the_rest_is_done() {
    let operator = &Operator::signed_in().await;
    let file = operator.file("slots.csv", "date,start_time,end_time\n2020-01-01,10:00,11:00\n2090-01-01,10:00,11:00\n");
    let ran = operator.run(&["import", "slots", &file, "--output", "json"]).await;
    assert_eq!(ran.code, 1, "{}", ran.err);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(counts(&report), [2, 1, 0, 1]);
    assert!(report["results"][0]["error"].as_str().unwrap().contains("future"), "{report}");
    assert_eq!(report["results"][0]["line"], 2);
}
