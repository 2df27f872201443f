//! Every operation of the API document: whom it lets in, by which credentials, and what it makes of bad input. The
//! tables are the document's, so a new route stands in them by itself.

use crate::{
    calls::{Answer, form_request, read},
    faces,
    harness::App,
    input::{NOTHING, Tokens, ask, quiet_flow, unchanged},
    openapi::{Operation, all_operations, check, example, fields, operations, operations_of, prefix, resolve, schemas_of},
};
use app::tokens::{OpaqueKind, OpaqueToken};
use domain::{Product, text::Email};
use futures::{StreamExt, stream};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// A way to send a token. Another one is added here, and then every operation is asked by it.
struct Form {
    name: &'static str,
    /// Browsers send it by themselves, so where visitors are served, one that is worth nothing is no reason to refuse.
    unasked: bool,
    put: fn(RequestBuilder, &str) -> RequestBuilder,
}

const FORMS: [Form; 3] = [
    Form { name: "Bearer", unasked: false, put: |request, token| request.header("authorization", format!("Bearer {token}")) },
    Form { name: "Token", unasked: false, put: |request, token| request.header("authorization", format!("Token {token}")) },
    Form {
        name: "cookie",
        unasked: true,
        put: |request, token| {
            request.header("cookie", format!("session_token={token}")).header("origin", "http://localhost:5173")
        },
    },
];

const ROLES: [&str; 3] = ["admin", "mentor", "mentee"];

/// How many operations are asked beside each other: more gain nothing on two cores.
const AT_ONCE: usize = 6;

/// They end the session that they are asked with.
const LOGOUTS: [&str; 3] = ["auth_logout", "mentorship_logout", "accounts_logout"];

/// Takes a token in its body, which an example has not.
const RENEWING: &str = "mentorship_refresh_token";

impl Operation {
    /// A request with a body as the document describes it, and an id of nothing.
    fn request(&self, app: &App) -> RequestBuilder {
        let path = with_ids(&self.local_path(), NOTHING);
        let request = app.http.request(self.method(), format!("{}{path}", app.local.url));
        match self.body() {
            // A closed site would answer all others with that.
            Some(_) if self.id() == "accounts_set_status" => request.json(&json!({ "maintenance_mode": false })),
            Some(body) => request.json(&example(body)),
            None => request,
        }
    }

    /// Whether it serves visitors, but minds credentials.
    fn is_for_visitors_too(&self) -> bool {
        self.value["security"].as_array().unwrap().contains(&json!({}))
    }
}

/// What a caller's credentials lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    NotAuthenticated,
    InvalidToken,
    WrongRole,
    Passes,
}

fn outcome(answer: &Answer) -> Outcome {
    match (answer.status, answer.body["detail"].as_str()) {
        (401, Some("Not authenticated")) => Outcome::NotAuthenticated,
        (401, Some("Invalid token")) => Outcome::InvalidToken,
        (403, Some("Insufficient permissions")) => Outcome::WrongRole,
        _ => Outcome::Passes,
    }
}

