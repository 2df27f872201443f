//! What nobody types: overlong texts, control characters, numbers without end, nesting, broken Unicode. In every field of
//! every route.

use super::{
    Tokens,
    forms::{Form, forms},
    quiet_flow, unchanged,
};
use crate::{
    harness::App,
    scenes::{PASSWORD, feedback},
};
use futures::future::join_all;
use serde_json::{Value, json};

/// A text of a body: a field, or an entry of a list.
fn texts(form: &Form) -> Vec<(String, String)> {
    let fields = form.body.as_object().unwrap().iter();
    let text = |(field, value): (&String, &Value)| match value {
        Value::String(text) => Some((format!("/{field}"), text.clone())),
        Value::Array(items) => Some((format!("/{field}/0"), items.first()?.as_str()?.to_owned())),
        _ => None,
    };
    fields.filter_map(text).collect()
}

/// Every place where a value stands.
fn places(form: &Form) -> Vec<String> {
    form.body.as_object().unwrap().keys().map(|field| format!("/{field}")).collect()
}

/// The body with raw JSON at a place.
fn raw(form: &Form, place: &str, json: &[u8]) -> Vec<u8> {
    const MARK: &str = "@here@";
    let mut body = form.body.clone();
    *body.pointer_mut(place).unwrap() = MARK.into();
    let text = body.to_string();
    let (before, after) = text.split_once(&format!("\"{MARK}\"")).unwrap();
    [before.as_bytes(), json, after.as_bytes()].concat()
}

