use super::{Described, Operation, operation::RESPONSES, schemas::Schemas};
use crate::{About, ErrorStyle};
use domain::Product;
use http::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Two schemas of one name, so that the document could show only one of them. `#[schema(as = …)]` renames one.
#[derive(Debug, thiserror::Error)]
#[error("two different schemas are called {}", .0.join(", "))]
pub struct Clash(pub Vec<String>);

/// A face's document in the making. It takes in the same lists of routes that its routers are made of.
#[derive(Debug)]
pub struct Document {
    title: &'static str,
    style: ErrorStyle,
    group: &'static str,
    paths: Map<String, Value>,
    /// How many operations have a handler's name, and which has it alone.
    handlers: BTreeMap<String, usize>,
    schemas: Schemas,
}

impl Document {
    /// An empty document of a product's face.
    pub fn new(product: Product) -> Self {
        let (title, style) = (product.title(), ErrorStyle::of(product));
        Self { title, style, group: "", paths: Map::new(), handlers: BTreeMap::new(), schemas: Schemas::default() }
    }

    /// What is added from now on belongs to a group.
    pub fn group(self, group: &'static str) -> Self {
        Self { group, ..self }
    }

    pub(crate) fn add<H: Described<T>, T>(mut self, verb: &'static str, path: &'static str, about: About) -> Self {
        let mut operation = Operation::new(path, &mut self.schemas);
        H::describe(&mut operation);
        if verb != "get" && operation.takes_credentials() {
            operation.minds_the_page();
        }
        let mut operation = operation.finish(about, self.style);
        // A handler's type is named after it: `codementee::interviews::list_mocks<web::caller::Anyone>`.
        let handler = handler_name(std::any::type_name::<H>());
        let name = format!("{}_{handler}", self.group);
        let count = self.handlers.entry(name.clone()).or_default();
        *count += 1;
        // Another path to the same handler.
        let id = if *count == 1 { name } else { format!("{name}_{count}") };
        operation.insert("operationId".to_owned(), id.into());
        operation.insert("tags".to_owned(), json!([self.group]));
        let item = self.paths.entry(path).or_insert_with(|| json!({}));
        item[verb] = operation.into();
        self
    }

    /// The whole document.
    pub fn finish(self) -> Result<Value, Clash> {
        let clashes: Vec<_> = self.schemas.clashes().map(str::to_owned).collect();
        if !clashes.is_empty() {
            return Err(Clash(clashes));
        }
        let mut document = json!({
            "openapi": "3.1.0",
            "info": {
                "title": self.title,
                "version": env!("CARGO_PKG_VERSION"),
                "description": "Errors are `{detail, code, timestamp}`; lists are bare arrays.",
                "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            },
            "servers": [{ "url": "/" }],
            "paths": self.paths,
            "components": {
                "headers": headers(),
                "parameters": parameters(),
                "responses": responses(self.style),
                "securitySchemes": security_schemes(),
            },
        });
        let mut schemas = self.schemas.finish(&mut document);
        schemas.insert("Error".to_owned(), error(self.style));
        document["components"]["schemas"] = schemas.into();
        Ok(document)
    }
}

/// A wrapped handler, as in `web::idempotent::OncePerKey<codementee::mentee::create_booking>`, has the name within.
fn handler_name(type_name: &'static str) -> &'static str {
    let wrapped = type_name.strip_suffix('>').and_then(|rest| rest.split_once("OncePerKey<")).map(|(_, within)| within);
    wrapped.unwrap_or(type_name).split('<').next().unwrap_or_default().rsplit("::").next().unwrap_or_default()
}

fn error(style: ErrorStyle) -> Value {
    let mut error = json!({
        "description": "A refusal. Some carry more fields, such as `upgrade_url`.",
        "type": "object",
        "required": ["detail", "code", "timestamp"],
        "properties": {
            "detail": { "type": "string", "description": "One sentence for people." },
            "code": { "type": "string", "description": "Stable, for programs.", "examples": ["VALIDATION_FAILED"] },
            "timestamp": { "type": "string", "format": "date-time" },
            "errors": {
                "description": "Sentences by field.",
                "type": "object",
                "additionalProperties": { "type": "array", "items": { "type": "string" } },
            },
        },
    });
    for (name, schema) in style.more_fields() {
        error["properties"][name] = schema;
    }
    error
}

fn headers() -> Value {
    let text = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    json!({
        "X-Request-Id": text("The request's id, as it stands in the logs."),
        "X-Next-Cursor": text("The next page's `cursor`; missing on the last page."),
        "X-Upgrade-URL": text("Where a plan can be bought, when one is missing."),
        "WWW-Authenticate": text("`Bearer`."),
        "Idempotency-Replayed": text("`true` when this is the answer to an earlier request with the same key."),
        "Retry-After": { "description": "Seconds to wait.", "schema": { "type": "integer", "minimum": 0 } },
    })
}

fn parameters() -> Value {
    json!({
        "Limit": {
            "name": "limit", "in": "query", "description": "How many items a page has at most.",
            "schema": { "type": "integer", "minimum": 1, "maximum": 1000, "default": 100 },
        },
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header",
            "description": "Sent again with the same key and body within 24 hours, a request does nothing and gets the first answer.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        },
        "Cursor": {
            "name": "cursor", "in": "query", "description": "Where the page begins: `X-Next-Cursor` of the one before.",
            "schema": { "type": "string" },
        },
    })
}

fn responses(style: ErrorStyle) -> Map<String, Value> {
    let response = |(_, name, description, own): (StatusCode, &str, &str, &[&str])| {
        let headers: Map<_, _> = [&["X-Request-Id"], own]
            .concat()
            .into_iter()
            .map(|header| (header.to_owned(), json!({ "$ref": format!("#/components/headers/{header}") })))
            .collect();
        let schema = json!({ "$ref": "#/components/schemas/Error" });
        let content = json!({ "application/json": { "schema": schema } });
        (name.to_owned(), json!({ "description": description, "headers": headers, "content": content }))
    };
    // A status that the face answers with another one is none of its responses.
    RESPONSES.into_iter().filter(|(status, ..)| style.status(*status, "") == *status).map(response).collect()
}

fn security_schemes() -> Value {
    json!({
        "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
        "token": {
            "type": "apiKey", "in": "header", "name": "Authorization",
            "description": "The same token under another scheme: `Token <token>`.",
        },
        "session": { "type": "apiKey", "in": "cookie", "name": "session_token" },
    })
}
