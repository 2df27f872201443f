use super::schemas::Schemas;
use crate::{About, ErrorStyle};
use domain::account::Role;
use http::StatusCode;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Who may call.
#[derive(Debug)]
enum Access {
    Public,
    /// Visitors too; credentials that are sent must be good.
    Optional,
    Roles(&'static [Role]),
}

/// An operation as its handler's parts describe it, one after the other.
#[derive(Debug)]
pub struct Operation<'a> {
    path: &'static str,
    schemas: &'a mut Schemas,
    access: Access,
    parameters: Vec<Value>,
    body: Option<Value>,
    success: StatusCode,
    answer: Value,
    /// What else it may answer when it succeeds.
    otherwise: Option<(StatusCode, Value)>,
    refusals: BTreeMap<StatusCode, BTreeSet<&'static str>>,
}

/// A reusable response: its name, what it means, and headers of its own.
pub(super) const RESPONSES: [(StatusCode, &str, &str, &[&str]); 10] = [
    (StatusCode::BAD_REQUEST, "BadRequest", "Refused; the code says why.", &[]),
    (StatusCode::UNAUTHORIZED, "Unauthorized", "No credentials, or none that are good.", &["WWW-Authenticate"]),
    (StatusCode::FORBIDDEN, "Forbidden", "Not for this caller. A refusal that a plan would lift names it.", &["X-Upgrade-URL"]),
    (StatusCode::NOT_FOUND, "NotFound", "There is no such thing, or it is somebody else's.", &[]),
    (StatusCode::CONFLICT, "Conflict", "Not any more, or not yet; the code says why.", &[]),
    (
        StatusCode::PAYLOAD_TOO_LARGE,
        "PayloadTooLarge",
        "The body is larger than 256 KB, or a form with a file larger than 4 MB.",
        &[],
    ),
    (StatusCode::UNPROCESSABLE_ENTITY, "Invalid", "Something sent breaks a rule; `errors` names the field.", &[]),
    (StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", "Too many requests.", &["Retry-After"]),
    (StatusCode::INTERNAL_SERVER_ERROR, "Internal", "Something went wrong on our side.", &[]),
    (StatusCode::SERVICE_UNAVAILABLE, "Unavailable", "Busy for the moment; a retry may succeed.", &["Retry-After"]),
];

impl<'a> Operation<'a> {
    pub(super) fn new(path: &'static str, schemas: &'a mut Schemas) -> Self {
        let (parameters, refusals) = (Vec::new(), BTreeMap::new());
        let answer = json!({ "description": "Done." });
        let (access, success) = (Access::Public, StatusCode::OK);
        let mut operation = Self { path, schemas, access, parameters, body: None, success, answer, otherwise: None, refusals };
        operation.refuses(StatusCode::TOO_MANY_REQUESTS, &["RATE_LIMITED"]);
        operation.refuses(StatusCode::INTERNAL_SERVER_ERROR, &["INTERNAL"]);
        operation.refuses(StatusCode::SERVICE_UNAVAILABLE, &["BUSY"]);
        operation
    }

    /// Only members in certain roles.
    pub fn for_roles(&mut self, roles: &'static [Role]) {
        self.access = Access::Roles(roles);
        self.refuses(StatusCode::UNAUTHORIZED, &["NOT_AUTHENTICATED", "INVALID_TOKEN", "TOKEN_EXPIRED"]);
        self.refuses(StatusCode::FORBIDDEN, &["INSUFFICIENT_PERMISSIONS"]);
    }

    /// Visitors too; but credentials that are sent must be good.
    pub fn for_visitors_too(&mut self) {
        self.access = Access::Optional;
        self.refuses(StatusCode::UNAUTHORIZED, &["INVALID_TOKEN", "TOKEN_EXPIRED"]);
    }

    /// Whether anybody is asked who he is.
    pub fn takes_credentials(&self) -> bool {
        !matches!(self.access, Access::Public)
    }

    /// A cookie is taken or given only where a page of the face's own asks.
    pub fn minds_the_page(&mut self) {
        self.refuses(StatusCode::FORBIDDEN, &["ORIGIN_NOT_ALLOWED"]);
    }

    /// Refusals of a status, by their codes.
    pub fn refuses(&mut self, status: StatusCode, codes: &[&'static str]) {
        self.refusals.entry(status).or_default().extend(codes);
    }

    fn checks_input(&mut self) {
        self.refuses(StatusCode::UNPROCESSABLE_ENTITY, &["VALIDATION_FAILED"]);
    }

    /// A parameter, given as OpenAPI writes it.
    pub fn parameter(&mut self, parameter: Value) {
        self.parameters.push(parameter);
    }

    /// The id in the path.
    pub fn path_id<T: ToSchema>(&mut self) {
        let schema = self.schemas.answered::<T>();
        for name in self.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            self.parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
        }
        self.refuses(StatusCode::NOT_FOUND, &["NOT_FOUND"]);
    }

    /// The fields of a query string, all optional.
    pub fn query<T: ToSchema>(&mut self) {
        for (name, mut schema) in self.schemas.fields::<T>() {
            let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            let mut parameter = json!({ "name": name, "in": "query", "schema": schema });
            if let Some(description) = description {
                parameter["description"] = description;
            }
            self.parameters.push(parameter);
        }
        self.checks_input();
    }

    /// `?limit=` and `?cursor=`.
    pub fn pages(&mut self) {
        self.parameters.extend(["Limit", "Cursor"].map(|name| json!({ "$ref": format!("#/components/parameters/{name}") })));
        self.checks_input();
    }

    /// A JSON object of the fields of all these types.
    pub fn json_body(&mut self, types: &[fn(&mut Self) -> Value]) {
        let mut schemas: Vec<_> = types.iter().map(|schema| schema(self)).collect();
        let schema = if schemas.len() == 1 { schemas.remove(0) } else { json!({ "allOf": schemas }) };
        self.body = Some(json!({ "required": true, "content": { "application/json": { "schema": schema } } }));
        self.refuses(StatusCode::PAYLOAD_TOO_LARGE, &["BODY_TOO_LARGE"]);
        self.refuses(StatusCode::UNPROCESSABLE_ENTITY, &["INVALID_JSON"]);
        self.checks_input();
    }

    /// The same body, or a form with other fields and a file.
    pub fn json_or_upload(&mut self, json: fn(&mut Self) -> Value, form: fn(&mut Self) -> Value) {
        self.json_body(&[json]);
        let form = form(self);
        let file = json!({
            "type": "object", "required": ["file"], "properties": { "file": { "type": "string", "format": "binary" } },
        });
        if let Some(body) = &mut self.body {
            body["content"]["multipart/form-data"]["schema"] = json!({ "allOf": [form, file] });
        }
        self.refuses(StatusCode::UNPROCESSABLE_ENTITY, &["INVALID_FORM"]);
    }

    /// A form of one file, under one of these names.
    pub fn one_file(&mut self, names: &[&str]) {
        let form = |name: &&str| json!({ "type": "object", "required": [name], "properties": { (*name): { "type": "string", "format": "binary" } } });
        let mut forms: Vec<_> = names.iter().map(form).collect();
        let schema = if forms.len() == 1 { forms.remove(0) } else { json!({ "oneOf": forms }) };
        self.body = Some(json!({ "required": true, "content": { "multipart/form-data": { "schema": schema } } }));
        self.refuses(StatusCode::PAYLOAD_TOO_LARGE, &["BODY_TOO_LARGE"]);
        self.refuses(StatusCode::BAD_REQUEST, &["UNREADABLE_BODY"]);
        self.refuses(StatusCode::UNPROCESSABLE_ENTITY, &["INVALID_FORM"]);
        self.checks_input();
    }

    /// A body that is read byte by byte.
    pub fn raw_body(&mut self) {
        let schema = json!({ "type": "object" });
        self.body = Some(json!({ "required": true, "content": { "application/json": { "schema": schema } } }));
        self.refuses(StatusCode::PAYLOAD_TOO_LARGE, &["BODY_TOO_LARGE"]);
        self.refuses(StatusCode::BAD_REQUEST, &["INVALID_JSON"]);
    }

    /// A request type's schema.
    pub fn asked<T: ToSchema>(&mut self) -> Value {
        self.schemas.asked::<T>()
    }

    /// An answer of one thing.
    pub fn answers<T: ToSchema>(&mut self) {
        let schema = self.schemas.answered::<T>();
        self.answer = json!({ "description": "Done.", "content": { "application/json": { "schema": schema } } });
    }

    /// It succeeds with another status than 200.
    pub fn succeeds_with(&mut self, status: StatusCode) {
        self.success = status;
    }

    /// It may also begin something that goes on by itself, and answer 202.
    pub fn may_only_begin<B: ToSchema>(&mut self) {
        let schema = self.schemas.answered::<B>();
        let begun = json!({ "description": "Begun.", "content": { "application/json": { "schema": schema } } });
        self.otherwise = Some((StatusCode::ACCEPTED, begun));
    }

    /// What it answers was made just now, then it answers 201, or before.
    pub fn may_have_been_made(&mut self) {
        let mut made = self.answer.clone();
        made["description"] = "Made.".into();
        self.otherwise = Some((StatusCode::CREATED, made));
    }

    /// An answer of a list.
    pub fn answers_list<T: ToSchema>(&mut self) {
        let schema = json!({ "type": "array", "items": self.schemas.answered::<T>() });
        self.answer = json!({ "description": "The list.", "content": { "application/json": { "schema": schema } } });
    }

    /// A list of pages: the next page's cursor is a header.
    pub fn answers_page_of_list<T: ToSchema>(&mut self) {
        self.answers_list::<T>();
        self.goes_on();
    }

    /// An answer that may have further parts: the next one's cursor is a header.
    pub fn goes_on(&mut self) {
        self.answer["headers"]["X-Next-Cursor"] = json!({ "$ref": "#/components/headers/X-Next-Cursor" });
    }

    /// A list that tells how much of it is unread.
    pub fn counts_unread(&mut self) {
        let description = "How many are unread; 100 also stands for more.";
        let schema = json!({ "type": "integer", "minimum": 0, "maximum": 100 });
        self.answer["headers"]["X-Unread-Count"] = json!({ "description": description, "schema": schema });
    }

    /// An answer that may set or clear the session cookie.
    pub fn sets_cookie(&mut self) {
        let description = "The session cookie, when it is given or taken away.";
        self.answer["headers"]["Set-Cookie"] = json!({ "description": description, "schema": { "type": "string" } });
    }

    /// The header `Idempotency-Key`.
    pub fn takes_idempotency_key(&mut self) {
        self.parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
        self.answer["headers"]["Idempotency-Replayed"] = json!({ "$ref": "#/components/headers/Idempotency-Replayed" });
        self.refuses(StatusCode::BAD_REQUEST, &["INVALID_IDEMPOTENCY_KEY"]);
        self.refuses(StatusCode::CONFLICT, &["IDEMPOTENCY_IN_PROGRESS", "IDEMPOTENCY_ANSWER_LOST"]);
        self.refuses(StatusCode::UNPROCESSABLE_ENTITY, &["IDEMPOTENCY_KEY_REUSED"]);
    }

    /// A page for people.
    pub fn answers_html(&mut self) {
        let schema = json!({ "type": "string" });
        self.answer = json!({ "description": "The page.", "content": { "text/html": { "schema": schema } } });
    }

    /// A table to keep.
    pub fn answers_csv(&mut self) {
        let schema = json!({ "type": "string" });
        self.answer = json!({ "description": "The table.", "content": { "text/csv": { "schema": schema } } });
    }

    /// The operation as OpenAPI writes it.
    pub(super) fn finish(mut self, about: About, style: ErrorStyle) -> Map<String, Value> {
        for (status, codes) in [
            (StatusCode::BAD_REQUEST, about.bad_request),
            (StatusCode::UNAUTHORIZED, about.unauthorized),
            (StatusCode::FORBIDDEN, about.forbidden),
            (StatusCode::NOT_FOUND, if about.not_found { &["NOT_FOUND"] } else { &[][..] }),
            (StatusCode::CONFLICT, about.conflict),
            (StatusCode::SERVICE_UNAVAILABLE, about.unavailable),
        ] {
            if !codes.is_empty() {
                self.refuses(status, codes);
            }
        }
        if style.may_be_closed(self.path) {
            self.refuses(StatusCode::SERVICE_UNAVAILABLE, &["MAINTENANCE"]);
        }
        self.answer["headers"]["X-Request-Id"] = json!({ "$ref": "#/components/headers/X-Request-Id" });
        let mut responses = Map::from_iter([(self.success.as_str().to_owned(), self.answer)]);
        responses.extend(self.otherwise.map(|(status, answer)| (status.as_str().to_owned(), answer)));
        let mut refusals: BTreeMap<StatusCode, BTreeSet<&str>> = BTreeMap::new();
        for (status, code) in self.refusals.iter().flat_map(|(status, codes)| codes.iter().map(|code| (*status, *code))) {
            refusals.entry(style.status(status, code)).or_default().insert(code);
        }
        for (status, name, ..) in RESPONSES {
            if let Some(codes) = refusals.get(&status) {
                let codes: Vec<_> = codes.iter().map(|code| format!("`{code}`")).collect();
                let response = json!({ "$ref": format!("#/components/responses/{name}"), "description": codes.join(", ") });
                responses.insert(status.as_str().to_owned(), response);
            }
        }
        let signed_in = ["bearer", "token", "session"].map(|scheme| json!({ scheme: [] }));
        let security = match self.access {
            Access::Public => Vec::new(),
            Access::Optional => [json!({})].into_iter().chain(signed_in).collect(),
            Access::Roles(_) => signed_in.to_vec(),
        };
        let mut operation = Map::new();
        let mut set = |name: &str, value: Value| operation.insert(name.to_owned(), value);
        set("summary", about.summary.into());
        set("responses", responses.into());
        set("security", security.into());
        if let Access::Roles(roles) = self.access {
            set("x-roles", roles.iter().map(|role| role.as_str()).collect());
        }
        if !self.parameters.is_empty() {
            set("parameters", self.parameters.into());
        }
        if let Some(body) = self.body {
            set("requestBody", body);
        }
        operation
    }
}