/// Sends a request and checks that the document knows the answer.
async fn asked(operation: &Operation, request: RequestBuilder) -> Answer {
    let answer = read(request).await;
    assert!(answer.status < 500, "{}: {}", operation.id(), answer.body);
    check(operation, &answer);
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_lets_in_whom_its_document_names_by_any_credentials() {
    quiet_flow(async |app| {
        for role in ROLES {
            let operations = operations();
            assert!(operations.iter().filter(|operation| operation.roles().contains(&role)).count() >= 10, "{role}");
        }
        // What the paths promise (C-6), so that the document cannot agree with the code in a mistake.
        for role in ROLES {
            // At AspireX a path says whose page it is on: both sides of a session pay and attend under the mentor's.
            let promised = |operation: &&Operation| {
                operation.product != Product::AspireX && operation.path.starts_with(&format!("/api/{role}/"))
            };
            for operation in all_operations().iter().filter(promised) {
                assert_eq!(operation.roles(), [role], "{}", operation.path);
            }
        }
        for product in Product::ALL {
            every_role_by_every_form(app, product).await;
        }
    })
    .await;
}

/// What anybody could write down: a token of a form that is right, for an account that there is, and of no session.
async fn made_up(app: &App, product: Product) -> String {
    let address = Email::parse(&faces::address(product, "admin")).unwrap();
    let (admin, _) = app.local.platform.store.account_by_email(&address, product).await.unwrap().unwrap();
    OpaqueToken::new(OpaqueKind::Session, admin.id).reveal()
}

/// Asks every operation of a face by every role and every form of credentials.
async fn every_role_by_every_form(app: &App, product: Product) {
    let tokens = &Tokens::of_face(app, product).await;
    let made_up = &made_up(app, product).await;
    let operations = operations_of(product);
    stream::iter(&operations)
        .for_each_concurrent(AT_ONCE, async |operation| {
            let (public, too) = (operation.roles().is_empty(), operation.is_for_visitors_too());
            let nobody = outcome(&asked(operation, operation.request(app)).await);
            if operation.id() == RENEWING {
                assert_eq!(nobody, Outcome::InvalidToken);
                return;
            }
            assert_eq!(nobody, if public { Outcome::Passes } else { Outcome::NotAuthenticated }, "{}", operation.id());
            for Form { name, unasked, put } in &FORMS {
                let minded = if public { too && !unasked } else { true };
                let wanted = if minded { Outcome::InvalidToken } else { Outcome::Passes };
                for wrong in ["garbage", made_up] {
                    let found = outcome(&asked(operation, put(operation.request(app), wrong)).await);
                    assert_eq!(found, wanted, "{} with {wrong} by {name}", operation.id());
                }
                // Whoever has no password is gone after it.
                if operation.id() == "mentorship_delete_me" {
                    continue;
                }
                for role in ROLES {
                    let token = if LOGOUTS.contains(&operation.id()) {
                        faces::sign_in(app, product, role).await
                    } else {
                        tokens.of(role).unwrap().to_owned()
                    };
                    let found = outcome(&asked(operation, put(operation.request(app), &token)).await);
                    let wanted = public || operation.roles().contains(&role);
                    let wanted = if wanted { Outcome::Passes } else { Outcome::WrongRole };
                    assert_eq!(found, wanted, "{} for a {role} by {name}", operation.id());
                }
            }
        })
        .await;
}

/// A path with its ids filled in.
fn with_ids(path: &str, id: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect::<Vec<_>>().join("/")
}

/// The operations of a face that read a JSON body.
fn with_body(product: Product) -> Vec<Operation> {
    let all = operations_of(product).into_iter().filter(|operation| operation.body().is_some() && operation.path != WEBHOOK);
    let found: Vec<_> = all.collect();
    assert!(product != Product::Codementee || found.len() >= 20, "{found:?}");
    found
}

/// Its body is signed before it is read.
const WEBHOOK: &str = "/api/payment/webhook";

/// Carried out without a body, about the caller himself: those who sign in by a code have no password to give, and a
/// profile of which nothing is told stays as it is. Who says no more than that he is there, is there.
const CARRIED_OUT: [(Product, &str); 9] = [
    (Product::Mansa, "mentorship_delete_me"),
    (Product::LeadBridge, "mentor_update_profile"),
    (Product::AspireX, "accounts_note_presence"),
    (Product::AspireX, "accounts_update_mentor"),
    (Product::AspireX, "accounts_update_mentor_2"),
    (Product::AspireX, "accounts_update_mentor_3"),
    (Product::AspireX, "accounts_update_student"),
    (Product::AspireX, "accounts_update_student_2"),
    (Product::AspireX, "accounts_update_student_3"),
];

/// These clients send only what they change, and no body where there is nothing to say. So no body is not wrong by itself
/// where nothing is required, but here it is about nobody, by somebody who may not, or leaves out what one thing needs of
/// two: it is refused for that, as the document says, and not because it is no JSON.
fn nothing_is_enough(operation: &Operation, answer: &Answer) {
    check(operation, answer);
    assert!((400..500).contains(&answer.status), "{}: {} {}", operation.id(), answer.status, answer.body);
    assert_ne!(answer.body["code"], "INVALID_JSON", "{}", operation.id());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_json_object_is_refused_everywhere_and_writes_nothing() {
    quiet_flow(async |app| {
        let deep = "[".repeat(100_000);
        let no_objects: [&[u8]; 12] = [
            b"{",
            b"{\"a\":}",
            b"{} {}",
            b"name=Ada",
            b"{\"name\":\"\\ud800\"}",
            b"\xff\xfe",
            deep.as_bytes(),
            b"[]",
            b"null",
            b"7",
            b"\"text\"",
            b"true",
        ];
        for product in Product::ALL {
            let tokens = &Tokens::of_face(app, product).await;
            unchanged(app, async || {
                stream::iter(&with_body(product))
                    .for_each_concurrent(AT_ONCE, async |operation| {
                        let path = with_ids(&operation.local_path(), NOTHING);
                        let broken = operation.broken_rule();
                        let send =
                            async |body: Vec<u8>| ask(app, operation.method(), &path, tokens.of(operation.caller()), body).await;
                        for body in no_objects {
                            send(body.to_vec()).await.refused(broken, "INVALID_JSON");
                        }
                        let required: Vec<_> =
                            fields(operation.body().unwrap()).into_iter().filter(|field| field.required).collect();
                        if required.is_empty() && product != Product::Codementee {
                            if !CARRIED_OUT.contains(&(product, operation.id())) {
                                nothing_is_enough(operation, &send(Vec::new()).await);
                            }
                            return;
                        }
                        let nothing = send(Vec::new()).await.refused(broken, "VALIDATION_FAILED");
                        let missing = nothing["errors"].as_object().unwrap().keys().next().unwrap();
                        // Either name of the slots will do, so that neither is required by itself.
                        assert!(!required.is_empty() || missing == "slot_ids", "{} asks for nothing", operation.id());
                        let known = missing == "slot_ids" || required.iter().any(|field| field.name == missing);
                        assert!(known, "{}: {nothing}", operation.id());
                    })
                    .await;
                for body in ["", "{", "null", "[]", "{}"] {
                    let webhook = format!("{}{WEBHOOK}", prefix(product));
                    let unsigned = ask(app, reqwest::Method::POST, &webhook, None, body).await;
                    unsigned.refused(400, "INVALID_SIGNATURE");
                    app.send_webhook(&app.local.provider.signed(body.to_owned())).await.refused(400, "INVALID_JSON");
                }
            })
            .await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_of_the_wrong_type_is_refused_everywhere_and_writes_nothing() {
    quiet_flow(async |app| {
        for product in Product::ALL {
            let tokens = &Tokens::of_face(app, product).await;
            unchanged(app, async || {
                stream::iter(&with_body(product))
                    .for_each_concurrent(AT_ONCE, async |operation| {
                        let (path, right) = (with_ids(&operation.local_path(), NOTHING), example(operation.body().unwrap()));
                        for field in fields(operation.body().unwrap()) {
                            // What an object has beyond its fields is not read.
                            let wrong = [json!([[[]]]), json!({ "a": { "b": [] } })];
                            for wrong in
                                wrong.into_iter().filter(|wrong| !(wrong.is_object() && example(field.schema).is_object()))
                            {
                                let mut body = right.clone();
                                body[field.name] = wrong;
                                let answer =
                                    ask(app, operation.method(), &path, tokens.of(operation.caller()), body.to_string()).await;
                                check(operation, &answer);
                                assert_eq!(answer.status, operation.broken_rule(), "{} {body}: {}", operation.id(), answer.body);
                            }
                        }
                    })
                    .await;
            })
            .await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_of_nothing_is_not_found_anywhere_and_writes_nothing() {
    quiet_flow(async |app| {
        for product in Product::ALL {
            let tokens = &Tokens::of_face(app, product).await;
            let operations: Vec<_> = operations_of(product).into_iter().filter(Operation::has_id).collect();
            assert!(product != Product::Codementee || operations.len() >= 15, "{operations:?}");
            unchanged(app, async || {
                stream::iter(&operations)
                    .for_each_concurrent(AT_ONCE, async |operation| {
                        let body = operation.body().map(example).unwrap_or_default().to_string();
                        for id in [NOTHING, "7", "nothing", "%00", "%FF", "..%2Fgrowth", &"x".repeat(3000)] {
                            let path = with_ids(&operation.local_path(), id);
                            let token = tokens.of(operation.caller());
                            let answer = match operation.file_field() {
                                Some(field) => {
                                    read(form_request(
                                        app,
                                        operation.method(),
                                        &path,
                                        token,
                                        &[(field, Some("file"), b"content")],
                                    ))
                                    .await
                                }
                                None => ask(app, operation.method(), &path, token, body.clone()).await,
                            };
                            check(operation, &answer);
                            // A move that no mock may make is refused before the mock is looked for.
                            assert!(matches!(answer.status, 404 | 409), "{} {id}: {}", operation.id(), answer.body);
                        }
                    })
                    .await;
            })
            .await;
        }
    })
    .await;
}

#[test]
fn an_example_is_what_its_schema_says() {
    for schema in Product::ALL.into_iter().flat_map(|product| schemas_of(product).values()) {
        let example = example(schema);
        assert_eq!(crate::openapi::misfit(schema, &example, ""), None, "{schema}");
        if resolve(schema)["type"] == "object" {
            assert_ne!(crate::openapi::misfit(schema, &Value::Null, ""), None, "{schema}");
        }
    }
}

#[test]
fn what_admins_do_at_aspirex_only_admins_may() {
    let of_admins: Vec<_> =
        operations_of(Product::AspireX).into_iter().filter(|operation| operation.path.contains("/api/admin/")).collect();
    assert!(of_admins.len() >= 11, "{} operations", of_admins.len());
    for operation in of_admins {
        assert_eq!(operation.roles(), ["admin"], "{} {}", operation.method, operation.path);
    }
}
