//! One-time codes: single use, five tries, ten minutes, and never in the table.

use crate::harness::{App, flow};
use app::{
    Clock, Context,
    codes::{Code, CodeError, Codes},
};
use domain::{Product, account::CodePurpose, event::Actor, text::Email};
use futures::future::join_all;
use gateways::settings::Settings;
use jiff::SignedDuration;

const SIGN_IN: CodePurpose = CodePurpose::SignIn;

fn codes(app: &App) -> Codes {
    Codes::from_settings(app.local.platform.store.clone(), &app.local.platform.settings).unwrap()
}

fn cx(app: &App, product: Product) -> Context {
    Context::new(product, app.local.clock.now(), Actor::Visitor)
}

async fn code_for(app: &App, email: &Email) -> Code {
    codes(app).make(Product::Mansa, SIGN_IN, email, app.local.clock.now()).await.unwrap()
}

async fn redeem(app: &App, email: &Email, code: &str) -> bool {
    let outcome = codes(app).redeem(&cx(app, Product::Mansa), SIGN_IN, email, code).await;
    assert!(matches!(outcome, Ok(()) | Err(CodeError::Wrong)), "{outcome:?}");
    outcome.is_ok()
}

fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@example.com")).unwrap()
}

/// A code that is not this one.
fn another(code: &Code) -> String {
    format!("{:06}", (code.reveal().parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[tokio::test]
async fn a_code_works_once_at_its_address_and_product() {
    flow(async |app| {
        let (jane, john) = (email("jane"), email("john"));
        let code = code_for(app, &jane).await;
        assert_eq!(code.reveal().len(), 6);
        assert!(!redeem(app, &john, code.reveal()).await);
        let elsewhere = codes(app).redeem(&cx(app, Product::AspireX), SIGN_IN, &jane, code.reveal()).await;
        assert!(matches!(elsewhere, Err(CodeError::Wrong)));
        assert!(redeem(app, &jane, &format!(" {} ", code.reveal())).await);
        assert!(!redeem(app, &jane, code.reveal()).await);
    })
    .await;
}

#[tokio::test]
async fn right_tries_at_once_are_taken_once() {
    flow(async |app| {
        let jane = email("jane");
        let code = code_for(app, &jane).await;
        let tries = join_all((0..5).map(|_| redeem(app, &jane, code.reveal()))).await;
        assert_eq!(tries.into_iter().filter(|right| *right).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn five_wrong_tries_use_a_code_up_also_at_once() {
    flow(async |app| {
        for (name, at_once) in [("one-by-one", false), ("at-once", true)] {
            let jane = email(name);
            let code = code_for(app, &jane).await;
            let wrong = another(&code);
            if at_once {
                join_all((0..5).map(|_| redeem(app, &jane, &wrong))).await;
            } else {
                for _ in 0..5 {
                    assert!(!redeem(app, &jane, &wrong).await);
                }
            }
            // So that it is the code's tries that are used up, not the address's.
            app.local.clock.advance(SignedDuration::from_secs(30)).unwrap();
            assert!(!redeem(app, &jane, code.reveal()).await, "{name}");
            // A new one works again.
            let code = code_for(app, &jane).await;
            assert!(redeem(app, &jane, code.reveal()).await, "{name}");
        }
    })
    .await;
}

#[tokio::test]
async fn four_wrong_tries_leave_one() {
    flow(async |app| {
        let jane = email("jane");
        let code = code_for(app, &jane).await;
        for _ in 0..4 {
            assert!(!redeem(app, &jane, &another(&code)).await);
        }
        assert!(redeem(app, &jane, code.reveal()).await);
    })
    .await;
}

#[tokio::test]
async fn a_code_lasts_ten_minutes_and_until_the_next_one() {
    flow(async |app| {
        let jane = email("jane");
        let code = code_for(app, &jane).await;
        app.local.clock.advance(SignedDuration::from_mins(10)).unwrap();
        assert!(!redeem(app, &jane, code.reveal()).await);
        let first = code_for(app, &jane).await;
        let second = code_for(app, &jane).await;
        if first != second {
            assert!(!redeem(app, &jane, first.reveal()).await);
        }
        assert!(redeem(app, &jane, second.reveal()).await);
    })
    .await;
}

#[tokio::test]
async fn the_table_does_not_hold_the_code() {
    flow(async |app| {
        let code = code_for(app, &email("jane")).await;
        let items = app.items("CODE#").await;
        assert_eq!(items.len(), 1);
        assert!(items[0].contains_key("ttl"));
        let hash = items[0]["hash"].as_s().unwrap();
        assert!(hash.len() == 64 && !hash.contains(code.reveal()));
        // Nor can it be tried through by whoever has the table alone: the hash is keyed.
        let plain = |text: String| hash == &hex(&text);
        assert!(!plain(code.reveal().to_owned()) && !plain(format!("jane@example.com|{}", code.reveal())));
    })
    .await;
}

fn hex(text: &str) -> String {
    gateways::signature::sign(&secrecy::SecretString::from(""), text.as_bytes())
}

#[tokio::test]
async fn wishes_for_codes_are_counted_by_address() {
    flow(async |app| {
        let codes = codes(app);
        for _ in 0..3 {
            codes.allow(&cx(app, Product::Mansa), &email("jane")).await.unwrap();
        }
        assert!(matches!(codes.allow(&cx(app, Product::Mansa), &email("jane")).await, Err(CodeError::Limit(_))));
        codes.allow(&cx(app, Product::Mansa), &email("john")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_code_outlives_a_rotation_of_the_secret() {
    flow(async |app| {
        let jane = email("jane");
        let of = |pairs: [(&str, &str); 2]| Codes::from_settings(app.local.platform.store.clone(), &Settings::from_values(pairs));
        let (old, new) = ("the-old-secret-of-32-characters!", "the-new-secret-of-32-characters!");
        let before = of([("JWT_SECRET", old), ("JWT_SECRET_PREVIOUS", "")]).unwrap();
        let code = before.make(Product::Mansa, SIGN_IN, &jane, app.local.clock.now()).await.unwrap();
        let strange = of([("JWT_SECRET", new), ("JWT_SECRET_PREVIOUS", "")]).unwrap();
        assert!(strange.redeem(&cx(app, Product::Mansa), SIGN_IN, &jane, code.reveal()).await.is_err());
        let after = of([("JWT_SECRET", new), ("JWT_SECRET_PREVIOUS", old)]).unwrap();
        after.redeem(&cx(app, Product::Mansa), SIGN_IN, &jane, code.reveal()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn tries_are_counted_by_address() {
    flow(async |app| {
        let (jane, cx) = (email("jane"), cx(app, Product::Mansa));
        for _ in 0..5 {
            let wrong = codes(app).redeem(&cx, SIGN_IN, &jane, "000000").await;
            assert!(matches!(wrong, Err(CodeError::Wrong)), "{wrong:?}");
        }
        let held = codes(app).redeem(&cx, SIGN_IN, &jane, "000000").await;
        assert!(matches!(held, Err(CodeError::Limit(_))), "{held:?}");
    })
    .await;
}