/// Sends bodies, all of which must be refused by a 4xx.
async fn all_refused(app: &App, tokens: &Tokens, form: &Form, bodies: Vec<(String, Vec<u8>)>) {
    let sent = bodies.into_iter().map(|(case, body)| async move { (case, form.send(app, tokens, body).await) });
    for (case, answer) in join_all(sent).await {
        assert!((400..500).contains(&answer.status), "{} {case}: {} {}", form.path, answer.status, answer.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_text_is_endless_or_has_control_characters() {
    quiet_flow(async |app| {
        let tokens = &Tokens::new(app).await;
        let forms = forms(app, tokens).await;
        unchanged(app, async || {
            let mut places = 0;
            for form in &forms {
                let mut bodies = Vec::new();
                for (place, text) in texts(form) {
                    places += 1;
                    let longest =
                        form.longest.iter().find(|(field, _)| place == format!("/{field}")).map_or(0, |(_, most)| *most);
                    for length in [6_000.max(longest + 1), 200_000] {
                        bodies.push((
                            format!("{place} of {length}"),
                            raw(form, &place, json!("a".repeat(length)).to_string().as_bytes()),
                        ));
                    }
                    // A password may have any characters but the one that ends it for bcrypt.
                    let controls: &[char] =
                        if place == "/password" { &['\0'] } else { &['\0', '\u{7}', '\u{1b}', '\u{7f}', '\u{9b}'] };
                    for control in controls {
                        let (start, end) = text.split_at(text.char_indices().nth(1).map_or(0, |(at, _)| at));
                        let bad = json!(format!("{start}{control}{end}"));
                        bodies.push((format!("{place} {bad}"), raw(form, &place, bad.to_string().as_bytes())));
                    }
                }
                all_refused(app, tokens, form, bodies).await;
            }
            assert!(places >= 60, "{places} texts");
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_unicode_is_no_text() {
    quiet_flow(async |app| {
        let tokens = &Tokens::new(app).await;
        let broken: [&[u8]; 8] = [
            br#""\ud800""#,
            br#""\udc00""#,
            br#""\udc00\ud800""#,
            br#""\ud83dx""#,
            br#""\u12""#,
            b"\"\xff\"",
            b"\"\xc0\x80\"",
            b"\"\xed\xa0\x80\"",
        ];
        let forms = forms(app, tokens).await;
        unchanged(app, async || {
            for form in &forms {
                for place in places(form) {
                    for text in broken {
                        form.send(app, tokens, raw(form, &place, text)).await.refused(422, "INVALID_JSON");
                    }
                }
                let marked = [b"\xef\xbb\xbf", form.body.to_string().as_bytes()].concat();
                form.send(app, tokens, marked).await.refused(422, "INVALID_JSON");
            }
        })
        .await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_nesting_have_an_end() {
    quiet_flow(async |app| {
        let tokens = &Tokens::new(app).await;
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let nested = format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100));
        let values = [
            "1e400".to_owned(),
            "-1e400".to_owned(),
            "1e308".to_owned(),
            "1e-400".to_owned(),
            "18446744073709551616".to_owned(),
            "18446744073709551615".to_owned(),
            "9223372036854775808".to_owned(),
            "-9223372036854775809".to_owned(),
            "9".repeat(5_000),
            "-1".to_owned(),
            "0.1".to_owned(),
            "NaN".to_owned(),
            "0x10".to_owned(),
            "01".to_owned(),
            deep(100),
            deep(1_000),
            nested,
            format!("[{}0]", "0,".repeat(50_000)),
        ];
        let forms = forms(app, tokens).await;
        unchanged(app, async || {
            for form in &forms {
                let mut bodies = Vec::new();
                for place in places(form) {
                    // An object may have fields that nobody reads.
                    let object = form.body.pointer(&place).unwrap().is_object();
                    for value in values.iter().filter(|value| !(object && value.starts_with('{'))) {
                        bodies.push((format!("{place} {value:.40}"), raw(form, &place, value.as_bytes())));
                    }
                }
                all_refused(app, tokens, form, bodies).await;
            }
        })
        .await;
    })
    .await;
}

/// Text that looks odd and is legal.
const ODD: [&str; 9] = [
    "right\u{202e}to left",
    "zero\u{200b}width\u{200d}join",
    "marked\u{feff}order",
    "line\u{2028}end",
    "Z\u{351}\u{36b}\u{343}algo",
    "कक्षा \u{200c}ज्ञ",
    "👩\u{200d}👩\u{200d}👧 family",
    "\u{10ffff}\u{fffe} no characters",
    "<script>alert('{{7*7}}')</script> ' OR 1=1 --",
];

#[tokio::test]
async fn odd_text_comes_back_as_it_was_typed() {
    quiet_flow(async |app| {
        let (mentee, ..) = app.confirmed_session("odd").await;
        let mock = app.get("/api/mentee/mocks", &mentee.token).await.ok()[0].clone();
        let (admin, mentor) = (app.admin().await, app.mentor().await);
        for (n, odd) in ODD.into_iter().enumerate() {
            let email = format!("odd{n}@example.com");
            let body = json!({ "name": odd, "email": email, "password": format!("{PASSWORD}{odd}"), "current_role": odd });
            let registered = app.post_public("/api/auth/register-free", body).await;
            // Of a password, bcrypt reads 72 bytes.
            if PASSWORD.len() + odd.len() > 72 {
                registered.refused(422, "VALIDATION_FAILED");
            } else {
                let user = registered.ok()["user"].clone();
                assert_eq!((&user["name"], &user["current_role"]), (&json!(odd), &json!(odd)));
                app.login(&email, &format!("{PASSWORD}{odd}")).await.ok();
                app.drain().await;
                let mail = app.local.inbox.mails(Some(&email), Some("Welcome")).remove(0);
                assert!(mail.text.contains(odd) && !mail.html.contains("<script"), "{}", mail.html);
            }
            let company = json!({ "name": odd, "description": odd });
            let company = app.post("/api/admin/companies", &admin, company).await.ok();
            let companies = app.get_public("/api/companies?limit=1000").await.ok();
            let kept = companies.as_array().unwrap().iter().find(|kept| kept["id"] == company["id"]).unwrap();
            assert_eq!((&kept["name"], &kept["description"]), (&json!(odd), &json!(odd)));
        }
        let mut about = feedback(&mock);
        about["strengths"] = ODD.join("\n").into();
        app.post("/api/mentor/feedback", &mentor, about.clone()).await.ok();
        assert_eq!(app.get("/api/mentee/feedbacks", &mentee.token).await.ok()[0]["strengths"], about["strengths"]);
    })
    .await;
}
